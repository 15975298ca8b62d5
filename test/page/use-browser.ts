/**
 * One browser for all tests of a process, opened by the first that needs it; without one they are skipped, saying so.
 * Its tabs share a renderer: to start and to end one of its own for each tab was two thirds of the time of these tests.
 */

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { findBrowser, launch, NO_BROWSER } from './browser.ts';

const path = findBrowser();
if (path === null) console.warn(NO_BROWSER);

export const hasBrowser = path !== null;

/** Playwright gives up after 30 seconds, which a busy machine may need. */
const PATIENCE_MS = 240_000;

/** For each session. */
const ONE_RENDERER = ['--disable-site-isolation-trials', '--renderer-process-limit=1'];

interface Opened {
  readonly browser: Browser;
  readonly shared: BrowserContext;
}

let opened: Promise<Opened> | null = null;

/** It ends with the process that opened it. */
async function open(): Promise<Opened> {
  const browser = await launch(path ?? '', ONE_RENDERER);
  const shared = await browser.newContext();
  shared.setDefaultTimeout(PATIENCE_MS);
  // A tab that stays, so that the renderer does.
  const page = await shared.newPage();
  await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  await page.goto('http://127.0.0.1/');
  return { browser, shared };
}

const use = (): Promise<Opened> => {
  opened ??= open();
  return opened;
};

/** A tab of the test's own beside the others; each server has a port, and thereby an origin, of its own. */
export async function openTab(): Promise<Page> {
  const { shared } = await use();
  const page = await shared.newPage();
  onTestFinished(async () => {
    await page.close();
    // They are the host's, not the port's.
    await shared.clearCookies();
  });
  return page;
}

/** A browser session of the test's own: cookies, storage and settings. */
export async function openSession(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const { browser } = await use();
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  onTestFinished(() => context.close());
  return context;
}
