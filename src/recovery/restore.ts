/**
 * Tasks out of a file of snapshots into a store, where they go on as soon as a server opens it: attempts that ran at
 * the export are lost attempts, as after a crash. One transaction: all of it is restored, or nothing.
 */

import { type Fault, Refusal } from '../errors.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { parseOwnJson } from '../workflow/strict-json.ts';
import { readLines } from './read-lines.ts';
import { openRecords, type Records } from './records.ts';
import { type Candidate, examine, type RestoreProblem } from './restore-checks.ts';
import { writeDependencies, writeTask } from './restore-rows.ts';
import { parseHeader, parseLine, type SnapshotHeader } from './snapshot-format.ts';

export interface RestoreOptions {
  /** Tasks that are in the store already stay as they are there; otherwise one of them refuses the file. */
  readonly skipExisting?: boolean;
  /** Leaves out tasks that cannot be restored; otherwise they refuse the file. */
  readonly partial?: boolean;
  /** Tasks may depend on tasks that are nowhere; unfinished ones then wait for a new one of that name. */
  readonly allowMissing?: boolean;
}

export interface Restored {
  readonly restored: number;
  /** Ids of tasks that were there already. */
  readonly skipped: readonly string[];
  /** The tasks that were left out, and why. */
  readonly problems: readonly RestoreProblem[];
}

/** Refused: INVALID_SNAPSHOTS when the file is none, NOT_RESTORABLE with everything in the way. */
export function restore(store: SqliteStore, path: string, options: RestoreOptions = {}): Restored {
  return store.rewrite((rows) => {
    const records = openRecords(store);
    const { candidates, skipped, problems } = examineFile(store, path, records, options);
    if (problems.length > 0 && options.partial !== true) throw notRestorable(problems);
    const numbers = new Map<string, number>();
    let no = store.lastTaskNo();
    for (const { number, value } of jsonLines(path)) {
      const candidate = candidates.get(number);
      if (candidate === undefined) continue;
      numbers.set(candidate.id, ++no);
      const parent = candidate.parentId === null ? null : (numbers.get(candidate.parentId) ?? null);
      writeTask({ store, rows }, records, { no, parent }, parseLine(value, number));
    }
    for (const candidate of candidates.values()) writeDependencies({ store, rows }, candidate, numbers);
    return { restored: numbers.size, skipped, problems };
  });
}

interface Examined {
  /** The tasks that will be restored, by line. */
  readonly candidates: Map<number, Candidate>;
  readonly skipped: string[];
  readonly problems: RestoreProblem[];
}

function examineFile(store: SqliteStore, path: string, records: Records, options: RestoreOptions): Examined {
  let header: SnapshotHeader | null = null;
  const problems: RestoreProblem[] = [];
  const candidates = new Map<number, Candidate>();
  const skipped: string[] = [];
  const seen = new Set<string>();
  const children: Families = new Map();
  let lines = 0;
  for (const { number, value, error } of jsonLines(path)) {
    if (header === null) {
      if (error !== null) throw new Refusal('INVALID_SNAPSHOTS', `${path}: line 1: ${error}`);
      header = parseHeader(value);
      continue;
    }
    lines++;
    const tell = (taskId: string | null, problem: string): void =>
      void problems.push({ line: number, taskId, problem });
    if (error !== null) {
      tell(null, error);
      continue;
    }
    noteChild(children, value);
    const candidate = examine({ store, records, number, value, seen, tell });
    if (candidate === null) continue;
    if (candidate.exists && options.skipExisting === true) skipped.push(candidate.id);
    else if (candidate.exists)
      tell(candidate.id, 'it is in the store already; --skip-existing leaves it as it is there');
    else candidates.set(number, candidate);
  }
  if (header === null) throw new Refusal('INVALID_SNAPSHOTS', `${path} is empty`);
  if (lines !== header.tasks) {
    const problem = `the file holds ${lines} tasks and its header says ${header.tasks}: it was cut off or changed`;
    problems.push({ line: 1, taskId: null, problem });
  }
  dropDangling(store, { candidates, children, problems, allowMissing: options.allowMissing === true });
  return { candidates, skipped, problems };
}

/** The children in the file, by their parent. */
type Families = Map<string, string[]>;

interface Dropping {
  readonly candidates: Map<number, Candidate>;
  readonly children: Families;
  readonly problems: RestoreProblem[];
  readonly allowMissing: boolean;
}

function noteChild(children: Families, value: unknown): void {
  const { task } = (value ?? {}) as { task?: { id?: unknown; parent?: { taskId?: unknown } } };
  const [child, parent] = [task?.id, task?.parent?.taskId];
  if (typeof child !== 'string' || typeof parent !== 'string') return;
  const known = children.get(parent);
  if (known === undefined) children.set(parent, [child]);
  else known.push(child);
}

/** Parents and children are restored together, or would wait for each other for ever. */
function brokenFamily(
  { id, parentId }: Candidate,
  ids: ReadonlySet<string>,
  children: Families,
): string | null {
  if (parentId !== null && !ids.has(parentId))
    return `it is a child of task ${parentId}, which is not restored: a family is restored as a whole`;
  const lost = children.get(id)?.find((child) => !ids.has(child));
  return lost === undefined ? null : `its child ${lost} is not restored: a family is restored as a whole`;
}

/** A task whose dependency is not restored cannot be either, nor can those that depend on it. */
function dropDangling(store: SqliteStore, { candidates, children, problems, allowMissing }: Dropping): void {
  const ids = new Set([...candidates.values()].map(({ id }) => id));
  for (let again = true; again; ) {
    again = false;
    for (const [line, candidate] of candidates) {
      const problem =
        brokenFamily(candidate, ids, children) ?? danglingOf(store, candidate, ids, allowMissing);
      if (problem === null) continue;
      problems.push({ line, taskId: candidate.id, problem });
      candidates.delete(line);
      ids.delete(candidate.id);
      again = true;
    }
  }
}

function danglingOf(
  store: SqliteStore,
  { dependencies, isEnded }: Candidate,
  ids: ReadonlySet<string>,
  allowMissing: boolean,
): string | null {
  for (const { name, taskId, status } of dependencies) {
    if (taskId === null || ids.has(taskId)) continue;
    const there = store.taskById(taskId);
    if (there === null) {
      if (allowMissing) continue;
      return `it depends on ${name} (${taskId}), which is neither restored nor in the store: export them together, or say --allow-missing`;
    }
    // It was told of that one's end, or will be, only where both are: what has changed since, it has not heard.
    if (!isEnded && there.status !== status)
      return `it depends on ${name} (${taskId}), which was ${status} at the export and is ${there.status} in this store: restore them together into another`;
  }
  return null;
}

interface JsonLine {
  readonly number: number;
  readonly value: unknown;
  readonly error: string | null;
}

function* jsonLines(path: string): Generator<JsonLine> {
  for (const { number, text } of readLines(path)) {
    try {
      yield { number, value: parseOwnJson(text, 'its JSON'), error: null };
    } catch (error) {
      if (error instanceof Refusal) yield { number, value: undefined, error: error.message };
      else if (error instanceof SyntaxError)
        yield { number, value: undefined, error: `it is no JSON: ${error.message}` };
      else throw error;
    }
  }
}

const MOST_FAULTS = 50;

function notRestorable(problems: readonly RestoreProblem[]): Refusal {
  const faults: Fault[] = problems.slice(0, MOST_FAULTS).map(({ line, taskId, problem }) => ({
    pointer: `line ${line}`,
    message: taskId === null ? problem : `task ${taskId}: ${problem}`,
    line,
  }));
  const more = problems.length > MOST_FAULTS ? ` (the first ${MOST_FAULTS} are told)` : '';
  return new Refusal(
    'NOT_RESTORABLE',
    `nothing was restored, for ${problems.length} of the file's lines cannot be${more}; --partial restores the others`,
    { faults },
  );
}
