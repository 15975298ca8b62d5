/** A whole session at the page without a pointer: everything is reached by the keyboard, and one sees where one is. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../src/index.ts';
import { handlers } from '../support.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

interface Focused {
  readonly name: string;
  readonly isMarked: boolean;
  readonly isInView: boolean;
}

/** Returns the focused element's name, and whether one sees its focus. null between the last and the first. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const label = element.getAttribute('aria-label') ?? element.querySelector('title')?.textContent;
  const name = label ?? element.labels?.[0]?.innerText ?? element.innerText ?? '';
  const box = element.getBoundingClientRect();
  // In a drawing the shape is outlined.
  const isMarked = [element, ...element.children]
    .map((each) => getComputedStyle(each))
    .some((style) => style.outlineStyle !== 'none' || parseFloat(style.strokeWidth) > 2);
  return { name: name.trim(), isMarked, isInView: box.bottom > 0 && box.top < innerHeight && box.width > 0 };
})()`;

const focused = (page: Page): Promise<Focused | null> => page.evaluate(FOCUSED);
const nameOfFocused = async (page: Page): Promise<string> => (await focused(page))?.name ?? 'nothing';

const MOST_STOPS = 60;

/** Presses Tab until that has the focus; each stop on the way is seen. */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    if (stop === null) continue;
    expect(stop, `after ${passed.join(' › ')}`).toMatchObject({ isMarked: true, isInView: true });
    if (name.test(stop.name)) return;
    passed.push(stop.name.split('\n')[0] ?? '');
  }
  throw new Error(`${name} is not reached by ${key}: ${passed.join(' › ')}`);
}

const standing = (page: Page, state: string) =>
  page.locator('main').getByText(state, { exact: true }).first().waitFor();

async function runExample(page: Page, url: string): Promise<void> {
  const { keyboard } = page;
  await page.goto(url);
  await page.getByText('No tasks yet').waitFor();
  await tabTo(page, /^Submit a task$/);
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Run an example' }).waitFor();
  await tabTo(page, /^One handler/);
  await keyboard.press('Enter');
  await standing(page, 'failed');
}

async function chooseViews(page: Page): Promise<void> {
  const { keyboard } = page;
  await tabTo(page, /^Statechart$/);
  await keyboard.press('Enter');
  await page.locator('.chart-state').first().waitFor();
  expect(await nameOfFocused(page)).toBe('Statechart');
  await tabTo(page, /^Journal$/);
  await keyboard.press('Space');
  await page.locator('.journal-row').first().waitFor();
  await tabTo(page, /^Graph$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await page.locator('.canvas .node').waitFor();
  await tabTo(page, /^CheckInventory, /);
  await keyboard.press('Enter');
  await page.getByRole('region', { name: 'Step CheckInventory' }).waitFor();
}

async function goToThePast(page: Page): Promise<void> {
  const { keyboard } = page;
  await tabTo(page, /^Moment$/, 'Shift+Tab');
  await keyboard.press('ArrowLeft');
  await page.getByText('You are looking at the past').waitFor();
  expect(await nameOfFocused(page)).toBe('Moment');
  await keyboard.press('End');
  await page.getByText('You are looking at the past').waitFor({ state: 'detached' });
}

async function askWhatIf(page: Page): Promise<void> {
  const { keyboard } = page;
  await tabTo(page, /^What if/);
  await keyboard.press('Enter');
  await tabTo(page, /^Event/);
  await keyboard.type('step.skip');
  await tabTo(page, /^See what would follow$/);
  await keyboard.press('Enter');
  await page.getByText('Nothing was executed or stored.').waitFor();
}

/** The dialog gives the focus back; when its button is gone, the place around it has it. */
async function retryWithReason(page: Page, mend: () => void): Promise<void> {
  const { keyboard } = page;
  await tabTo(page, /^Retry$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  expect(await nameOfFocused(page)).toMatch(/^Reason/);
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await nameOfFocused(page)).toBe('Retry');
  mend();
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await keyboard.type('the shelf was filled');
  await keyboard.press('Enter');
  await standing(page, 'complete');
  const told = await page.evaluate(
    "fetch(location.pathname.replace('/ui', '') + '/history').then((it) => it.text())",
  );
  expect(String(told).match(/"event":"step.retry"/g)).toHaveLength(1);
  expect(told).toContain('the shelf was filled');
  await page.getByRole('button', { name: 'Retry', exact: true }).first().waitFor({ state: 'detached' });
  expect(await page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);
}

async function filterTheList(page: Page): Promise<void> {
  const { keyboard } = page;
  await tabTo(page, /^Tasks$/, 'Shift+Tab');
  await keyboard.press('Enter');
  await page.getByRole('link', { name: 'CheckInventory' }).waitFor();
  await keyboard.press('/');
  expect(await nameOfFocused(page)).toBe('Name');
  await keyboard.type('Nothing');
  await keyboard.press('Enter');
  await page.getByText('No task matches').waitFor();
  expect(await nameOfFocused(page)).toBe('Name');
  await tabTo(page, /^Clear$/);
  await keyboard.press('Enter');
  await page.getByRole('link', { name: 'CheckInventory' }).waitFor();
  await keyboard.press('j');
  await keyboard.press('Enter');
  await page.waitForURL(/\/ui\/tasks\//);
  // A browser without a window takes no keys of its own.
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
}

describe.skipIf(!hasBrowser)('the page', () => {
  test('is worked with the keyboard alone, from an example to its end and back to the list', async () => {
    let isStocked = false;
    const CheckInventory = () => {
      if (isStocked) return { inStock: true };
      throw new PermanentError('the shelf is empty');
    };
    const { url } = await serve({ handlers: handlers({ CheckInventory }) });
    const page = await openTab();
    await runExample(page, url);
    await chooseViews(page);
    await goToThePast(page);
    await askWhatIf(page);
    await retryWithReason(page, () => {
      isStocked = true;
    });
    await filterTheList(page);
  });
});
