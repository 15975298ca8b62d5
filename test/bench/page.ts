/**
 * The page of a large task in a real Chromium, against a real server: how soon a task of many steps and a journal of
 * many entries are seen, and the longest frame while one scrolls, moves, zooms and travels in time.
 * `npm run build` first; `node --import tsx test/bench/page.ts --steps 1000 --attempts 5`.
 */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { toPromise } from 'xstate';
import { createApp } from '../../src/api/app.ts';
import { listen } from '../../src/api/listen.ts';
import { readPage } from '../../src/api/page-files.ts';
import { createTroupe, type StepDefinition, type Troupe } from '../../src/index.ts';
import { RetryableError } from '../../src/worker/errors.ts';
import { findBrowser, launch } from '../page/browser.ts';
import { framesDuring, shownAfter, watchFor } from './frames.ts';
import { type Figures, inFolder } from './measure.ts';
import { orderRequest, stepOf, workflowOf } from './order.ts';
import { section } from './section.ts';

/** Steps side by side; each waits for two of the row above. */
const ROW = 25;
const BACKOFF = { strategy: 'fixed', baseMs: 1, maxMs: 1, jitter: 'none' } as const;

const HEADING = '.task-head h1';
const STEP_DRAWN = '.canvas .node';
const LANE = '.lane-row .bar';
const ENTRY = '.journal-row';

function layered(steps: number, attempts: number): StepDefinition[] {
  return Array.from({ length: steps }, (_, index) => {
    const above = index - ROW;
    const beside = above % ROW === ROW - 1 ? above - ROW + 1 : above + 1;
    const dependsOn = above < 0 ? [] : [`step ${above}`, `step ${beside}`];
    return { ...stepOf(`step ${index}`, 'work', dependsOn), maxAttempts: attempts, backoff: BACKOFF };
  });
}

/** Ended tasks: one of so many steps, and one whose steps each took so many attempts. */
async function submit(troupe: Troupe, steps: number, attempts: number): Promise<[string, string]> {
  await troupe.registerWorkflow(workflowOf('Layers', layered(steps, attempts)));
  const ids: string[] = [];
  for (const failures of [0, attempts - 1]) {
    const { taskId } = await troupe.submit({ ...orderRequest, name: 'Layers', payload: { failures } });
    await toPromise(troupe.actor(taskId));
    ids.push(taskId);
  }
  const [large = '', long = ''] = ids;
  return [large, long];
}

/** A tab of its own, so that nothing is cached that a first visitor would not have. */
async function open(browser: Browser, url: string, shown: readonly string[]): Promise<[Page, Figures]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await watchFor(page, shown);
  await page.goto(url);
  const times: Record<string, number> = {};
  for (const selector of shown) times[selector] = await shownAfter(page, selector);
  return [page, times];
}

async function middleOf(place: Locator): Promise<{ x: number; y: number; width: number }> {
  const box = await place.boundingBox();
  if (box === null) throw new Error('what is to be worked with is not there');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width };
}

const MOVES = 40;

async function scroll(page: Page, place: Locator): Promise<void> {
  const { x, y } = await middleOf(place);
  await page.mouse.move(x, y);
  for (let move = 0; move < MOVES; move++) await page.mouse.wheel(0, move % 10 === 9 ? -900 : 700);
  // As one does with the bar at the side: far, at once.
  for (const share of [0.9, 0.1, 0.5])
    await place.evaluate((element, at) => element.scrollTo(0, element.scrollHeight * at), share);
}

async function drag(page: Page, place: Locator): Promise<void> {
  const { x, y } = await middleOf(place);
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let move = 0; move < MOVES; move++) await page.mouse.move(x + 6 * move, y + 4 * (move % 20));
  await page.mouse.up();
}

async function zoom(page: Page, place: Locator): Promise<void> {
  const { x, y } = await middleOf(place);
  await page.mouse.move(x, y);
  for (let move = 0; move < MOVES; move++) await page.mouse.wheel(0, move < MOVES / 2 ? -120 : 120);
}

async function scrub(page: Page): Promise<void> {
  const { x, y, width } = await middleOf(page.getByRole('slider', { name: 'Moment' }));
  await page.mouse.move(x + width / 2 - 8, y);
  await page.mouse.down();
  for (let move = 0; move < MOVES; move++) await page.mouse.move(x + width / 2 - 8 - (move * width) / 45, y);
  await page.mouse.up();
}

async function measurePage(browser: Browser, url: string, steps: number, attempts: number, troupe: Troupe) {
  const [large, long] = await submit(troupe, steps, attempts);
  const figures: Record<string, number> = { steps, journalRows: [...troupe.history(null, long)].length };
  const note = async (name: string, page: Page, work: () => Promise<void>): Promise<void> => {
    const { longestFrameMs, longestTaskMs } = await framesDuring(page, work);
    figures[`${name}FrameMs`] = longestFrameMs;
    figures[`${name}TaskMs`] = longestTaskMs;
  };
  const visit = async (id: string, view: string, shown: string): Promise<[Page, number, number]> => {
    const [page, times] = await open(browser, `${url}/ui/tasks/${id}?view=${view}`, [HEADING, shown]);
    return [page, times[HEADING] ?? Number.NaN, times[shown] ?? Number.NaN];
  };

  const [first, , placedMs] = await visit(large, 'graph', STEP_DRAWN);
  figures['graphFirstEverMs'] = placedMs;
  await first.close();
  for (const [name, id, view, shown] of [
    ['graph', large, 'graph', STEP_DRAWN],
    ['timeline', large, 'timeline', LANE],
    ['journal', long, 'journal', ENTRY],
    ['longGraph', long, 'graph', STEP_DRAWN],
    ['longTimeline', long, 'timeline', LANE],
  ] as const) {
    const [page, headingMs, shownMs] = await visit(id, view, shown);
    figures[`${name}HeadingMs`] = headingMs;
    figures[`${name}OpenMs`] = shownMs;
    figures[`${name}Nodes`] = await page.evaluate("document.getElementsByTagName('*').length");
    if (view === 'graph') {
      const canvas = page.locator('.canvas');
      await note(`${name}Zoom`, page, () => zoom(page, canvas));
      await note(`${name}Pan`, page, () => drag(page, canvas));
      await page.getByRole('button', { name: 'Fit' }).click();
      await note(`${name}FittedPan`, page, () => drag(page, canvas));
    } else await note(`${name}Scroll`, page, () => scroll(page, page.locator('.virtual')));
    await note(`${name}Scrub`, page, () => scrub(page));
    await page.close();
  }
  return figures;
}

const files = readPage(fileURLToPath(new URL('../../dist/page', import.meta.url)));
const chromium = findBrowser();
if (files === null) throw new Error('the page was not built: run "npm run build" first');
if (chromium === null) throw new Error('there is no Chromium on PATH: install one, or set CHROME_PATH');

/** `attempts` of each step of the task with the long journal. */
await section({ steps: 1_000, attempts: 5 }, ({ steps, attempts }) =>
  inFolder(async (folder) => {
    const work = {
      name: 'work',
      run: ({ payload, attempt }: { payload: Readonly<Record<string, unknown>>; attempt: number }) => {
        if (attempt <= Number(payload['failures'])) throw new RetryableError('busy: come back in a moment');
        return { ok: true };
      },
      concurrency: null,
    };
    const troupe = await createTroupe({ db: join(folder, 'troupe.db'), handlers: [work] });
    const server = await listen(createApp({ troupe, keys: null, version: '0', page: files }), {
      host: '127.0.0.1',
      port: 0,
    });
    const browser = await launch(chromium);
    try {
      return await measurePage(browser, server.url, steps, attempts, troupe);
    } finally {
      await browser.close();
      await server.close();
      await troupe.close({ graceMs: 0 });
    }
  }),
);
