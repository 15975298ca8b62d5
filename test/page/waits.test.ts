// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Steps that wait, on the page of their task, against the real server. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

const order = defineWorkflow({
  name: 'order',
  steps: {
    paid: { waitFor: { signal: 'payment', key: '${payload.order}', within: '30m' } },
    manager: {
      dependsOn: ['paid'],
      waitFor: { approval: 'Ship ${payload.order}?', within: '24h', onTimeout: 'reject' },
    },
    rest: { dependsOn: ['manager'], sleep: '3d' },
  },
});

describe.skipIf(!hasBrowser)('a step that waits', () => {
  /** A task whose step of that name waits, and its page. */
  async function open(step: 'paid' | 'manager' | 'rest', view = 'graph') {
    const { url, troupe } = await serve({ workflows: [order] });
    const { taskId: id } = await troupe.submit({ name: 'order', payload: { order: '7' } });
    const waits = (name: string) =>
      expect
        .poll(() => troupe.getTask(null, id).steps.find((each) => each.name === name)?.status)
        .toBe('waiting');
    await waits('paid');
    const by = { by: 'anna', reason: null };
    if (step !== 'paid') {
      await troupe.signalTask(null, id, 'payment', { data: 1 }, 'provider');
      await waits('manager');
    }
    if (step === 'rest') {
      await troupe.stepVerb(null, id, 'manager', 'complete', by);
      await waits('rest');
    }
    const page = await openTab();
    await page.setViewportSize({ width: 1280, height: 1000 });
    await page.goto(`${url}/ui/tasks/${id}?step=${step}&view=${view}`);
    const panel = page.getByRole('region', { name: `Step ${step}`, exact: true });
    const viewOf = (name = step) => troupe.getStep(null, id, name);
    return { url, troupe, id, page, panel, viewOf, by };
  }

  const dialog = (page: Page) => page.getByRole('dialog');

  test('for a person says what it asks whom and until when, and takes a yes without an output', async () => {
    const { page, panel, viewOf } = await open('manager');
    await page
      .getByText(/^manager: waits for somebody's decision: Ship 7\? – closes in 23 h 5\d min/)
      .waitFor();
    await panel.getByText('Ship 7?', { exact: true }).waitFor();
    await panel.getByText('anybody').waitFor();
    await panel.getByText('it is rejected').waitFor();
    await panel.getByText(/^in 23 h 5\d min/).waitFor();
    expect(await panel.getByRole('button').allInnerTexts()).toEqual(
      expect.arrayContaining(['Approve', 'Reject', 'Extend', 'Skip']),
    );
    await panel.getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('Ship 7?').waitFor();
    await dialog(page)
      .getByRole('textbox', { name: /^Reason/ })
      .fill('fine');
    await dialog(page).getByRole('button', { name: 'Dry run' }).click();
    await dialog(page).getByText('{"approved":true,"by":"http","reason":"fine"}').waitFor();
    expect(viewOf().status).toBe('waiting');
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(viewOf()).toMatchObject({ output: { approved: true, by: 'http', reason: 'fine' } });
    await panel.getByText('Answered by').waitFor();
  });

  test('may be approved with another output', async () => {
    const { page, panel, viewOf } = await open('manager');
    await panel.getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('Give another output than a plain yes').click();
    await dialog(page).getByLabel('Output, as JSON').fill('{"limit": 5}');
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(viewOf().output).toEqual({ limit: 5 });
  });

  test('that was answered meanwhile refuses a second answer in the words of the server', async () => {
    const { page, panel, troupe, id, by } = await open('manager');
    await panel.getByRole('button', { name: 'Reject' }).click();
    await troupe.stepVerb(null, id, 'manager', 'complete', by);
    // The dialog stays, though there is nothing to answer behind it.
    await panel.getByText('Answered by').waitFor({ state: 'attached' });
    await dialog(page).getByRole('button', { name: 'Reject' }).click();
    await dialog(page)
      .getByRole('alert')
      .getByText(/^step manager was approved by anna at /)
      .waitFor();
  });

  test('for a person who said no can only be asked anew', async () => {
    const { page, panel, viewOf } = await open('manager');
    await panel.getByRole('button', { name: 'Reject' }).click();
    await dialog(page)
      .getByRole('textbox', { name: /^Reason/ })
      .fill('too much');
    await dialog(page).getByRole('button', { name: 'Reject' }).click();
    await panel.getByText('Rejected: http said no: too much (REJECTED)').waitFor();
    const again = panel.getByRole('button', { name: 'Retry' });
    await again.waitFor();
    expect(await panel.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await again.click();
    await dialog(page).getByRole('button', { name: 'Retry' }).click();
    await panel.getByRole('button', { name: 'Approve' }).waitFor();
    expect(viewOf()).toMatchObject({ status: 'waiting', attempt: 2 });
  });

  test('is given more time', async () => {
    const { page, panel, viewOf } = await open('manager');
    const before = Date.parse(viewOf().until ?? '');
    await panel.getByRole('button', { name: 'Extend' }).click();
    await dialog(page).getByRole('button', { name: '1 day later' }).click();
    await dialog(page)
      .getByText(/troupe tasks extend .* --until /)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Extend' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    const moved = Date.parse(viewOf().until ?? '') - before;
    // An hour is proposed, to the full minute; then a day more.
    expect(moved).toBeGreaterThanOrEqual(25 * 3_600_000);
    expect(moved).toBeLessThanOrEqual(25 * 3_600_000 + 60_000);
    await panel.getByText(/^in 2 d/).waitFor();
  });

  test('for a signal is sent one', async () => {
    const { page, panel, viewOf } = await open('paid');
    await panel.getByText('payment', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Send signal' }).click();
    await dialog(page).getByLabel('Data, as JSON').fill('{"amount": 5}');
    await dialog(page)
      .getByText(/troupe tasks signal .* payment --data '{"amount":5}'/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Send signal' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(viewOf()).toMatchObject({ status: 'complete', output: { amount: 5 } });
  });

  test('says that a signal is kept until somebody waits for it', async () => {
    const { page, panel, troupe, id, by } = await open('paid');
    await troupe.taskVerb(null, id, 'pause', by);
    await panel.getByRole('button', { name: 'Send signal' }).click();
    await dialog(page).getByRole('button', { name: 'Send signal' }).click();
    await dialog(page).getByText('It is kept until a step of this task waits for payment.').waitFor();
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    expect(troupe.taskSignals(null, id)).toMatchObject([{ name: 'payment', takenBy: null }]);
  });

  test('is drawn by a machine of its own: where it is, its timer, and what may be done', async () => {
    const { page, panel } = await open('manager', 'chart');
    await panel.waitFor();
    await page
      .locator('.chart-state', { has: page.getByText('waiting.listening, initial, active') })
      .waitFor();
    await page.getByText(/^step\.deadline in 23 h/).waitFor();
    await page
      .getByRole('button', { name: /^send step\.reject/ })
      .first()
      .press('Enter');
    await dialog(page).getByRole('heading', { name: 'Reject step manager' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'task', exact: true }).click();
    await page.locator('.chart-state', { has: page.getByText('waiting, active') }).waitFor();
  });

  test('takes a signal where its chart offers one', async () => {
    const { page, viewOf } = await open('paid', 'chart');
    await page.getByRole('button', { name: /^send signal\.received/ }).press('Enter');
    await dialog(page).getByRole('button', { name: 'Send signal' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(viewOf().status).toBe('complete');
  });

  test('is listed among the machines', async () => {
    const { url, page } = await open('manager');
    await page.goto(`${url}/ui/machines`);
    await page.getByRole('link', { name: 'wait', exact: true }).click();
    await page.getByText('A wait is a step that no worker does').waitFor();
    await page.locator('.chart-state', { has: page.getByText('waiting.listening, initial') }).waitFor();
  });

  test('is seen in the past as it was, with what an answer would have led to', async () => {
    const { page, panel, troupe, id } = await open('rest');
    const begun = [...troupe.history(null, id)].find(
      ({ actor, to }) => actor === 'step:manager' && to === 'waiting',
    );
    await page.getByRole('button', { name: /^rest, waiting/ }).waitFor();
    await panel.getByText('Sleeps').waitFor();
    await page.getByRole('slider', { name: 'Moment' }).fill(String(begun?.seq));
    await page.getByRole('button', { name: /^manager, waiting/ }).click();
    const past = page.getByRole('region', { name: 'Step manager' });
    await past.getByText('Ship 7?', { exact: true }).waitFor();
    expect(await past.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await past.getByText('What if manager were sent an event at this moment?').click();
    await past.getByRole('combobox', { name: 'Event' }).fill('step.reject');
    await past.getByRole('button', { name: 'See what would follow' }).click();
    await past.locator('.what-if-result').getByText('failed', { exact: true }).waitFor();
    expect(troupe.getTask(null, id).status).toBe('waiting');
  });

  test('has a lane of its own kind, and its task is found by what it waits for', async () => {
    const { url, page } = await open('rest', 'timeline');
    await page.locator('.lane-row', { hasText: 'rest' }).locator('.is-waiting-bar').waitFor();
    await page.locator('.lane-row', { hasText: 'task' }).locator('.is-waiting-bar').first().waitFor();
    await page.goto(url);
    await page.getByText('rest: sleeps – goes on in 2 d 23 h').waitFor();
    await page.getByRole('combobox', { name: 'Waits for' }).selectOption('approval');
    await page.getByText('No task matches').waitFor();
    await page.getByRole('combobox', { name: 'Waits for' }).selectOption('sleep');
    await page.getByRole('link', { name: 'order', exact: true }).waitFor();
    await page.getByRole('button', { name: 'waiting 1' }).click();
    await page.waitForURL(/status=waiting/);
    await page.getByRole('link', { name: 'order', exact: true }).waitFor();
  });
});
