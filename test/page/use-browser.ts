/** The browser of a file of tests, and the page as its sources are now; without a browser they are skipped, saying so. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { buildPage, findBrowser, launch, NO_BROWSER } from './browser.ts';

const path = findBrowser();
if (path === null) console.warn(NO_BROWSER);

export const hasBrowser = path !== null;

/** To be called where the tests are described; what it returns gives the browser while they run. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    await buildPage();
    browser = await launch(path ?? '');
  }, 60_000);
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error('assertion failed: the browser is open while tests run');
    return browser;
  };
}
