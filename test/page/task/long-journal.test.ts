/** A task of 20,000 journal entries in a real browser: what is drawn of it stays small. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { toPromise } from 'xstate';
import { defineWorkflow, parseTaskRequest } from '../../../src/index.ts';
import { serve } from '../serve.ts';
import { hasBrowser, openTab } from '../use-browser.ts';

const STEPS = 4;
const ATTEMPTS = 1_001;
const ROWS = 20_000;
const MOST_NODES = 3_000;

const NEVER_WAITS = { strategy: 'fixed', baseMs: 1, maxMs: 1, jitter: 'none' } as const;

const stubborn = {
  handler: ({ attempt }: { attempt: number }) => {
    if (attempt < ATTEMPTS) throw new Error('busy');
    return null;
  },
  maxAttempts: ATTEMPTS,
  backoff: NEVER_WAITS,
};

const workflow = defineWorkflow({
  name: 'Stubborn',
  steps: Object.fromEntries(Array.from({ length: STEPS }, (_, index) => [`step ${index}`, stubborn])),
});

const nodes = (page: Page): Promise<number> => page.evaluate("document.getElementsByTagName('*').length");

describe.skipIf(!hasBrowser)('a task of 20,000 entries', () => {
  test('has few nodes, and all attempts of a step for whoever asks', async () => {
    const { url, troupe } = await serve({ workflows: [workflow] });
    const { taskId } = await troupe.submit(parseTaskRequest({ name: 'Stubborn' }));
    await toPromise(troupe.actor(taskId));
    expect([...troupe.history(null, taskId)].length).toBeGreaterThan(ROWS);

    const page = await openTab();
    await page.goto(`${url}/ui/tasks/${taskId}?view=timeline`);
    const lane = page.getByRole('listitem').filter({ hasText: 'step 2' });
    await lane.locator('.bar').first().waitFor();
    expect(await lane.locator('title').first().textContent()).toMatch(/^1,001 attempts, 1,000 failed, in /);
    expect(await nodes(page)).toBeLessThan(MOST_NODES);

    await page.getByRole('button', { name: 'step 2', exact: true }).click();
    const panel = page.getByRole('region', { name: 'Step step 2' });
    await panel.getByText('#1001', { exact: true }).waitFor();
    expect(await panel.locator('.attempts strong').allInnerTexts()).toEqual(
      [1, 2, 3, ...Array.from({ length: 20 }, (_, index) => ATTEMPTS - 19 + index)].map((of) => `#${of}`),
    );
    expect(await nodes(page)).toBeLessThan(MOST_NODES);
    await panel.getByRole('button', { name: 'Show 100 more' }).click();
    await panel.getByText(`#${ATTEMPTS - 119}`, { exact: true }).waitFor();

    for (const view of ['Graph', 'Journal']) {
      await page.getByRole('button', { name: view, exact: true }).click();
      await page.locator('.view').locator('.node, .journal-row').first().waitFor();
      expect(await nodes(page)).toBeLessThan(MOST_NODES);
    }
  });
});
