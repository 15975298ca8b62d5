/** Many tabs of one browser at once, against the real server. */

import type { BrowserContext, Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { parseTaskRequest } from '../../src/index.ts';
import { serve } from './serve.ts';
import { hasBrowser, openSession, openTab } from './use-browser.ts';

const TABS = 20;
/** A machine with much else to do takes its time for so many tabs. */
const PATIENT = { timeout: 300_000 };

/** Delays the tab's messages to the others, as on a machine that has much else to do. */
const SLOW_CHANNEL = `{
  const { postMessage } = BroadcastChannel.prototype;
  BroadcastChannel.prototype.postMessage = function (message) {
    setTimeout(() => postMessage.call(this, message), 500);
  };
}`;

/** Notes how far the stream was read, as the leading tab tells the others. */
const HEARD_PLACE = `{
  const Channel = BroadcastChannel;
  globalThis.BroadcastChannel = class extends Channel {
    constructor(name) {
      super(name);
      this.addEventListener('message', ({ data }) => {
        globalThis.heardPlace = data.lastId ?? globalThis.heardPlace;
      });
    }
  };
}`;

/** The streams of events that are open, and all that ever were. */
interface Streams {
  readonly open: Set<Request>;
  readonly all: Request[];
}

function watchStreams(context: BrowserContext): Streams {
  const streams: Streams = { open: new Set(), all: [] };
  context.on('request', (request) => {
    if (new URL(request.url()).pathname !== '/events') return;
    streams.open.add(request);
    streams.all.push(request);
  });
  const over = (request: Request) => void streams.open.delete(request);
  context.on('requestfinished', over);
  context.on('requestfailed', over);
  // Nobody hears that the requests of a closed tab failed.
  context.on('page', (page) => {
    page.on('close', () => {
      for (const request of streams.open) if (request.frame().page() === page) streams.open.delete(request);
    });
  });
  return streams;
}

const hasPlace = (page: Page): Promise<void> =>
  expect.poll(() => page.evaluate('globalThis.heardPlace ?? null'), PATIENT).not.toBe(null);

const leaderOf = ({ open }: Streams): Page | undefined => [...open][0]?.frame().page();

describe.skipIf(!hasBrowser)('tabs of one browser', () => {
  async function start(): Promise<{ url: string; submit(name: string): Promise<string> }> {
    const { url, troupe } = await serve();
    return { url, submit: async (name) => (await troupe.submit(parseTaskRequest({ name }))).taskId };
  }

  const isLive = (page: Page) => page.getByRole('status').getByText('live', { exact: true }).waitFor();
  const shows = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).waitFor();

  test('load, answer and share one stream of events, twenty of them, whoever leaves', async () => {
    const { url, submit } = await start();
    const id = await submit('first');
    const context = await openSession();
    await context.addInitScript(HEARD_PLACE);
    const streams = watchStreams(context);
    const pages: Page[] = [];
    for (let tab = 0; tab < TABS; tab++) {
      const page = await context.newPage();
      await page.goto(tab % 2 === 0 ? url : `${url}/ui/tasks/${id}`);
      await page.getByRole('heading', { level: 1, name: tab % 2 === 0 ? 'Tasks' : 'first' }).waitFor();
      pages.push(page);
    }
    for (const page of pages) await isLive(page);
    await expect.poll(() => streams.open.size, PATIENT).toBe(1);

    // A request made by hand is answered, in the last tab as in the first.
    for (const page of [pages[0], pages[TABS - 2]]) {
      if (page === undefined) throw new Error('the tab is not there');
      await page.bringToFront();
      await page.getByRole('button', { name: /^failed/ }).click();
      await page.getByText('No task matches').waitFor();
      await page.getByRole('button', { name: /^all/ }).click();
      await shows(page, 'first');
    }
    await submit('second');
    for (const page of pages.filter((_, tab) => tab % 2 === 0)) await shows(page, 'second');

    // The one that holds the stream goes: another takes it up where it stopped, and all hear what happens then.
    const leader = leaderOf(streams);
    if (leader === undefined) throw new Error('nobody holds a stream');
    const left = pages.filter((page) => page !== leader);
    // A list may show a task before an event tells of it.
    for (const page of left) await hasPlace(page);
    const before = streams.all.length;
    await leader.close();
    await submit('third');
    for (const page of left.filter((page) => !page.url().includes('/tasks/'))) await shows(page, 'third');
    await expect.poll(() => streams.open.size, PATIENT).toBe(1);
    const [taken] = streams.all.slice(before);
    expect(await taken?.headerValue('last-event-id')).toMatch(/^\d+-\d+$/);
    for (const page of left) await isLive(page);
  }, 400_000);

  test('go on where the stream stopped, though one of them says late what it wants', async () => {
    const { url, submit } = await start();
    const id = await submit('first');
    const context = await openSession();
    await context.addInitScript(HEARD_PLACE);
    const streams = watchStreams(context);
    const open = async (path: string, { isSlow = false } = {}): Promise<Page> => {
      const page = await context.newPage();
      if (isSlow) await page.addInitScript(SLOW_CHANNEL);
      await page.goto(`${url}${path}`);
      await isLive(page);
      return page;
    };
    const first = await open('/ui/tasks');
    const next = await open(`/ui/tasks/${id}`);
    const slow = await open('/ui/tasks', { isSlow: true });
    await submit('second');
    await shows(slow, 'second');
    await hasPlace(next);
    const before = streams.all.length;
    await first.close();
    await submit('third');
    await shows(slow, 'third');
    const taken = streams.all[before];
    expect(await taken?.headerValue('last-event-id')).toMatch(/^\d+-\d+$/);
  });

  test('ask for no more than they want, once those that wanted more are gone', async () => {
    const { url, submit } = await start();
    const id = await submit('first');
    const context = await openSession();
    const streams = watchStreams(context);
    const [task, list] = [await context.newPage(), await context.newPage()];
    await task.goto(`${url}/ui/tasks/${id}`);
    await isLive(task);
    await list.goto(url);
    await isLive(list);
    const asked = () => [...streams.open].map((request) => new URL(request.url()).search);
    await expect.poll(asked, PATIENT).toEqual(['']);
    await list.close();
    await expect.poll(asked, PATIENT).toEqual([`?taskId=${id}`]);
    await isLive(task);
  });

  test('have no stream while they are hidden, and read again when they are shown', async () => {
    const { url, submit } = await start();
    const context = await openSession();
    const streams = watchStreams(context);
    const [one, two] = [await context.newPage(), await context.newPage()];
    for (const page of [one, two]) {
      await page.goto(url);
      await isLive(page);
    }
    const look = (page: Page, hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event('visibilitychange'));`);
    const leader = () => leaderOf(streams);
    await expect.poll(leader, PATIENT).toBe(one);
    await look(one, true);
    await expect.poll(leader, PATIENT).toBe(two);
    await look(two, true);
    await expect.poll(() => streams.open.size, PATIENT).toBe(0);
    await submit('unseen');
    await look(two, false);
    await shows(two, 'unseen');
    await expect.poll(leader, PATIENT).toBe(two);
    expect(streams.open.size).toBe(1);
  });

  test('have a stream of their own where the browser lets them share none', async () => {
    const { url, submit } = await start();
    const context = await openSession();
    await context.addInitScript('delete Navigator.prototype.locks; delete globalThis.BroadcastChannel;');
    const streams = watchStreams(context);
    for (let tab = 0; tab < 2; tab++) {
      const page = await context.newPage();
      await page.goto(url);
      await isLive(page);
    }
    await expect.poll(() => streams.open.size, PATIENT).toBe(2);
    await submit('first');
    for (const page of context.pages()) await shows(page, 'first');
  });

  test('say that they wait, and not that they are live, while a request hangs', async () => {
    const { url } = await start();
    const page = await openTab();
    await page.goto(url);
    await isLive(page);
    const hanging: (() => Promise<void>)[] = [];
    await page.route(/[/]tasks[?].*status=failed/, (route) => void hanging.push(() => route.continue()));
    await page.getByRole('button', { name: /^failed/ }).click();
    await page.getByRole('status').getByText('waiting for an answer').waitFor();
    for (const go of hanging) await go();
    await isLive(page);
  });
});
