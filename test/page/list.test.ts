/** The list of tasks while tasks come in, against the real server. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../src/worker/errors.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

const breaks = {
  name: 'breaks',
  run: () => Promise.reject(new PermanentError('no')),
  concurrency: null,
};

describe.skipIf(!hasBrowser)('the list of tasks', () => {
  async function start() {
    const { url } = await serve({ handlers: [breaks] });
    const tell = async (path: string, body: object): Promise<{ tasks: { id: string }[] }> => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as { tasks: { id: string }[] };
    };
    /** So many, the last of them the newest. */
    const submit = async (name: string, count: number): Promise<string[]> => {
      const tasks = Array.from({ length: count }, (_, index) => ({ name: `${name}-${index}` }));
      return (await tell('/tasks/batch', { tasks })).tasks.map(({ id }) => id);
    };
    const page = await openTab();
    await page.setViewportSize({ width: 1280, height: 900 });
    return { url, page, submit, tell };
  }

  const names = (page: Page): Promise<string[]> => page.locator('td.task > a:first-child').allInnerTexts();
  const newOnes = (page: Page, text: string) => page.getByRole('button', { name: text, exact: true });

  /** Submits sixty tasks. The page sees each twenty of them: of more than a page it counts what it saw alone. */
  async function keepSubmitting(page: Page, submit: (name: string, count: number) => Promise<unknown>) {
    for (let wave = 0; wave < 15; wave++) {
      await submit(`wave-${wave}`, 4);
      if (wave % 5 === 4) await newOnes(page, `↑ ${(wave + 1) * 4} new`).waitFor();
    }
  }

  test('keeps the selection and its rows, and says how many new ones wait', async () => {
    const { url, page, submit, tell } = await start();
    await submit('before', 12);
    await page.goto(url);
    await page.getByRole('checkbox', { name: /^Select before-4 / }).check();
    await page.mouse.move(5, 5);
    const before = await names(page);
    expect(before).toHaveLength(12);
    await keepSubmitting(page, submit);
    expect(await names(page)).toEqual(before);
    await page.getByText('1 selected').waitFor();
    expect(await page.getByRole('checkbox', { name: /^Select before-4 / }).isChecked()).toBe(true);

    // A row tells how its task stands, though the newest page does not hold it any more.
    const id = await page.locator('tr', { hasText: 'before-7' }).locator('a').first().getAttribute('title');
    await tell(`/tasks/${id}/cancel`, {});
    await page.locator('tr', { hasText: 'before-7' }).getByText('cancelled').waitFor();

    await newOnes(page, '↑ 60 new').click();
    await page.getByRole('link', { name: 'wave-14-3', exact: true }).waitFor();
    await page.getByText('1 of them not on this page').waitFor();
    await page.getByRole('button', { name: 'Cancel…', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel 1 task' }).click();
    await page.getByText('1 selected').waitFor({ state: 'detached' });
    expect(await statesOf(url, 'before-4')).toEqual(['cancelled']);
  });

  test.each([
    ['points at a row', (page: Page) => page.getByRole('link', { name: 'before-3', exact: true }).hover()],
    ['moves with the keyboard', (page: Page) => page.keyboard.press('j')],
    ['scrolls', (page: Page) => page.evaluate('window.scrollTo(0, 300)')],
  ])(
    'keeps its rows in place when one %s',
    async (_, hold) => {
      const { url, page, submit } = await start();
      await submit('before', 40);
      await page.goto(url);
      await page.getByRole('link', { name: 'before-3', exact: true }).waitFor();
      const before = await names(page);
      await hold(page);
      await submit('after', 5);
      await newOnes(page, '↑ 5 new').waitFor();
      expect(await names(page)).toEqual(before);
      await newOnes(page, '↑ 5 new').click();
      await page.getByRole('link', { name: 'after-4', exact: true }).waitFor();
    },
    120_000,
  );

  test('lets new ones in while nobody holds it', async () => {
    const { url, page, submit } = await start();
    await submit('before', 3);
    await page.goto(url);
    await page.getByRole('link', { name: 'before-2', exact: true }).waitFor();
    await submit('after', 1);
    await page.getByRole('link', { name: 'after-0', exact: true }).waitFor();
  });

  test('cancels all only behind a filter, and above a hundred only by their number', async () => {
    const { url, page, tell } = await start();
    await tell('/tasks/batch', { tasks: Array.from({ length: 101 }, () => ({ name: 'many' })) });
    await page.goto(url);
    await page.getByRole('link', { name: 'many', exact: true }).first().waitFor();
    const all = page.getByRole('button', { name: 'Cancel all…' });
    expect(await all.count()).toBe(0);

    await page.goto(`${url}/?name=many`);
    await all.click();
    const dialog = page.getByRole('dialog');
    const button = dialog.getByRole('button', { name: 'Cancel 101 tasks' });
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    const typed = dialog.getByLabel('Type 101 to cancel so many');
    await typed.fill('100');
    expect(await button.isDisabled()).toBe(true);
    await typed.fill('101');
    await button.click();
    await dialog.waitFor({ state: 'detached' });
    expect(await statesOf(url, 'many')).toEqual(['cancelled']);
  });

  test('cancels no failed tasks unasked', async () => {
    const { url, page, tell } = await start();
    const tasks = ['breaks', 'breaks', 'waits'].map((name) => ({ name, tags: ['night'] }));
    await tell('/tasks/batch', { tasks });
    await expect.poll(() => statesOf(url, 'breaks')).toEqual(['failed']);
    await page.goto(`${url}/?tag=night`);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Cancel all…' }).click();
    await dialog.getByText('Also the 2 that have failed').waitFor();
    await dialog.getByRole('button', { name: 'Cancel 1 task' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect([await statesOf(url, 'waits'), await statesOf(url, 'breaks')]).toEqual([
      ['cancelled'],
      ['failed'],
    ]);

    await page.getByRole('button', { name: 'Cancel all…' }).click();
    await dialog.getByText('Also the 2 that have failed').click();
    await dialog.getByRole('button', { name: 'Cancel 2 tasks' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await statesOf(url, 'breaks')).toEqual(['cancelled']);
  });

  test('leads to a task that says in its tab what it is, and who cancelled it and why', async () => {
    const { url, page, tell } = await start();
    const [id = ''] = (
      await tell('/tasks/batch', { tasks: [{ name: 'order', correlationId: 'ORD-4711' }] })
    ).tasks.map((task) => task.id);
    await tell(`/tasks/${id}/cancel`, { reason: 'the customer withdrew' });
    await page.goto(url);
    await page.getByRole('link', { name: 'order', exact: true }).click();
    await page.getByText('It was cancelled by http: “the customer withdrew”').waitFor();
    expect(await page.title()).toBe('cancelled · order · ORD-4711 · Troupe');
  });
});

/** All states that tasks of a name are in. */
async function statesOf(url: string, name: string): Promise<string[]> {
  const { tasks } = (await (await fetch(`${url}/tasks?name=${name}&limit=200`)).json()) as {
    tasks: { status: string }[];
  };
  return [...new Set(tasks.map(({ status }) => status))];
}
