/** Every screen of the page as axe-core sees it, in light and dark, on a desk and on a phone. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { listen } from '../../src/api/listen.ts';
import { readPage } from '../../src/api/page-files.ts';
import { createTroupe, defineWorkflow, parseTaskRequest } from '../../src/index.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

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

describe.skipIf(!hasBrowser)('every screen', () => {
  const browser = useBrowser();

  async function start(): Promise<{ url: string; taskId: string }> {
    const troupe = await createTroupe({ db: ':memory:', workflows: [workflow], handlers: [] });
    const page = readPage(fileURLToPath(new URL('../../dist/page', import.meta.url)));
    const app = createApp({ troupe, keys: null, version: '0', page });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    onTestFinished(async () => {
      await server.close();
      await troupe.close({ graceMs: 0 });
    });
    const { taskId } = await troupe.submit(parseTaskRequest({ name: 'Parcel' }));
    await troupe.submit(parseTaskRequest({ name: 'Nobody', correlationId: 'ORD-1', tags: ['late'] }));
    return { url: server.url, taskId };
  }

  test.each([
    ['light', 1280],
    ['dark', 400],
  ] as const)(
    'has nothing serious against it in %s, %i pixels wide',
    async (colorScheme, width) => {
      const { url, taskId } = await start();
      const task = `/ui/tasks/${taskId}`;
      const screens: readonly [path: string, shown: string][] = [
        ['/', 'text=out of stamps'],
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
      const context = await browser().newContext({
        colorScheme,
        viewport: { width, height: 860 },
        bypassCSP: true,
      });
      onTestFinished(() => context.close());
      const page = await context.newPage();
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
    },
    60_000,
  );
});
