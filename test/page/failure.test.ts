/** A failed task at the page: the words of the provider, its whole answer, and where the handler threw. */

import { describe, expect, test } from 'vitest';
import { handlers } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

function Typo(): never {
  throw Object.assign(new TypeError('bug', { cause: new Error('the real reason') }), { order: { id: 7031 } });
}

const ANSWER = {
  error: { message: 'Your card has insufficient funds.', code: 'card_declined', charge: 'ch_3Nx' },
};

async function post(url: string, path: string, body: unknown): Promise<{ readonly id: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status).toBe(201);
  return (await response.json()) as { readonly id: string };
}

describe.skipIf(!hasBrowser)('a failure', () => {
  async function open() {
    const { url } = await serve({
      handlers: handlers({ Typo }),
      webhooks: { secret: null, allow: ['127.0.0.0/8'] },
    });
    return { url, page: await openTab() };
  }

  test('of a handler is unfolded: its stack, its cause and its fields', async () => {
    const { url, page } = await open();
    const { id } = await post(url, '/tasks', { name: 'Typo', maxRetries: 0 });
    await page.goto(`${url}/ui/tasks/${id}`);
    const panel = page.getByRole('region', { name: 'Task' });
    await panel.getByText('TypeError: bug').first().waitFor();
    for (const text of [/at Typo .*failure\.test\.ts/, 'Caused by Error: the real reason', '7031'])
      await panel.getByText(text).first().waitFor();
  });

  test("of a call has the provider's words, and its answer as a tree", async () => {
    const shop = await startReceiver((_, response) =>
      response.writeHead(402, { 'content-type': 'application/json' }).end(JSON.stringify(ANSWER)),
    );
    const { url, page } = await open();
    const http = { method: 'POST', url: shop.url, body: {} };
    await post(url, '/workflows', { name: 'Order', version: '1.0.0', steps: [{ name: 'pay', http }] });
    const { id } = await post(url, '/tasks', { name: 'Order' });
    await page.goto(`${url}/ui/tasks/${id}?step=pay`);
    const panel = page.getByRole('region', { name: /^(Task|Step pay)$/ });
    await panel.getByText('Your card has insufficient funds. (card_declined)').first().waitFor();
    await panel.getByText('The server answered 402').first().waitFor();
    await panel.getByText('ch_3Nx').first().waitFor();
    expect(await panel.getByText('{"error"').count()).toBe(0);
  });
});
