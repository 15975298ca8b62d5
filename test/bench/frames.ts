/**
 * Measures a page inside the browser. It tells when the page first shows something of use, and the longest time
 * between two frames while it is worked with.
 */

import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export interface Frames {
  /** Between one frame and the next, at most. */
  readonly longestFrameMs: number;
  /** The longest piece of script, layout or painting that kept the page from answering; 0 when none took 50 ms. */
  readonly longestTaskMs: number;
}

interface Probe {
  readonly wanted: readonly string[];
  readonly shownAt: Readonly<Record<string, number>>;
  frames: number[];
  tasks: number[];
}

const PROBE = fileURLToPath(new URL('frame-probe.mjs', import.meta.url));

/** To be called before the page is opened: watches for the first frame in which each selector is there. */
export async function watchFor(page: Page, selectors: readonly string[]): Promise<void> {
  await page.addInitScript({ path: PROBE });
  await page.addInitScript(`globalThis.probe.wanted = ${JSON.stringify(selectors)}`);
}

/** Milliseconds from the navigation until the selector was there and painted. */
export async function shownAfter(page: Page, selector: string): Promise<number> {
  const shown = await page.waitForFunction(
    (wanted) => (globalThis as unknown as { probe: Probe }).probe.shownAt[wanted],
    selector,
    { polling: 50 },
  );
  return (await shown.jsonValue()) ?? Number.NaN;
}

/** The worst of what happened while `work` was done, a moment after it included. */
export async function framesDuring(page: Page, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const { probe } = globalThis as unknown as { probe: Probe };
    probe.frames = [];
    probe.tasks = [];
  });
  await work();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  const { frames, tasks } = await page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe);
  return { longestFrameMs: Math.max(0, ...frames), longestTaskMs: Math.max(0, ...tasks) };
}
