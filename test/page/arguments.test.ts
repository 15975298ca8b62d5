// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

/** The arguments of a step at the page: as they are written, and filled in once it has begun. */

import { describe, expect, test } from 'vitest';
import { gate, handlers, request, step, stepFact, taskFact, workflow } from '../support.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

describe.skipIf(!hasBrowser)('the panel of a step', () => {
  test('has its arguments: as they are written until it begins, and then as its handler got them', async () => {
    const wait = gate();
    const { url, troupe } = await serve({
      handlers: handlers({ wait: () => wait.promise, send: () => null }),
      workflows: [
        workflow('News', [
          step('wait'),
          step('mail', ['wait'], { handler: 'send', with: { text: 'Dear ${payload.to}' } }),
        ]),
      ],
    });
    const { taskId } = await troupe.submit(request('News', { payload: { to: 'Ann' } }));
    await stepFact(troupe, taskId, 'wait', 'running');
    const page = await openTab();
    await page.goto(`${url}/ui/tasks/${taskId}?step=mail`);
    const panel = page.getByRole('region', { name: 'Step mail' });
    await panel.getByRole('heading', { name: 'Arguments as they are written' }).waitFor();
    await panel.getByText('"Dear ${payload.to}"').waitFor();
    wait.open();
    await taskFact(troupe, taskId, 'complete');
    await panel.getByText('"Dear Ann"').waitFor();
    expect(await panel.getByText('as they are written').count()).toBe(0);
    await page.goto(`${url}/ui/tasks/${taskId}?step=wait`);
    await page.getByRole('region', { name: 'Step wait' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Arguments' }).count()).toBe(0);
  });
});
