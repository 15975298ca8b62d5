// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Questions that wait for a person, on their own page and by their links, against the real server. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

const refund = defineWorkflow({
  name: 'refund',
  steps: {
    manager: { waitFor: { approval: 'Refund ${payload.amount}?', within: '24h' } },
    pay: { dependsOn: ['manager'], handler: ({ dependencies }) => ({ by: dependencies.manager }) },
  },
});

interface Listed {
  readonly approvals: readonly { readonly prompt: string; readonly link: string }[];
}

describe.skipIf(!hasBrowser)('approvals', () => {
  async function start(amounts: readonly number[], { isOpened = true } = {}) {
    const { url, troupe } = await serve({ workflows: [refund] });
    const post = async (path: string, body: object = {}) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as { id: string; detail: string } };
    };
    const ask = async (amount: number): Promise<string> =>
      (await post('/tasks', { name: 'refund', payload: { amount } })).body.id;
    const list = async (): Promise<Listed> => (await fetch(`${url}/approvals`)).json() as Promise<Listed>;
    const ids: string[] = [];
    for (const amount of amounts) ids.push(await ask(amount));
    await expect.poll(() => troupe.health().tasks.waiting).toBe(amounts.length);
    const page = await openTab();
    await page.setViewportSize({ width: 1280, height: 900 });
    if (isOpened) await page.goto(`${url}/ui/approvals`);
    const answer = (id: string, verb: 'complete' | 'reject') => post(`/tasks/${id}/steps/manager/${verb}`);
    const [id = ''] = ids;
    return { url, troupe, page, id, ids, ask, answer, list };
  }

  const question = (page: Page, amount: number) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: `Refund ${amount}?` }) });
  const inNavigation = (page: Page, name: string) =>
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true });

  test('are listed with how many there are, and answered where they stand, once', async () => {
    const { page, id, troupe, answer } = await start([500]);
    await inNavigation(page, 'Approvals 1').waitFor();
    const item = question(page, 500);
    await item.getByText(/^closes in 23 h 5\d min/).waitFor();
    await item.getByText('for anybody').waitFor();
    await item.getByRole('textbox', { name: /^Reason/ }).fill('a good customer');
    await item.getByRole('button', { name: /^Approve/ }).click();
    await item.getByText('approved by http').waitFor();
    await inNavigation(page, 'Approvals').waitFor();
    const output = { approved: true, by: 'http', reason: 'a good customer' };
    await expect.poll(() => troupe.getTask(null, id).result).toEqual({ pay: { by: output } });
    expect(await answer(id, 'reject')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('was approved by http at') as string },
    });
  });

  test('that are rejected say whose no it was', async () => {
    const { page, id, troupe } = await start([500]);
    const item = question(page, 500);
    await item.getByRole('textbox', { name: /^Reason/ }).fill('too much');
    // The reason is no answer.
    await page.keyboard.press('Enter');
    await item.getByRole('button', { name: /^Reject/ }).click();
    await item.getByText('http said no: too much').waitFor();
    expect(troupe.getTask(null, id).error).toMatchObject({ code: 'REJECTED' });
  });

  test('that somebody else has answered are refused in the words of the server', async () => {
    const { url, page, id, answer } = await start([500], { isOpened: false });
    // The page has not heard yet.
    const before = await (await fetch(`${url}/approvals?limit=50`)).text();
    await page.route(/[/]approvals[?]/, (route) =>
      route.fulfill({ contentType: 'application/json', body: before }),
    );
    await page.goto(`${url}/ui/approvals`);
    const item = question(page, 500);
    await item.waitFor();
    await answer(id, 'complete');
    await item.getByRole('button', { name: /^Reject/ }).click();
    await item
      .getByRole('alert')
      .getByText(/^step manager was approved by http at /)
      .waitFor();
  });

  test('keep their places while one points at them, and tell who answered; new ones come at the end', async () => {
    const { page, ids, ask, answer } = await start([1, 2]);
    await question(page, 2).hover();
    const topOf = async () => (await question(page, 2).boundingBox())?.y;
    const before = await topOf();
    await answer(ids[0] ?? '', 'complete');
    await question(page, 1).getByText('approved by http').waitFor();
    await ask(3);
    await question(page, 3).waitFor();
    expect(await topOf()).toBe(before);
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Refund 1?',
      'Refund 2?',
      'Refund 3?',
    ]);
    await page.mouse.move(5, 5);
    await question(page, 1).waitFor({ state: 'detached' });
  });

  test('are worked through with the keyboard', async () => {
    const { page, ids, troupe } = await start([1, 2]);
    await question(page, 2).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await page.keyboard.press('Enter');
    await question(page, 2).getByText('http said no').waitFor();
    expect(troupe.getTask(null, ids[1] ?? '').status).toBe('failed');
    // The focus is where its button was.
    expect(await question(page, 2).locator(':focus').count()).toBe(1);
    await page.keyboard.press('k');
    await page.keyboard.press('a');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('by hand');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await question(page, 1).getByText('approved by http').waitFor();
    expect(troupe.getStep(null, ids[0] ?? '', 'manager').output).toMatchObject({ reason: 'by hand' });
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/ui\/tasks\/.*step=manager/);
  });

  test('are read page by page', async () => {
    const { page } = await start(Array.from({ length: 51 }, (_, amount) => amount));
    await inNavigation(page, 'Approvals 51').waitFor();
    await question(page, 49).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(50);
    await page.getByRole('button', { name: 'More' }).click();
    await question(page, 50).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(1);
    await page.getByRole('button', { name: 'First' }).click();
    await question(page, 0).waitFor();
  });

  test('for others are refused, and need not be seen', async () => {
    const asked = defineWorkflow({
      name: 'ask',
      steps: { annas: { waitFor: { approval: 'For Anna?', who: ['anna'] } } },
    });
    const keys = ['anna', 'ben'].map((name) => ({ name, key: `${name}-key`, tenant: 'shop' }));
    const { url, troupe } = await serve({ workflows: [asked], keys: { keys } });
    await troupe.submit({ name: 'ask', tenantId: 'shop' });
    await expect.poll(() => troupe.health().tasks.waiting).toBe(1);
    const page = await openTab();
    await page.goto(`${url}/ui/approvals`);
    await page.getByLabel('API key').fill('ben-key');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('for anna', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('step annas waits for anna: "ben" cannot complete it').waitFor();
    await page.getByRole('checkbox', { name: 'only those that ask ben' }).check();
    await page.getByText('No question matches').waitFor();
  });

  test('R8: the page of a link is opened ten times, answered by its form, and dead after', async () => {
    const { url, page, id, troupe, list } = await start([500], { isOpened: false });
    const link = (await list()).approvals[0]?.link ?? '';
    expect(new URL(link).origin).toBe(url);
    const entries = () => [...troupe.history(null, id)].length;
    const before = entries();
    for (let count = 0; count < 10; count++) {
      expect((await page.goto(link))?.status()).toBe(200);
      await page.getByRole('heading', { name: 'Refund 500?' }).waitFor();
    }
    expect(entries()).toBe(before);
    await page.getByLabel('Reason').fill('over the phone');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Approved.' }).waitFor();
    const output = { approved: true, by: 'link', reason: 'over the phone' };
    await expect.poll(() => troupe.getTask(null, id).result).toEqual({ pay: { by: output } });
    expect((await page.goto(link))?.status()).toBe(410);
    await page.getByText('this question is not open any more').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });
});
