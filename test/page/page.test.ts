/** The page in a real browser, against the real server; where that is killed, as its own process. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PermanentError } from '../../src/index.ts';
import { startServer } from '../cli/process.ts';
import { handlers, temporaryFolder } from '../support.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

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
  /** A tab of its own; anything its console complains of fails the test, but for a server that is away. */
  async function open(url: string): Promise<Page> {
    const complaints: string[] = [];
    const page = await openTab();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(url).host) complaints.push(`asked ${request.url()}`);
    });
    onTestFinished(() => expect(complaints).toEqual([]));
    await page.goto(url);
    return page;
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
  /** The state beside the name of the task. */
  const standing = (page: Page, state: string) =>
    page.locator('main').getByText(state, { exact: true }).first();

  const submit = async (url: string, task: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(task),
    });
    return (await response.json()) as { id: string };
  };

  test('follows a task from its submission over a crash of the server to its end', async () => {
    const folder = temporaryFolder();
    const allow = (what: 'go' | 'paid') => writeFileSync(join(folder, what), '');
    const program = temporaryFolder();
    writeFileSync(join(program, 'charge.mjs'), CHARGE(folder));
    const db = join(temporaryFolder(), 'troupe.db');
    const start = (port: string) => startServer(['serve', '--port', port, '--db', db, '--handlers', program]);
    const server = await start('0');
    const page = await open(`${server.url}/ui/submit?name=charge`);
    await page.getByRole('button', { name: /^Submit/ }).click();
    await heading(page, 'charge').waitFor();
    await standing(page, 'running').waitFor();
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));

    server.child.kill('SIGKILL');
    await page.getByText('no answer, trying again').waitFor();
    await start(new URL(server.url).port);
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();

    allow('go');
    await standing(page, 'failed').waitFor();
    await page.getByText('card declined').first().waitFor();

    allow('paid');
    await page.getByRole('button', { name: 'Retry', exact: true }).first().click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Retry/ })
      .click();
    await standing(page, 'complete').waitFor();
    expect(await page.evaluate(() => 'neverReloaded' in globalThis)).toBe(true);
  });

  test('shows the past, and what an event would lead to, and changes nothing by it', async () => {
    const charge = () => Promise.reject(new PermanentError('card declined'));
    const { url } = await serve({ handlers: handlers({ charge }) });
    const { id } = await submit(url, { name: 'charge' });
    const page = await open(`${url}/ui/tasks/${id}`);
    await standing(page, 'failed').waitFor();
    const history = async () => (await fetch(`${url}/tasks/${id}/history`)).text();
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
  });

  test('asks for a key, and shows its tenant alone', async () => {
    const of = (tenant: string) => ({ name: tenant, key: `${tenant}-key`, tenant });
    const { url } = await serve({ keys: { keys: [of('shop'), of('bank')] } });
    await submit(url, { name: 'parcels' }, { authorization: 'Bearer shop-key' });
    await submit(url, { name: 'ledgers' }, { authorization: 'Bearer bank-key' });
    const page = await open(url);
    await page.getByLabel('API key').fill('shop-key');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('parcels').first().waitFor();
    expect(await page.getByText('ledgers').count()).toBe(0);

    await page.getByRole('link', { name: 'Submit', exact: true }).click();
    await page.getByRole('button', { name: /^A checkout/ }).waitFor();
  });

  test('takes names for text, whatever they hold', async () => {
    const { url } = await serve();
    const name = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const { id } = await submit(url, { name, correlationId: '"><b>bold</b>', tags: ['<i>tag</i>'] });
    const page = await open(url);
    await page.getByText(name).first().waitFor();
    for (const view of ['graph', 'chart', 'timeline', 'journal']) {
      await page.goto(`${url}/ui/tasks/${id}?view=${view}`);
      await heading(page, name).waitFor();
    }
    expect(await page.locator('main img, main script').count()).toBe(0);
  });
});
