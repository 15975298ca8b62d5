/**
 * One bit of a store is not what it was. Whichever it is, the server names the damage and does not start, or it starts
 * and every other task goes on; what is asked of it is answered, or refused by name; and the doctor does not stumble.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { Random } from '../../scripts/kill/random.ts';
import { createApp } from '../../src/api/app.ts';
import { Refusal } from '../../src/errors.ts';
import { examineStore } from '../../src/recovery/doctor.ts';
import { createTroupe, type Troupe } from '../../src/troupe.ts';
import { mixedStore, order } from '../recovery/stores.ts';
import { handlers, temporaryFolder } from '../support.ts';

const FLIPS = Number(process.env['FLIPS'] ?? 60);
const ENDED = ['complete', 'failed', 'cancelled'];

interface Whole {
  readonly bytes: Buffer;
  readonly rows: Rows;
  /** By id. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly delayed: string;
  readonly failed: string;
}

/** Every row as text, with the number of its task; null for rows of no task. */
type Rows = ReadonlyMap<string, number | null>;

function rowsOf(path: string): Rows {
  const file = new Database(path, { readonly: true });
  const rows = new Map<string, number | null>();
  try {
    for (const table of ['meta', 'workflows', 'tasks', 'actors', 'journal', 'dependencies', 'webhooks', 'tags']) {
      // By the table itself: an index may say something else.
      for (const row of file.prepare(`SELECT * FROM ${table} NOT INDEXED`).all() as Record<string, unknown>[]) {
        const no = table === 'tasks' ? row['no'] : row['task'];
        rows.set(`${table} ${JSON.stringify(row)}`, typeof no === 'number' ? no : null);
      }
    }
    return rows;
  } finally {
    file.close();
  }
}

let whole: Whole;
beforeAll(async () => {});

async function writeWhole(db: string): Promise<Whole> {
  const { troupe, delayed, failed } = await mixedStore(db);
  await troupe.close({ graceMs: 0 });
  const file = new Database(db);
  file.pragma('wal_checkpoint(TRUNCATE)');
  const tasks = file.prepare('SELECT id, no FROM tasks').all() as { id: string; no: number }[];
  file.close();
  return {
    bytes: readFileSync(db),
    rows: rowsOf(db),
    numbers: new Map(tasks.map(({ id, no }) => [id, no])),
    delayed,
    failed,
  };
}

/** Not of the rest of a page, where nothing is: nobody would notice. */
function flipped(bytes: Buffer, random: Random): { copy: Buffer; at: number } {
  const copy = Buffer.from(bytes);
  let at = 0;
  do at = random.between(0, bytes.length - 1);
  while (copy[at] === 0);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7));
  return { copy, at };
}

const Done = (): string => 'done';
const served = handlers({ Pay: Done, Pack: Done, Ship: Done, Fine: Done, Bad: Done, Nobody: Done });

async function started(db: string): Promise<Troupe | Refusal> {
  try {
    const troupe = await createTroupe({ db, workflows: [order], handlers: served });
    onTestFinished(() => troupe.close({ graceMs: 0 }));
    return troupe;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Those with another row than before, those that wait for one of them, and all if it is nobody's. */
function concerned(before: Rows, after: Rows): ReadonlySet<number> | 'all' {
  const changed = [...before, ...after].filter(([row]) => !(before.has(row) && after.has(row)));
  if (changed.some(([, no]) => no === null)) return 'all';
  return new Set(changed.flatMap(([, no]) => no ?? []));
}

const PATHS = ['/tasks', '/tasks?fields=summary', '/tasks?status=running', '/overview', '/webhooks', '/workflows'];
const OF_A_TASK = ['', '/history', '/snapshot', '/moment', '/graph', '/diagram', '/steps/Fine', '/steps/Order'];
const OF_THE_SERVER = ['/health/live', '/health/ready', '/health/status', '/metrics', '/machines'];

async function badAnswers(troupe: Troupe, ids: Iterable<string>): Promise<string[]> {
  const app = createApp({ troupe, keys: null, version: '1.0.0' });
  const paths = [...ids].flatMap((id) => OF_A_TASK.map((path) => `/tasks/${encodeURIComponent(id)}${path}`));
  const bad: string[] = [];
  for (const path of [...PATHS, ...paths, ...OF_THE_SERVER]) {
    const answer = await app.request(path);
    const text = await answer.text();
    const isClear = answer.status === 503 && /"code":"[A-Z_]+"/.test(text);
    if (answer.status >= 500 && !isClear) bad.push(`${path}: ${answer.status} ${text.slice(0, 300)}`);
  }
  return bad;
}

it('one bit of a store, whichever, stops no other task, and no question goes without a clear answer', async () => {
  const folder = temporaryFolder();
  whole = await writeWhole(join(folder, 'whole.db'));
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  const tally: Record<string, number> = {};
  for (let n = 0; n < FLIPS; n++) {
    const db = join(folder, `${n}.db`);
    const { copy, at } = flipped(whole.bytes, random);
    writeFileSync(db, copy);
    const where = `seed ${seed}, flip ${n}, byte ${at}: ${JSON.stringify(copy.toString('latin1', at - 20, at + 20))}`;
    const told = await within(where, async () => examineStore(db, Date.now()).ailments.map(({ code }) => code));
    const troupe = await within(where, () => started(db));
    const count = (what: string): void => { tally[what] = (tally[what] ?? 0) + 1; };
    if (troupe instanceof Refusal) {
      expect(troupe.code, where).toMatch(/^STORE_/);
      expect(told, where).not.toEqual([]);
      count(`refused; doctor ${told.join()}`);
      continue;
    }
    let victims: ReadonlySet<number> | 'all';
    try { victims = concerned(whole.rows, rowsOf(db)); } catch { victims = 'all'; }
    count(`started; ${victims === 'all' ? 'all' : victims.size > 0 ? 'some' : 'none'} concerned; doctor ${told.join() || 'nothing'}`);
    if (victims !== 'all') {
      const others = [...whole.numbers].filter(([id, no]) => !(victims as Set<number>).has(no) && id !== whole.delayed && id !== whole.failed);
      // The third waits for the second.
      for (const [id, no] of others) {
        if (no === 6 && (victims as Set<number>).has(2)) continue;
        await expect.poll(() => { try { return troupe.getTask(null, id).status; } catch (e) { return String(e); } }, { message: `${where}: task ${no}`, timeout: 3_000, interval: 5 }).toSatisfy((status) => ENDED.includes(String(status)));
      }
    }
    const bad = await badAnswers(troupe, whole.numbers.keys());
    expect(bad, where).toEqual([]);
    await troupe.close({ graceMs: 0 });
  }
  console.log(tally);
}, 600_000);

async function within<T>(where: string, run: () => Promise<T>): Promise<T> {
  try { return await run(); } catch (error) { throw new Error(where, { cause: error }); }
}
