/** A real browser for the tests of the page, found on this machine; without one they are skipped, saying so. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Its path, or null. */
export function findBrowser(): string | null {
  const { CHROME_PATH, PATH = '' } = process.env;
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(CHROME_PATH === undefined ? [] : [CHROME_PATH]), ...places].find(isExecutable) ?? null;
}

export const NO_BROWSER =
  'The tests of the page are skipped: no Chromium on PATH. Install one (apt-get install chromium, brew install chromium), or set CHROME_PATH.';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us.
    return false;
  }
}

/** Containers have no sandbox to offer, and what Chromium would fetch by itself is no part of a test. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (path: string, more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: path, args: [...FLAGS, ...more] });
