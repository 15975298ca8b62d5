/** Every screen of the page as axe-core sees it, in light and dark, on a desk and on a phone. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { defineWorkflow, parseTaskRequest } from '../../src/index.ts';
import { serve } from './serve.ts';
import { hasBrowser, openSession } from './use-browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRAVE = new Set(['serious', 'critical']);

async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter(({ impact }) => GRAVE.has(impact ?? ''))
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
}

const workflow = defineWorkflow({
  name: 'Parcel',
  steps: {
    Weigh: { handler: () => ({ grams: 250 }) },
    Stamp: {
      dependsOn: ['Weigh'],
      handler: () => Promise.reject(new Error('out of stamps')),
      maxAttempts: 1,
    },
    Send: { dependsOn: ['Stamp'], handler: () => null },
  },
});

const claim = defineWorkflow({
  name: 'Claim',
  steps: {
    Decide: { waitFor: { approval: 'Pay for the broken cup?', within: '24h', remind: '4h' } },
    Pay: { dependsOn: ['Decide'], handler: () => null },
  },
});

describe.skipIf(!hasBrowser)('every screen', () => {
  async function start() {
    const { url, troupe } = await serve({ workflows: [workflow, claim] });
    const { taskId } = await troupe.submit(parseTaskRequest({ name: 'Parcel' }));
    await troupe.submit(parseTaskRequest({ name: 'Nobody', correlationId: 'ORD-1', tags: ['late'] }));
    const { taskId: claimId } = await troupe.submit(parseTaskRequest({ name: 'Claim' }));
    const listed = () => troupe.listApprovals({ tenantId: null, limit: 1 }).approvals[0];
    await expect.poll(listed).toBeDefined();
    return { url, taskId, claimId, link: `/approvals/${listed()?.token}` };
  }

  test.each([
    ['light', 1280],
    ['dark', 400],
  ] as const)('has nothing serious against it in %s, %i pixels wide', async (colorScheme, width) => {
    const { url, taskId, claimId, link } = await start();
    const [task, waiting] = [`/ui/tasks/${taskId}`, `/ui/tasks/${claimId}`];
    const screens: readonly [path: string, shown: string][] = [
      ['/', 'text=out of stamps'],
      ['/ui/approvals', 'role=button[name=/^Approve/]'],
      [link, 'role=button[name=Approve]'],
      [`${waiting}?view=graph&step=Decide`, 'role=button[name=Approve]'],
      [`${waiting}?view=chart&step=Decide`, '.chart-timer'],
      ['/ui/overview', 'text=Done per second'],
      ['/ui/workflows/Parcel', '.canvas .node'],
      ['/ui/machines/step', '.chart-state'],
      ['/ui/submit?name=Parcel', 'role=button[name=/^Submit/]'],
      [`${task}?view=graph&step=Stamp`, '.canvas .node'],
      [`${task}?view=chart&step=Stamp`, '.chart-state'],
      [`${task}?view=timeline`, '.lane-row'],
      [`${task}?view=journal&seq=6`, '.journal-row.is-later'],
    ];
    // The page's own policy lets in no other script, axe included.
    const session = await openSession({ colorScheme, viewport: { width, height: 860 }, bypassCSP: true });
    const page = await session.newPage();
    const found: Record<string, string[]> = {};
    for (const [at, shown] of screens) {
      await page.goto(url + at);
      await page.locator(shown).first().waitFor();
      const against = await complaints(page);
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (Number(wide) > 0) against.push(`it is ${wide} pixels wider than the window`);
      if (against.length > 0) found[at] = against;
    }
    expect(found).toEqual({});
  });
});
