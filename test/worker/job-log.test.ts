/** `job.log` and `job.progress`, wherever the handler runs: in the program, in a host of its own, and on another worker. */

import { type Logger, pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { InProcessBus } from '../../src/bus/in-process.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { startWorker } from '../../src/remote-worker/worker.ts';
import type { Troupe } from '../../src/troupe.ts';
import { HandlerHost } from '../../src/worker/host/host.ts';
import type { Handler, HandlerContext } from '../../src/worker/job.ts';
import { progressFrom, progressText } from '../../src/worker/progress.ts';
import { startTroupe } from '../support.ts';
import { handlerFolder } from './host/hosting.ts';

/** It says how far it is until its signal fires, or its task is over. */
const WORK = `
  log.debug('nobody asked for this');
  log.info({ rows: 3, task: 'mine' }, 'began');
  log.warn(new TypeError('odd'));
  for (let n = 0; n < 100_000; n++) progress({ done: n, total: 200_000 });
  progress({ done: 310, total: 500 }, 'rows');
  return new Promise((resolve) => signal.addEventListener('abort', resolve));`;
const work: Handler = new Function('{ log, progress, signal }', WORK) as Handler;

type Line = Readonly<Record<string, unknown>>;

interface Place {
  readonly troupe: Troupe;
  /** The process that runs the handler has written these. */
  readonly lines: readonly Line[];
}

function logger(): { log: Logger; lines: Line[] } {
  const lines: Line[] = [];
  return {
    log: pino({ level: 'info' }, { write: (text: string) => void lines.push(JSON.parse(text)) }),
    lines,
  };
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  'the program': async () => {
    const { log, lines } = logger();
    return { troupe: await startTroupe({ handlers: { Work: work }, log }), lines };
  },
  'a handler host': async () => {
    const { log, lines } = logger();
    const folder = handlerFolder({ Work: `export default ({ log, progress, signal }) => {${WORK}};` });
    const host = await HandlerHost.open({ groups: [[folder]], isolation: 'host', log });
    onTestFinished(() => host.close());
    return { troupe: await startTroupe({ host, log }), lines };
  },
  'a worker elsewhere': async () => {
    const { log, lines } = logger();
    const bus = new InProcessBus({ streams: streamsOf(new Subjects()), onError: () => undefined });
    const troupe = await startTroupe({ bus });
    const worker = await startWorker({ bus, handlers: { Work: work }, log });
    onTestFinished(() => worker.stop({ graceMs: 0 }));
    return { troupe, lines };
  },
};

it.each(Object.keys(PLACES))('in %s a handler writes to the log, and says how far it is', async (name) => {
  const place = await PLACES[name]?.();
  if (place === undefined) throw new Error(`there is no place ${name}`);
  const { troupe, lines } = place;
  const { taskId: task } = await troupe.submit({ name: 'Work' });
  const why = (): string | undefined => troupe.tasks.get(task).waitingFor[0]?.why;
  await expect.poll(why).toMatch(/^attempt 1 is running.*, 62 % done/);
  if (name !== 'a worker elsewhere') expect(why()).toBe('attempt 1 is running, 62 % done: 310 of 500 rows');
  const own = { handler: 'Work', task, step: 'Work', attempt: 1 };
  await expect.poll(() => lines.filter((line) => line['task'] === task)).toHaveLength(2);
  expect(lines.filter((line) => line['task'] === task)).toMatchObject([
    { level: 30, msg: 'began', rows: 3, ...own },
    { level: 40, msg: 'odd', error: { name: 'TypeError' }, ...own },
  ]);
  await troupe.tasks.cancel(task);
});

it('a share of the work is a number from 0 to 1, or so much of a total', () => {
  expect(progressText(progressFrom(0.5, 'parsing'))).toBe('50 % done: parsing');
  expect(progressText(progressFrom({ done: 1, total: 3 }))).toBe('33 % done: 1 of 3');
  expect(progressFrom({ done: 5, total: 4 }).share).toBe(1);
  const refused = expect.objectContaining({ code: 'INVALID_PROGRESS' });
  for (const said of [-1, Number.NaN, { done: 1, total: 0 }, { done: -1, total: 4 }])
    expect(() => progressFrom(said)).toThrow(refused);
});

it('fails an attempt that says what is no share, for good', async () => {
  const troupe = await startTroupe({ handlers: { Work: (job: HandlerContext) => job.progress(-1) } });
  const run = await troupe.run('Work');
  await expect(run.result()).rejects.toMatchObject({ code: 'INVALID_PROGRESS' });
});
