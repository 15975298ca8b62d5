/** The API key over the tabs of a browser and its restarts, against the real server. */

import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { parseTaskRequest } from '../../src/index.ts';
import { type Served, serve } from './serve.ts';
import { hasBrowser, openSession, openTab } from './use-browser.ts';

const KEYS = {
  keys: [
    { name: 'alice', key: 'alice-key', admin: true },
    { name: 'bob', key: 'bob-key', tenant: 'shop' },
  ],
};

describe.skipIf(!hasBrowser)('the API key', () => {
  async function open(url: string, context?: BrowserContext): Promise<Page> {
    const page = await (context?.newPage() ?? openTab());
    await page.goto(url);
    return page;
  }

  async function signIn(page: Page, key: string, keep = false): Promise<void> {
    await page.getByLabel('API key').fill(key);
    if (keep) await page.getByLabel('Keep on this computer').check();
    await page.getByRole('button', { name: 'Go on' }).click();
  }

  const asks = (page: Page) => page.getByRole('heading', { name: 'API key' }).waitFor();
  const owner = (page: Page, text: string) => page.locator('.owner', { hasText: text }).waitFor();

  async function startWithTask(): Promise<Served & { taskUrl: string }> {
    const served = await serve({ keys: KEYS });
    const { taskId } = await served.troupe.submit(parseTaskRequest({ name: 'parcels', tenantId: 'shop' }));
    return { ...served, taskUrl: `${served.url}/ui/tasks/${taskId}` };
  }

  test('is asked for once, whatever tabs are opened and closed, and is forgotten in all', async () => {
    const { url, taskUrl } = await startWithTask();
    const [first, waiting] = [await open(url), await open(taskUrl)];
    await asks(first);
    await asks(waiting);
    await signIn(first, 'bob-key');
    await owner(first, 'bob tenant shop');
    // The other tab has the key by now, and asks no more.
    await owner(waiting, 'bob');
    await first.close();
    await waiting.close();

    const [one, two] = [await open(taskUrl), await open(url)];
    await one.getByRole('heading', { level: 1, name: 'parcels' }).waitFor();
    await owner(two, 'bob tenant shop');
    await two.getByRole('button', { name: 'Forget key' }).click();
    await asks(one);
    await asks(two);
    await asks(await open(url));
  });

  test('is gone with the browser session, unless its owner wants it kept', async () => {
    const { url } = await startWithTask();
    for (const keep of [false, true]) {
      const context = await openSession();
      const page = await open(url, context);
      await signIn(page, 'alice-key', keep);
      await owner(page, 'alice administrator');
      const state = await context.storageState();
      const stored = JSON.stringify(state.origins);
      expect(stored.includes('alice-key')).toBe(keep);
      // A browser that starts again has what was stored, and no cookie of the session before.
      const later = await openSession({ storageState: { ...state, cookies: [] } });
      const again = await open(url, later);
      await (keep ? owner(again, 'alice') : asks(again));
    }
  });

  test('is not what tabs with another key share a stream with', async () => {
    const { url, troupe } = await startWithTask();
    const page = await open(url);
    await signIn(page, 'bob-key');
    await owner(page, 'bob');
    await page.getByRole('button', { name: 'Forget key' }).click();
    await signIn(page, 'alice-key');
    await owner(page, 'alice administrator');
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();
    await troupe.submit(parseTaskRequest({ name: 'ledgers', tenantId: 'bank' }));
    await page.getByRole('link', { name: 'ledgers', exact: true }).waitFor();
  });
});
