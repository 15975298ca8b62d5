/**
 * Two lives of a server, written down by strace: what it asked of the disk and what it told its clients, in one order.
 * The first life ends by SIGKILL in the middle of its work, or when its disk fails, the second in peace.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../../../src/views/tasks.ts';
import { ended, follow, Load, submit, WORKFLOW } from './load.ts';
import { type Served, serve } from './server.ts';
import { traced } from './strace.ts';
import { type Call, readTrace, TRACE_OPTIONS } from './trace.ts';

export type Event =
  | Exclude<Call, { kind: 'send' }>
  | { readonly kind: 'told'; readonly acknowledged: readonly string[]; readonly facts: readonly Fact[] };

export interface Recording {
  readonly db: string;
  readonly events: readonly Event[];
}

export interface RecordOptions {
  readonly seed: number;
  readonly tasks: number;
  /** From the so-manieth sync on, all of the first life fail; its tasks are too many to be all taken then. */
  readonly failingSync?: number;
}

export async function record(
  folder: string,
  { seed, tasks, failingSync }: RecordOptions,
): Promise<Recording> {
  const load = new Load(seed);
  const inject =
    failingSync === undefined ? [] : ['-e', `inject=fsync,fdatasync:error=EIO:when=${failingSync}+`];
  const first = await start(folder, 'first', inject);
  await first.post('/workflows', WORKFLOW);
  const taken = submit(first, load, Math.ceil(tasks / 2));
  // Refused once the disk fails, which is what was asked for.
  if (failingSync === undefined) await taken;
  else await taken.catch(() => undefined);
  await stop(first, 'SIGKILL', join(folder, 'first'));
  const second = await start(folder, 'second');
  await submit(second, load, Math.floor(tasks / 2));
  await ended(second, Math.floor(tasks * 0.4));
  await stop(second, 'SIGTERM', join(folder, 'second'));
  const store = dirname(first.db);
  const events = ['first', 'second'].flatMap((life) => [...eventsOf(join(folder, life), store)]);
  return { db: first.db, events };
}

async function start(folder: string, life: string, inject: readonly string[] = []): Promise<Served> {
  const server = await serve({ folder, under: traced(join(folder, life), [...TRACE_OPTIONS, ...inject]) });
  await follow(server);
  return server;
}

/** The trace has to be whole as well, which it is with the word that the process is gone. */
async function stop(server: Served, signal: 'SIGTERM' | 'SIGKILL', trace: string): Promise<void> {
  await server.stop(signal);
  const end = new RegExp(`^${server.pid} +\\+\\+\\+ `, 'm');
  while (!end.test(readFileSync(trace, 'latin1').slice(-10_000)))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The log's index does not matter after a power loss, and the claim on the store holds nothing at all. */
const WORTHLESS = /-(shm|lock|lock-journal)$/;

function* eventsOf(trace: string, store: string): Generator<Event> {
  for (const call of readTrace(trace)) {
    if (call.kind === 'send') {
      const told = toldIn(call.data.toString());
      if (told.acknowledged.length + told.facts.length > 0) yield told;
    } else if (call.path.startsWith(store) && !WORTHLESS.test(call.path)) yield call;
  }
}

function toldIn(text: string): Extract<Event, { kind: 'told' }> {
  const [, body = '{}'] = /^HTTP\/1\.1 201 .*?\r\n\r\n(\{.*\})/s.exec(text) ?? [];
  const { id, steps } = JSON.parse(body) as { id?: string; steps?: unknown };
  const facts = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json) as Fact);
  return { kind: 'told', acknowledged: id !== undefined && steps !== undefined ? [id] : [], facts };
}
