/** A task that takes back what it has done, on the page: how far it is, what becomes of it, and what it can be told. */

import type { Page } from 'playwright-core';
import { describe, expect, it, test } from 'vitest';
import type { Troupe } from '../../src/index.ts';
import { isLeftAlone, takenBackText } from '../../src/page/task/taken-back.ts';
import { whysOf } from '../../src/page/task/why-text.ts';
import type { StepView, TaskView } from '../../src/views/tasks.ts';
import type { WorkflowDefinition } from '../../src/workflow/definition.ts';
import { gate, handlers, request, step, stepFact, taskFact, workflow } from '../support.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

type Shown = Parameters<typeof takenBackText>[0];

const shown = (more: Partial<Shown>): Shown => ({
  status: 'running',
  ending: 'failure',
  compensation: { done: 1, total: 3, failed: 0 },
  compensated: false,
  steps: [],
  ...more,
});

const stepView = (name: string, more: Partial<StepView> = {}): StepView => ({
  ...{ name, handler: name, status: 'failed', dependsOn: [], attempt: 1, maxAttempts: 1 },
  ...{ startedAt: null, finishedAt: null, nextAttemptAt: null, critical: false, optional: false },
  ...{ output: null, error: null },
  ...more,
});

describe('what is said of a task', () => {
  it.each<[string | null, Partial<Shown>]>([
    [null, { compensation: null }],
    ['taking back: 1 of 3 done', {}],
    ['taken back', { status: 'failed', compensated: true }],
    ['partly taken back: 1 of 3 done', { status: 'cancelled', compensated: 'partly' }],
    [
      'partly taken back: hotel.compensation failed',
      {
        ...{ status: 'failed', compensated: 'partly' },
        steps: [stepView('pay'), stepView('hotel.compensation', { compensates: 'hotel' })],
      },
    ],
  ])('is %j', (text, more) => {
    expect(takenBackText(shown(more))).toBe(text);
  });

  it('begins with it, and then names the step', () => {
    const why = 'taking back: 1 of 3 done; attempt 1 is running, until 2030-01-01T12:00:00.000Z';
    const until = '2030-01-01T12:00:00.000Z';
    const waitingFor: TaskView['waitingFor'] = [{ kind: 'worker', step: 'a.compensation', until, why }];
    const [first] = whysOf({ status: 'running', error: null, waitingFor });
    expect(first?.text).toBe('taking back: 1 of 3 done; a.compensation: attempt 1 is running');
  });
});

test('ordinary steps take nothing while it takes back, and failure handlers only after that', () => {
  const undo = stepView('a.compensation', { compensates: 'a' });
  const handler = stepView('tell', { onFailure: true });
  const over = shown({ status: 'failed' });
  const leftAlone = (task: Shown) => [stepView('a'), undo, handler].map((one) => isLeftAlone(task, one));
  expect(leftAlone(shown({}))).toEqual([true, false, true]);
  expect(leftAlone(over)).toEqual([true, false, false]);
  expect(leftAlone(shown({ ending: null, compensation: null }))).toEqual([false, false, false]);
});

const refuse = (): never => {
  throw Object.assign(new Error('card declined'), { retryable: false });
};

const trip = (undo: string, more: Partial<WorkflowDefinition> = {}): WorkflowDefinition => ({
  ...workflow('Trip', [
    step('flight', [], { compensation: { handler: undo, maxAttempts: 1 } }),
    step('hotel', ['flight'], { compensation: { handler: 'undo' } }),
    step('pay', ['hotel'], { maxAttempts: 1 }),
  ]),
  ...more,
});

interface Opened {
  readonly page: Page;
  readonly troupe: Troupe;
  readonly taskId: string;
  readonly open: (more?: string) => Promise<void>;
}

async function opened(
  definition: WorkflowDefinition,
  work: Parameters<typeof handlers>[0] = {},
): Promise<Opened> {
  const done = () => ({ ok: true });
  const { url, troupe } = await serve({
    handlers: handlers({ flight: done, hotel: done, undo: done, pay: refuse, ...work }),
  });
  await troupe.registerWorkflow(definition);
  const { taskId } = await troupe.submit(request('Trip'));
  const page = await openTab();
  const open = async (more = ''): Promise<void> => {
    await page.goto(`${url}/ui/tasks/${taskId}${more}`);
  };
  return { page, troupe, taskId, open };
}

const buttons = (page: Page): Promise<string[]> => page.locator('.task-head .verbs button').allTextContents();

describe.skipIf(!hasBrowser)('a browser', () => {
  test('shows how far it is, and lets a person leave the rest', async () => {
    const { promise, open: go } = gate();
    const { page, troupe, taskId, open } = await opened(trip('slow'), { slow: () => promise });
    await stepFact(troupe, taskId, 'flight.compensation', 'running');
    await open('?step=flight.compensation');
    await page.locator('.why').getByText('taking back: 1 of 2 done').waitFor();
    await page.locator('.taking-back').getByText('1/2').waitFor();
    const panel = page.getByRole('region', { name: 'Step flight.compensation' });
    await panel.getByRole('button', { name: 'flight', exact: true }).click();
    await page
      .getByRole('region', { name: 'Step flight', exact: true })
      .getByText('Compensation', { exact: true })
      .waitFor();
    expect(await page.locator('.step-panel .verbs').count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel' });
    expect(await dialog.getByRole('radio', { name: 'Take back the rest' }).isChecked()).toBe(true);
    await dialog.getByRole('radio', { name: 'Leave the rest' }).check();
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.locator('.why').getByText('Partly taken back: 1 of 2 done').waitFor();
    go();
  });

  test('says of a compensated task that it is, and offers no verb', async () => {
    const { page, troupe, taskId, open } = await opened(trip('undo'));
    await taskFact(troupe, taskId, 'failed');
    await open();
    await page.locator('.why').getByText('Taken back').waitFor();
    await page.locator('.scrubber-event').waitFor();
    await page.locator('.node').first().waitFor();
    expect(await buttons(page)).toEqual([]);
    expect(await page.locator('.edge.is-back').count()).toBe(2);
    expect(await page.locator('.node.is-complete').count()).toBe(4);
  });

  test('names what failed to take back', async () => {
    const { page, troupe, taskId, open } = await opened(trip('pay'));
    await taskFact(troupe, taskId, 'failed');
    await open();
    await page.locator('.why').getByText('Partly taken back: flight.compensation failed').waitFor();
  });

  test('takes back by hand what a failed task has done, once', async () => {
    const { page, troupe, taskId, open } = await opened(trip('undo', { compensate: 'by_hand' }));
    await taskFact(troupe, taskId, 'failed');
    await open('?step=hotel');
    await page.getByText('undo, if the task fails after it').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take back' });
    await dialog.getByRole('heading', { name: 'Take back what this task has done' }).waitFor();
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await page.locator('.why').getByText('Taken back').waitFor();
    await expect.poll(() => buttons(page)).toEqual([]);
  });

  test('cancels a task after it has taken back what it has done', async () => {
    const { page, troupe, taskId, open } = await opened(trip('undo'), {
      pay: ({ signal }) =>
        new Promise((_, stop) => signal.addEventListener('abort', () => stop(new Error('stopped')))),
    });
    await stepFact(troupe, taskId, 'pay', 'running');
    await open();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel' });
    await dialog.getByRole('checkbox', { name: 'Take back first' }).check();
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.locator('.why').getByText('Taken back. Cancelled').waitFor();
  });
});
