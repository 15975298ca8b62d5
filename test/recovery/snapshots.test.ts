/** Tasks leave a store as lines and enter another whole, or not at all; what does not hold together is found. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportTasks } from '../../src/recovery/export.ts';
import { type Restored, type RestoreOptions, restore } from '../../src/recovery/restore.ts';
import type { SnapshotLine } from '../../src/recovery/snapshot-format.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { verifyFile } from '../../src/recovery/verify-file.ts';
import { listTasks } from '../../src/store/list-tasks.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { handlers, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { type Mixed, mixedStore, openStore, spoil } from './stores.ts';

let db: string;
let other: string;
let file: string;
let mixed: Mixed;
beforeEach(async () => {
  const folder = temporaryFolder();
  db = join(folder, 'troupe.db');
  other = join(folder, 'other.db');
  file = join(folder, 'tasks.jsonl');
  mixed = await mixedStore(db);
});

const linesOf = (path: string, options = {}): string[] => [
  ...exportTasks(openStore(path), { now: 0, ...options }),
];

const write = (lines: readonly string[]): void => writeFileSync(file, `${lines.join('\n')}\n`);

/** With one task's line changed. */
const edit = (id: string, change: (line: SnapshotLine) => SnapshotLine): void =>
  write(
    linesOf(db).map((text) => {
      const line = JSON.parse(text) as SnapshotLine;
      return line.task?.id === id ? JSON.stringify(change(line)) : text;
    }),
  );

function restoreInto(path: string, options: RestoreOptions = {}): Restored {
  const store = new SqliteStore(path);
  try {
    return restore(store, file, options);
  } finally {
    store.close();
  }
}

const refusalOf = (run: () => unknown): { code?: string; faults?: { message: string }[] } => {
  try {
    run();
  } catch (error) {
    return error as ReturnType<typeof refusalOf>;
  }
  return {};
};

const tasksIn = (path: string): string[] =>
  listTasks(openStore(path), { limit: 100 })
    .map(({ id }) => id)
    .reverse();

describe('export and restore', () => {
  it('gives the same lines again, from another store', () => {
    const lines = linesOf(db);
    write(lines);
    expect(restoreInto(other)).toEqual({ restored: 7, skipped: [], problems: [] });
    expect(linesOf(other)).toEqual(lines);
    expect(verifyStore(openStore(other)).findings).toEqual([]);
  });

  it('lets the tasks go on in the other store, and executes no completed step again', async () => {
    write(linesOf(db));
    await mixed.troupe.close({ graceMs: 0 });
    restoreInto(other);
    const executed: string[] = [];
    const run = ({ step }: { step: string }): string => {
      executed.push(step);
      return step;
    };
    const names = ['Pay', 'Pack', 'Ship', 'Fine', 'Bad', 'Nobody'];
    const troupe = await startTroupe({
      db: other,
      handlers: handlers(Object.fromEntries(names.map((name) => [name, run]))),
    });
    for (const id of [mixed.running, mixed.waiting, mixed.retrying, mixed.queued]) {
      await taskFact(troupe, id, 'complete');
    }
    expect(executed.sort()).toEqual(['Bad', 'Fine', 'Nobody', 'Pack', 'Ship']);
    expect(troupe.getTask(null, mixed.delayed).status).toBe('pending');
    expect(troupe.getTask(null, mixed.failed).status).toBe('failed');
  });

  it('takes some tasks, by id or by state', () => {
    expect(linesOf(db, { ids: [mixed.delayed] })).toHaveLength(2);
    expect(linesOf(db, { statuses: ['failed', 'complete'] })).toHaveLength(3);
    expect(refusalOf(() => linesOf(db, { ids: ['nope'] }))).toMatchObject({ code: 'TASK_NOT_FOUND' });
  });

  it('refuses a task without what it waits for, unless that is meant', () => {
    write(linesOf(db, { ids: [mixed.waiting] }));
    const refused = refusalOf(() => restoreInto(other));
    expect(refused).toMatchObject({ code: 'NOT_RESTORABLE' });
    expect(refused.faults?.[0]?.message).toContain('--allow-missing');
    expect(tasksIn(other)).toEqual([]);
    expect(restoreInto(other, { allowMissing: true }).restored).toBe(1);
    expect(openStore(other).unresolvedDependencies('default', 'Order')).toHaveLength(1);
  });

  it('refuses tasks that are there already, or leaves them as they are', () => {
    write(linesOf(db));
    restoreInto(other);
    expect(refusalOf(() => restoreInto(other)).faults).toHaveLength(7);
    expect(restoreInto(other, { skipExisting: true })).toMatchObject({ restored: 0, problems: [] });
    expect(tasksIn(other)).toHaveLength(7);
  });

  it('does not let a task wait for news of one that has moved on in the other store', () => {
    write(linesOf(db, { ids: [mixed.running] }));
    restoreInto(other);
    spoil(other, `UPDATE tasks SET status = 'complete' WHERE id = '${mixed.running}'`);
    write(linesOf(db, { ids: [mixed.waiting] }));
    expect(refusalOf(() => restoreInto(other)).faults?.[0]?.message).toContain('is complete in this store');
  });

  it('lists snapshots of machines it lacks, and restores the rest when asked to', () => {
    edit(mixed.running, (line) => ({
      ...line,
      actors: line.actors.map((actor) => ({ ...actor, machine: actor.machine.replace('@1', '@9') })),
    }));
    expect(refusalOf(() => restoreInto(other))).toMatchObject({ code: 'NOT_RESTORABLE' });
    expect(tasksIn(other)).toEqual([]);
    const { restored, problems } = restoreInto(other, { partial: true });
    // And what depends on it.
    expect(restored).toBe(5);
    expect(new Set(problems.map(({ taskId }) => taskId))).toEqual(new Set([mixed.running, mixed.waiting]));
    expect(tasksIn(other)).not.toContain(mixed.running);
  });

  it('finds out a file that was cut off, and refuses what is no such file', () => {
    write(linesOf(db).slice(0, -1));
    expect(refusalOf(() => restoreInto(other))).toMatchObject({ code: 'NOT_RESTORABLE' });
    for (const text of ['', 'hello', '{"troupe":"snapshots"}', '\xff']) {
      writeFileSync(file, text, 'latin1');
      expect(refusalOf(() => restoreInto(other))).toMatchObject({ code: 'INVALID_SNAPSHOTS' });
    }
    expect(tasksIn(other)).toEqual([]);
  });

  it('goes on without its journal', () => {
    write(linesOf(db, { journal: false }));
    restoreInto(other);
    expect(openStore(other).lastJournalPos()).toBe(0);
    expect(verifyStore(openStore(other))).toEqual({ tasks: 7, findings: [] });
  });

  it('refuses a workflow that was changed since', () => {
    const text = linesOf(db).join('\n').replaceAll('"handler":"Pack"', '"handler":"Steal"');
    writeFileSync(file, text);
    expect(refusalOf(() => restoreInto(other)).faults?.[0]?.message).toContain('was changed');
  });
});

describe('verify', () => {
  const stepOf = (id: string, ref: number): string =>
    `WHERE ref = ${ref} AND task = (SELECT no FROM tasks WHERE id = '${id}')`;

  it('finds nothing wrong with a store in use', () => {
    expect(verifyStore(openStore(db))).toEqual({ tasks: 7, findings: [] });
  });

  it.each([
    ['a counter off by one', (m: Mixed) => set(m.running, 0, '$.counts.active', 2), 'steps as active'],
    ['a forgotten dependency', (m: Mixed) => set(m.waiting, 0, '$.unmet', 2), 'tasks it still waits for'],
    ['a join that has forgotten one side', (m: Mixed) => set(m.running, 0, '$.met', 0), 'as met'],
    [
      'a step in no queue',
      (m: Mixed) => `UPDATE actors SET queue = NULL ${stepOf(m.queued, 1)}`,
      'stands in no queue',
    ],
    [
      'a timer nobody will look for',
      (m: Mixed) => `UPDATE actors SET due_at = NULL ${stepOf(m.delayed, 0)}`,
      'it is due never',
    ],
    [
      'another state than the journal says',
      (m: Mixed) => `UPDATE actors SET state = 'failed' ${stepOf(m.retrying, 1)}`,
      'its journal leads to',
    ],
    [
      'a status of its own',
      (m: Mixed) => `UPDATE tasks SET status = 'x' WHERE id = '${m.failed}'`,
      'listed as',
    ],
    ['a lost task', (m: Mixed) => `DELETE FROM tasks WHERE id = '${m.queued}'`, 'belong to no task'],
    ['a hole in a journal', () => 'UPDATE journal SET seq = seq + 1 WHERE seq > 1', 'is followed by'],
    [
      'a snapshot of another machine',
      (m: Mixed) => `UPDATE actors SET machine = 'step@0' ${stepOf(m.queued, 1)}`,
      'cannot be opened',
    ],
  ])('finds %s', async (_, sql, problem) => {
    await mixed.troupe.close({ graceMs: 0 });
    spoil(db, sql(mixed));
    const { findings } = verifyStore(openStore(db));
    expect(findings.map((finding) => finding.problem).join('\n')).toContain(problem);
  });

  const set = (id: string, ref: number, path: string, value: number): string => {
    const to = path === '$.met' ? "json('{}')" : value;
    return `UPDATE actors SET context = json_set(context, '${path}', ${to}) ${stepOf(id, ref)}`;
  };

  it('finds the same in a file', () => {
    write(linesOf(db));
    expect(verifyFile(file)).toEqual({ tasks: 7, findings: [] });
    edit(mixed.running, (line) => ({ ...line, journal: line.journal.slice(0, -1) }));
    expect(verifyFile(file).findings[0]).toMatchObject({ taskId: mixed.running });
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -100));
    expect(verifyFile(file).findings[0]?.problem).toContain('no JSON');
  });
});
