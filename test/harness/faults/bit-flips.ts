/**
 * One bit of a store is not what it was. Whichever it is, the server names the damage and does not start, or it starts
 * and every other task goes on; what is asked of it is answered, or refused by name; and the doctor does not stumble.
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createApp } from '../../../src/api/app.ts';
import { Refusal } from '../../../src/errors.ts';
import { ManualClock } from '../../../src/kernel/clock.ts';
import { examineStore } from '../../../src/recovery/doctor.ts';
import { createTroupe, type Troupe } from '../../../src/troupe.ts';
import { Random } from '../kill/random.ts';
import { concerned, readRows, type StoreRows } from './store-rows.ts';

export interface FlipOptions {
  /** A store as statements, with tasks in every state. */
  readonly sql: string;
  readonly flips: number;
  readonly seed: number;
  /** An empty folder. */
  readonly folder: string;
}

export interface Flipped {
  /** The results in words, and how often each came. */
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
}

const SETTLES_WITHIN_MS = 10_000;
/** Long after every timer of the store. */
const LATER = Date.UTC(2040, 0, 1);
const HANDLERS = ['Fine', 'Slow', 'Bad', 'Unserved', 'Nobody'].map((name) => ({
  name,
  run: () => 'done',
  concurrency: null,
}));

const OF_THE_SERVER = [
  ...['/tasks', '/tasks?fields=summary', '/tasks?status=complete', '/overview', '/webhooks', '/workflows'],
  ...['/health/live', '/health/ready', '/health/status', '/metrics'],
];
const OF_A_TASK = [
  ...['', '/history', '/history?after=2', '/snapshot', '/moment', '/moment?seq=1', '/diagram'],
  ...['/steps/Fine', '/steps/Pack'],
];

interface Whole extends StoreRows {
  readonly bytes: Buffer;
  /** How tasks end, by id, when nothing is damaged. */
  readonly ends: ReadonlyMap<string, string>;
}

export async function flipBits({ sql, flips, seed, folder }: FlipOptions): Promise<Flipped> {
  const whole = await writeWhole(join(folder, 'whole.db'), sql);
  const random = new Random(seed);
  const counts: Record<string, number> = {};
  const findings: string[] = [];
  for (let n = 0; n < flips; n++) {
    const { copy, at } = flip(whole.bytes, random);
    const db = join(folder, `${n}.db`);
    writeFileSync(db, copy);
    try {
      const outcome = await live(db, whole);
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    } catch (error) {
      const around = JSON.stringify(copy.toString('latin1', at - 20, at + 20));
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      findings.push(`seed ${seed}, flip ${n}, byte ${at}, ${around}: ${why}`);
    }
    for (const file of [db, `${db}-wal`, `${db}-shm`, `${db}-lock`]) rmSync(file, { force: true });
  }
  return { counts, findings };
}

async function writeWhole(db: string, sql: string): Promise<Whole> {
  const file = new Database(db);
  file.pragma('journal_mode = WAL');
  file.exec(sql);
  file.close();
  const bytes = readFileSync(db);
  const rows = readRows(db);
  const troupe = await start(db);
  let before = '';
  // Nothing waits for the outside: what has not moved in a while does not move any more.
  for (let now = ends(troupe, rows); now !== before; now = ends(troupe, rows)) {
    before = now;
    await pause(300);
  }
  const settled = new Map([...rows.tasks.keys()].map((id) => [id, troupe.getTask(null, id).status]));
  await troupe.close({ graceMs: 0 });
  return { ...rows, bytes, ends: settled };
}

const ends = (troupe: Troupe, { tasks }: StoreRows): string =>
  [...tasks.keys()].map((id) => troupe.getTask(null, id).status).join();

function start(db: string): Promise<Troupe> {
  const clock = new ManualClock(LATER);
  return createTroupe({ db, clock, handlers: HANDLERS });
}

/** Not where a page is empty; what page splits have left behind there, nobody reads either. */
function flip(bytes: Buffer, random: Random): { copy: Buffer; at: number } {
  const copy = Buffer.from(bytes);
  let at = 0;
  do at = random.between(0, bytes.length - 1);
  while (copy[at] === 0);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7));
  return { copy, at };
}

/** Returns the result, in words. Throws what should not have been. */
async function live(db: string, whole: Whole): Promise<string> {
  const ailments = new Set(examineStore(db, LATER).ailments.map(({ code }) => code));
  for (const known of ['TIMERS_OVERDUE', 'UNSERVED'] as const) ailments.delete(known);
  const told = [...ailments].join(' and ') || 'nothing';
  const damaged = damagedIn(db, whole);
  let troupe: Troupe;
  try {
    troupe = await start(db);
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith('STORE_')) throw error;
    if (ailments.size === 0) throw new Error(`the doctor finds nothing, and yet: ${error.message}`);
    return `not started; the doctor tells of ${told}`;
  }
  try {
    if (damaged !== null) await othersGoOn(troupe, whole, damaged);
    await expectAnswers(troupe, [...whole.tasks.keys()]);
    const what = damaged === null ? 'a workflow or the like' : damaged.size === 0 ? 'no row' : 'a task';
    return `started, with damage to ${what}; the doctor tells of ${told}`;
  } finally {
    await troupe.close({ graceMs: 0 });
  }
}

/** Null: it may be any task. */
function damagedIn(db: string, whole: Whole): ReadonlySet<number> | null {
  try {
    return concerned(whole, readRows(db).rows);
  } catch {
    // Pages, or names of columns: that it starts on none of these is to be seen.
    return null;
  }
}

async function othersGoOn(troupe: Troupe, whole: Whole, damaged: ReadonlySet<number>): Promise<void> {
  const others = [...whole.tasks].filter(([, no]) => !damaged.has(no));
  const endAt = performance.now() + SETTLES_WITHIN_MS;
  for (const [id, no] of others) {
    while (troupe.getTask(null, id).status !== whole.ends.get(id)) {
      if (performance.now() > endAt) {
        const { status, waitingFor } = troupe.getTask(null, id);
        throw new Error(`task ${no}, which is not damaged, is ${status}: ${JSON.stringify(waitingFor)}`);
      }
      await pause(5);
    }
  }
}

async function expectAnswers(troupe: Troupe, ids: readonly string[]): Promise<void> {
  const app = createApp({ troupe, keys: null, version: '1.0.0' });
  const paths = ids.map((id) => `/tasks/${id}`);
  for (const path of [...OF_THE_SERVER, ...paths.flatMap((task) => OF_A_TASK.map((of) => task + of))]) {
    const answer = await app.request(path);
    const text = await answer.text();
    const isNamed = answer.status === 503 && /"code":"(TASK_UNREADABLE|NOT_READY|STORE_UNUSABLE)"/.test(text);
    if (answer.status >= 500 && !isNamed) throw new Error(`GET ${path}: ${answer.status} ${text}`);
  }
  for (const task of paths) {
    const answer = await app.request(`${task}/cancel`, { method: 'POST' });
    if (answer.status >= 500) throw new Error(`POST ${task}/cancel: ${answer.status} ${await answer.text()}`);
  }
}
