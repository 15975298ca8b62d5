/** The page in a real browser, against the real server as its own process. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Server, startServer } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

/** Waits for the file `go`, then fails for good until there is the file `paid`. */
const CHARGE = (folder: string): string => `
import { existsSync, watch } from 'node:fs';
const folder = ${JSON.stringify(folder)};
const there = (name) => existsSync(folder + '/' + name);
export default async function charge({ payload }) {
  await new Promise((resolve) => {
    const watcher = watch(folder, look);
    function look() {
      if (!there('go')) return;
      watcher.close();
      resolve();
    }
    look();
  });
  if (!there('paid')) throw Object.assign(new Error('card declined'), { name: 'PermanentError', retryable: false });
  return { charged: payload.orderId ?? null };
}
`;

describe.skipIf(!hasBrowser)('the page', () => {
  const browser = useBrowser();

  /** A tab of its own; anything its console complains of fails the test, but for a server that is away. */
  async function open(url: string): Promise<Page> {
    const context = await browser().newContext();
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(url).host) complaints.push(`asked ${request.url()}`);
    });
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(url);
    return page;
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
  /** The state beside the name of the task. */
  const standing = (page: Page, state: string) =>
    page.locator('main').getByText(state, { exact: true }).first();

  interface Shop {
    readonly folder: string;
    start(port?: string): Promise<Server>;
    allow(what: 'go' | 'paid'): void;
  }

  function createShop(more: readonly string[] = []): Shop {
    const folder = temporaryFolder();
    const handlers = temporaryFolder();
    writeFileSync(join(handlers, 'charge.mjs'), CHARGE(folder));
    const db = join(temporaryFolder(), 'troupe.db');
    return {
      folder,
      start: (port = '0') =>
        startServer(['serve', '--port', port, '--db', db, '--handlers', handlers, ...more]),
      allow: (what) => writeFileSync(join(folder, what), ''),
    };
  }

  const submit = async (server: Server, task: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(task),
    });
    return (await response.json()) as { id: string };
  };

  test('follows a task from its submission over a crash of the server to its end', async () => {
    const shop = createShop();
    const server = await shop.start();
    const page = await open(`${server.url}/ui/submit?name=charge`);
    await page.getByRole('button', { name: /^Submit/ }).click();
    await heading(page, 'charge').waitFor();
    await standing(page, 'running').waitFor();
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));

    server.child.kill('SIGKILL');
    await page.getByText('no answer, trying again').waitFor();
    await shop.start(new URL(server.url).port);
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();

    shop.allow('go');
    await standing(page, 'failed').waitFor();
    await page.getByText('card declined').first().waitFor();

    shop.allow('paid');
    await page.getByRole('button', { name: 'Retry', exact: true }).first().click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Retry/ })
      .click();
    await standing(page, 'complete').waitFor();
    expect(await page.evaluate(() => 'neverReloaded' in globalThis)).toBe(true);
  }, 60_000);

  test('shows the past, and what an event would lead to, and changes nothing by it', async () => {
    const shop = createShop();
    shop.allow('go');
    const server = await shop.start();
    const { id } = await submit(server, { name: 'charge' });
    const page = await open(`${server.url}/ui/tasks/${id}`);
    await standing(page, 'failed').waitFor();
    const history = async () => (await fetch(`${server.url}/tasks/${id}/history`)).text();
    const before = await history();

    await page.getByRole('slider', { name: 'Moment' }).fill('4');
    await page.getByText('You are looking at the past').waitFor();
    await page.waitForURL(/[?&]seq=4\b/);
    await page.getByRole('button', { name: /^charge, running/ }).waitFor();
    await page.reload();
    await page.getByText('You are looking at the past').waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();

    await page.getByText('What if the task were sent an event').click();
    await page.getByRole('combobox', { name: 'Event' }).fill('task.cancel');
    await page.getByRole('button', { name: 'See what would follow' }).click();
    await page.getByText('Nothing was executed or stored.').waitFor();
    await page.getByText('cancelled', { exact: true }).first().waitFor();
    expect(await history()).toBe(before);
  }, 60_000);

  test('asks for a key, and shows its tenant alone', async () => {
    const keys = join(temporaryFolder(), 'keys.json');
    const of = (tenant: string) => ({ name: tenant, key: `${tenant}-key`, tenant });
    writeFileSync(keys, JSON.stringify({ keys: [of('shop'), of('bank')] }));
    const server = await createShop(['--api-keys', keys]).start();
    await submit(server, { name: 'parcels' }, { authorization: 'Bearer shop-key' });
    await submit(server, { name: 'ledgers' }, { authorization: 'Bearer bank-key' });
    const page = await open(server.url);
    await page.getByLabel('API key').fill('shop-key');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('parcels').first().waitFor();
    expect(await page.getByText('ledgers').count()).toBe(0);

    await page.getByRole('link', { name: 'Submit', exact: true }).click();
    await page.getByRole('button', { name: /^A checkout/ }).waitFor();
  }, 60_000);

  test('takes names for text, whatever they hold', async () => {
    const server = await createShop().start();
    const name = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const { id } = await submit(server, { name, correlationId: '"><b>bold</b>', tags: ['<i>tag</i>'] });
    const page = await open(server.url);
    await page.getByText(name).first().waitFor();
    for (const view of ['graph', 'chart', 'timeline', 'journal']) {
      await page.goto(`${server.url}/ui/tasks/${id}?view=${view}`);
      await heading(page, name).waitFor();
    }
    expect(await page.locator('main img, main script').count()).toBe(0);
  }, 60_000);
});
