// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A word to many children takes several commits, and a crash between two of them loses nothing. */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Commit } from '../../src/store/commit.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { Troupe } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { gate, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { asked } from './one-task.ts';

const CHILDREN = 300;
const items = Array.from({ length: CHILDREN }, (_, index) => index);

/** Until a wave goes on in a later commit; from then on no commit reaches the disk. */
function dieInWave(verb: 'pause' | 'resume' | 'cancel'): { readonly isDead: () => boolean } {
  let isDead = false;
  const { commit } = SqliteStore.prototype;
  vi.spyOn(SqliteStore.prototype, 'commit').mockImplementation(function (this: SqliteStore, value) {
    if (isDead) throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR');
    const positions = commit.call(this, value);
    isDead = value.childWaves?.some((wave) => wave.verb === verb) === true;
    return positions;
  });
  return { isDead: () => isDead };
}

function sizesOfCommits(): number[] {
  const sizes: number[] = [];
  const { commit } = SqliteStore.prototype;
  vi.spyOn(SqliteStore.prototype, 'commit').mockImplementation(function (
    this: SqliteStore,
    value: Partial<Commit>,
  ) {
    sizes.push((value.actors?.length ?? 0) + (value.newActors?.length ?? 0));
    return commit.call(this, value);
  });
  return sizes;
}

afterEach(() => void vi.restoreAllMocks());

/** Handlers work until they are told to stop, or until `isOpen`. */
async function start(db: string, isOpen = false, concurrency = 10_000) {
  const started: unknown[] = [];
  const work = ({ signal, payload }: HandlerContext): Promise<string> => {
    started.push(payload['index']);
    return isOpen
      ? Promise.resolve('sent')
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  };
  return { troupe: await startWith(db, work, 0, concurrency), started };
}

function startWith(
  db: string,
  handler: (job: HandlerContext) => unknown,
  tolerate = 0,
  concurrency = 10_000,
): Promise<Troupe> {
  const forEach = '${payload.items}';
  const ship = { forEach, handler, concurrency: CHILDREN, tolerate, collect: 'counts' } as const;
  const workflow = defineWorkflow({ name: 'lines', steps: { ship } });
  return startTroupe({ db, workflows: [workflow], concurrency });
}

async function startAll(db: string) {
  const { troupe, started } = await start(db);
  const { taskId: id } = await troupe.submit(request('lines', { payload: { items } }));
  await vi.waitFor(() => expect(started).toHaveLength(CHILDREN), 30_000);
  return { troupe, id, started };
}

function statusesOf(troupe: Troupe, id: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let cursor: string | null = null; ; ) {
    const page = troupe.listTasks({ tenantId: null, limit: 100, parentId: id, ...(cursor && { cursor }) });
    for (const { status } of page.tasks) counts[status] = (counts[status] ?? 0) + 1;
    cursor = page.nextCursor;
    if (cursor === null) return counts;
  }
}

describe('many children of one step', () => {
  it('R15: are told of a cancel over some commits of at most 500 actors, and no attempt starts between', async () => {
    const { troupe, id, started } = await startAll(':memory:');
    const sizes = sizesOfCommits();
    await troupe.taskVerb(null, id, 'cancel', asked);
    await vi.waitFor(() => expect(statusesOf(troupe, id)).toEqual({ cancelled: CHILDREN }), 30_000);
    expect(started).toHaveLength(CHILDREN);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  });

  it('R15: start no attempt that waits for a place, though the cancel has not reached them', async () => {
    const { troupe, started } = await start(':memory:', false, 40);
    const { taskId: id } = await troupe.submit(request('lines', { payload: { items } }));
    const spawned = (): number => troupe.getStep(null, id, 'ship').children?.next ?? 0;
    await vi.waitFor(() => expect([spawned(), started.length]).toEqual([CHILDREN, 40]), 30_000);
    await troupe.taskVerb(null, id, 'cancel', asked);
    await vi.waitFor(() => expect(statusesOf(troupe, id)).toEqual({ cancelled: CHILDREN }), 30_000);
    expect(started).toHaveLength(40);
  });

  it('R15: are all cancelled after a crash between two of these commits', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await startAll(db);
    const disk = dieInWave('cancel');
    void first.troupe.taskVerb(null, first.id, 'cancel', asked).catch(() => undefined);
    await vi.waitFor(() => expect(disk.isDead()).toBe(true), 30_000);
    await first.troupe.close({ graceMs: 0 });
    vi.restoreAllMocks();
    const second = await start(db);
    await vi.waitFor(
      () => expect(statusesOf(second.troupe, first.id)).toEqual({ cancelled: CHILDREN }),
      30_000,
    );
    expect(second.started).toEqual([]);
  });

  it('R16: are all paused after a crash between two of these commits, and go on when their parent does', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await startAll(db);
    const disk = dieInWave('pause');
    void first.troupe.taskVerb(null, first.id, 'pause', asked).catch(() => undefined);
    await vi.waitFor(() => expect(disk.isDead()).toBe(true), 30_000);
    await first.troupe.close({ graceMs: 0 });
    vi.restoreAllMocks();
    const second = await start(db, true);
    await vi.waitFor(() => expect(statusesOf(second.troupe, first.id)).toEqual({ paused: CHILDREN }), 30_000);
    await second.troupe.taskVerb(null, first.id, 'resume', asked);
    await taskFact(second.troupe, first.id, 'complete');
    expect(second.troupe.getStep(null, first.id, 'ship').output).toMatchObject({ done: CHILDREN });
    // An attempt that ran when the first one died runs once more.
    expect([...second.started].sort((a, b) => Number(a) - Number(b))).toEqual(items);
  });

  it('R24: that were lost are all retried over some commits of at most 500 actors, each once', async () => {
    let isMended = false;
    const executed: unknown[] = [];
    const { promise, open } = gate();
    const work = ({ payload }: HandlerContext): Promise<void> => {
      if (!isMended) throw new PermanentError('no such street');
      executed.push(payload['index']);
      return promise;
    };
    const troupe = await startWith(':memory:', work, CHILDREN - 1);
    const { taskId: id } = await troupe.submit(request('lines', { payload: { items } }));
    await taskFact(troupe, id, 'failed');
    isMended = true;
    const sizes = sizesOfCommits();
    await troupe.taskVerb(null, id, 'retry', asked);
    await vi.waitFor(() => expect(executed).toHaveLength(CHILDREN), 30_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    open();
    await taskFact(troupe, id, 'complete');
    expect(executed.sort((a, b) => Number(a) - Number(b))).toEqual(items);
  });

  it('R16: are told the last word where a resume follows a pause at once', async () => {
    const { troupe, id } = await startAll(':memory:');
    const pause = troupe.taskVerb(null, id, 'pause', asked);
    const resume = troupe.taskVerb(null, id, 'resume', asked);
    await Promise.all([pause, resume]);
    await vi.waitFor(() => expect(statusesOf(troupe, id)).toEqual({ running: CHILDREN }), 30_000);
    expect(troupe.getTask(null, id).status).toBe('waiting');
  });
});
