/**
 * Looks at all families after every commit: no child is there twice, none is left out, never more work at once than may,
 * and none goes on below a task that is cancelled or paused. It reads the rows alone.
 */

import Database from 'better-sqlite3';
import type { TaskContext, WaitContext } from '../../../machines/index.ts';
import { readContext } from '../../../src/kernel/context-format.ts';
import { entriesOf, type JournalEntry } from '../../../src/kernel/journal.ts';
import { TASK_REF } from '../../../src/store/address.ts';

/** A commit changes so many at most. */
const MOST_ACTORS = 500;

interface Task {
  readonly no: number;
  readonly status: string;
  readonly parent: number | null;
  readonly ref: number;
  readonly place: number;
  readonly tried: number;
}

interface Wait {
  readonly task: number;
  readonly ref: number;
  readonly state: string;
  readonly context: string;
}

const ENDED: ReadonlySet<string> = new Set(['complete', 'failed', 'cancelled']);
const AT_WORK: ReadonlySet<string> = new Set(['pending', 'running', 'retrying', 'waiting']);
const isOpen = ({ status }: Task): boolean => !ENDED.has(status);

const TASKS = `SELECT no, status, parent, parent_ref AS ref, parent_index AS place, parent_try AS tried FROM tasks
  ORDER BY parent_index, parent_try`;
/** Waits have rows of their own numbers; only those with children count some. */
const WAITS = `SELECT task, ref, state, context FROM actors WHERE ref BETWEEN 500001 AND 999999`;

export class FamilyWatch {
  readonly #path: string;
  #db: Database.Database | null = null;

  /** `path`: of a store, which need not be there yet. */
  constructor(path: string) {
    this.#path = path;
  }

  /** After a commit that has changed so many actors. */
  look(actors: number): string[] {
    this.#db ??= new Database(this.#path, { readonly: true });
    const large = actors > MOST_ACTORS ? [`a commit changed ${actors} actors`] : [];
    const tasks = new Map((this.#db.prepare(TASKS).all() as Task[]).map((task) => [task.no, task]));
    const children = new Map<string, Task[]>();
    for (const task of tasks.values()) {
      if (task.parent === null) continue;
      const wait = `${task.parent} ${task.ref}`;
      children.set(wait, [...(children.get(wait) ?? []), task]);
    }
    if (children.size === 0) return large;
    const waits = this.#db.prepare(WAITS).all() as Wait[];
    return [
      ...large,
      ...waits.flatMap((wait) => this.#faultsOf(wait, children.get(`${wait.task} ${wait.ref}`) ?? [])),
      ...[...tasks.values()].flatMap((task) => this.#orphaned(task, tasks)),
    ];
  }

  close(): void {
    this.#db?.close();
  }

  #faultsOf({ task, ref, state, context }: Wait, children: readonly Task[]): string[] {
    const { window, next = 0, open = 0, done = 0, lost = 0 } = readContext<WaitContext>(context);
    if (window === undefined) return [];
    const who = `wait ${ref} of task ${task}, ${state},`;
    const newest = new Map(children.map((child) => [child.place, child]));
    const working = [...newest.values()].filter(isOpen);
    const faults: string[] = [];
    const check = (holds: boolean, what: string): void => void (holds || faults.push(`${who} ${what}`));
    const older = children.filter((child) => newest.get(child.place) !== child);
    check(!older.some(isOpen), 'has a child that works beside the one that took its place');
    const tries = children.map(({ place, tried }) => `${place}.${tried}`);
    check(new Set(tries).size === tries.length, `has a child twice: ${tries.join(' ')}`);
    check(
      newest.size === next && [...newest.keys()].every((place) => place < next),
      `has spawned ${next} children, and has ${[...newest.keys()].join(' ')}`,
    );
    const byHand = working.filter((child) => this.#wasRevivedByHand(child)).length;
    check(
      working.length <= window + byHand,
      `has ${working.length} unfinished children of at most ${window} and ${byHand} retried by hand`,
    );
    if (!state.startsWith('waiting')) {
      check(working.length === 0, `has ended, and ${working.length} children have not`);
      return faults;
    }
    const count = (...wanted: string[]): number =>
      [...newest.values()].filter(({ status }) => wanted.includes(status)).length;
    const counted = [working.length, count('complete'), count('failed', 'cancelled')].join(' ');
    check(counted === `${open} ${done} ${lost}`, `counts ${open} ${done} ${lost} and has ${counted}`);
    return faults;
  }

  /** No one above it may be cancelled, unless it has ended, or paused, unless it is so too; what it takes back goes on. */
  #orphaned(task: Task, tasks: ReadonlyMap<number, Task>): string[] {
    if (!AT_WORK.has(task.status) || this.#takesBack(task)) return [];
    for (let above = tasks.get(task.parent ?? 0); above !== undefined; above = tasks.get(above.parent ?? 0))
      if (above.status === 'cancelled' || above.status === 'paused')
        return [`task ${task.no} is ${task.status} below task ${above.no}, which is ${above.status}`];
    return [];
  }

  #takesBack({ no }: Task): boolean {
    const row = this.#db?.prepare('SELECT context FROM actors WHERE task = ? AND ref = ?').get(no, TASK_REF);
    const { context = '{}' } = (row ?? {}) as { context?: string };
    return readContext<Partial<TaskContext>>(context).ending !== undefined;
  }

  /** Since it failed last it was told to go on, and not by its parent: it may be one too many. */
  #wasRevivedByHand({ no }: Task): boolean {
    let isByHand = false;
    let last = '';
    for (const { r, e, t } of this.#journal(no)) {
      if (r !== TASK_REF) continue;
      if (t === 'failed' && last !== 'failed') isByHand = true;
      if (e.type === 'task.retry' && e['by'] === 'parent') isByHand = false;
      last = t;
    }
    return isByHand;
  }

  #journal(task: number): JournalEntry[] {
    const rows = this.#db?.prepare('SELECT entries FROM journal WHERE task = ? ORDER BY seq').all(task);
    return (rows as { entries: string }[]).flatMap(entriesOf);
  }
}
