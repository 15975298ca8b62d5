/** Tasks that depend on tasks: which task a name means, and that nobody ends up waiting for himself. */

import { type Fault, Refusal } from '../errors.ts';
import type { DependencyRow, TaskRow } from '../store/rows.ts';
import type { TaskRequest } from '../workflow/task-request.ts';
import type { TaskEntry } from './actor.ts';
import type { Batch } from './batch.ts';

/** What a name or id of a dependency turned out to be. */
export interface Resolution {
  readonly name: string;
  /** null: no such task yet. */
  readonly task: Pick<TaskEntry, 'no' | 'id' | 'name'> | null;
  readonly status: string;
}

/** A task about to be stored. */
export interface Planned {
  readonly request: TaskRequest;
  entry: TaskEntry;
  dependencies: Resolution[];
  /** Dependencies by name, of tasks stored earlier, that this task answers. */
  answers?: DependencyRow[];
}

/** Resolves every dependency of the planned tasks; refuses unknown ones and circles, all at once. */
export function planDependencies(batch: Batch, planned: readonly Planned[], isBatch: boolean): void {
  const faults: Fault[] = [];
  for (const [index, task] of planned.entries()) {
    const prefix = isBatch ? `/tasks/${index}` : '';
    task.dependencies = [...new Set(task.request.dependencies)].map((reference, position) => {
      const found = resolve(batch, task.entry, reference, isBatch ? planned : []);
      if (found === null && !task.request.allowUnresolved) {
        faults.push({ pointer: `${prefix}/dependencies/${position}`, message: `there is no task ${reference}` });
      }
      return found ?? { name: reference, task: null, status: 'unresolved' };
    });
    task.answers = batch.store
      .unresolvedDependencies(task.entry.tenant, task.entry.name)
      .filter((row) => answersTo(batch.task(row.task), task.entry));
  }
  if (faults.length > 0) {
    const names = faults.map((fault) => fault.message).join('; ');
    const hint = 'submit it first, or set allowUnresolved to wait for one';
    throw new Refusal('invalid', 'UNKNOWN_DEPENDENCY', `${names}: ${hint}`, { faults });
  }
  refuseCircles(batch, planned);
}

/** A task id, or else a name: of the same batch, or of the tenant's stored tasks. */
export function resolve(
  batch: Batch,
  dependent: TaskEntry,
  reference: string,
  mates: readonly Planned[],
): Resolution | null {
  const byId = batch.store.taskById(reference);
  if (byId !== null && byId.tenant === dependent.tenant) return ofRow(batch, byId, reference);
  const mate = newest(
    mates.map((task) => task.entry).filter((entry) => entry.tenant === dependent.tenant && entry.name === reference),
    dependent.correlation,
  );
  if (mate !== null) return { name: reference, task: mate, status: 'pending' };
  const { store } = batch;
  const named = (correlation: string | null | 'any'): TaskRow | null =>
    store.newestTaskNamed(dependent.tenant, reference, correlation);
  const row =
    dependent.correlation === null ? named('any') : (named(dependent.correlation) ?? named(null));
  return row === null ? null : ofRow(batch, row, reference);
}

/** The rule for names, over tasks in the order they were submitted. */
function newest(entries: readonly TaskEntry[], correlation: string | null): TaskEntry | null {
  const last = (of: string | null): TaskEntry | undefined => entries.findLast((entry) => entry.correlation === of);
  if (correlation === null) return entries.at(-1) ?? null;
  return last(correlation) ?? last(null) ?? null;
}

const ofRow = (batch: Batch, row: TaskRow, reference: string): Resolution => ({
  name: reference,
  task: row,
  status: batch.taskStatus(row.no),
});

/** Whether a task just submitted is one that a stored task waits for by name. */
function answersTo(dependent: TaskEntry, submitted: TaskEntry): boolean {
  const { correlation } = dependent;
  return correlation === null || submitted.correlation === null || submitted.correlation === correlation;
}

/** Only a task that somebody can already wait for can close a circle: one of a batch, or one that answers a name. */
function refuseCircles(batch: Batch, planned: readonly Planned[]): void {
  const plannedByNo = new Map(planned.map((task) => [task.entry.no, task]));
  const answered = new Map<number, number[]>();
  for (const { entry, answers } of planned) {
    for (const row of answers ?? []) answered.set(row.task, [...(answered.get(row.task) ?? []), entry.no]);
  }
  const isSuspect = planned.some(
    (task) =>
      (task.answers?.length ?? 0) > 0 ||
      task.dependencies.some(
        ({ name, task: on }) => (on === null ? name === task.entry.name : plannedByNo.has(on.no)),
      ),
  );
  if (!isSuspect) return;
  const next = (no: number): number[] => {
    const own = plannedByNo.get(no);
    const ahead =
      own === undefined
        ? batch.store.dependenciesOf(no).flatMap((row) => (row.on_task === null ? [] : [row.on_task]))
        : own.dependencies.flatMap(({ name, task }) =>
            task === null ? (name === own.entry.name ? [no] : []) : [task.no],
          );
    return [...ahead, ...(answered.get(no) ?? [])];
  };
  const name = (no: number): string => plannedByNo.get(no)?.entry.name ?? batch.task(no).name;
  for (const { entry } of planned) refuseCircleFrom(entry.no, next, name);
}

/** Throws DEPENDENCY_CYCLE with the whole path if `start` waits, in the end, for itself. */
export function refuseCircleFrom(start: number, next: (no: number) => number[], name: (no: number) => string): void {
  const seen = new Set<number>();
  const path: { no: number; ahead: number[] }[] = [{ no: start, ahead: next(start) }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const to = top.ahead.pop();
    if (to === undefined) {
      path.pop();
    } else if (to === start) {
      const circle = [...path.map(({ no }) => name(no)), name(start)].join(' → ');
      throw new Refusal('invalid', 'DEPENDENCY_CYCLE', `tasks would wait for each other in a circle: ${circle}`, {
        faults: [{ pointer: '/dependencies', message: `a circle: ${circle}` }],
      });
    } else if (!seen.has(to)) {
      seen.add(to);
      path.push({ no: to, ahead: next(to) });
    }
  }
}

/** Adds dependencies to a task that has not started. */
export function addDependencies(batch: Batch, entry: TaskEntry, references: readonly string[], by: string): void {
  const existing = batch.store.dependenciesOf(entry.no);
  const known = new Set(existing.map((row) => row.on_task));
  const found = [...new Set(references)].map((reference) => ({
    reference,
    resolution: resolve(batch, entry, reference, []),
  }));
  const faults = found.flatMap(({ reference, resolution }, index) =>
    resolution === null ? [{ pointer: `/dependsOn/${index}`, message: `there is no task ${reference}` }] : [],
  );
  if (faults.length > 0) {
    const names = faults.map((fault) => fault.message).join('; ');
    throw new Refusal('invalid', 'UNKNOWN_DEPENDENCY', names, { faults });
  }
  const added = found.flatMap(({ resolution }) =>
    resolution?.task == null || known.has(resolution.task.no) ? [] : [{ ...resolution, task: resolution.task }],
  );
  const stored = (no: number): number[] =>
    batch.store.dependenciesOf(no).flatMap((row) => (row.on_task === null ? [] : [row.on_task]));
  const next = (no: number): number[] =>
    no === entry.no ? [...stored(no), ...added.map(({ task }) => task.no)] : stored(no);
  refuseCircleFrom(entry.no, next, (no) => batch.task(no).name);

  added.forEach(({ name, task }, index) => {
    const position = existing.length + index;
    batch.store.putDependency({ task: entry.no, position, name, on_task: task.no, tenant: entry.tenant });
  });
  const waits = added.filter(({ status }) => status !== 'complete');
  const address = { task: entry.no, ref: 0 };
  batch.take(address, { type: 'dependency.added', at: batch.now, count: waits.length, by } as never);
  for (const { status, task } of waits) {
    if (status !== 'failed' && status !== 'cancelled') continue;
    batch.send(address, { type: `dependency.${status}`, at: batch.now, taskId: task.id, name: task.name } as never);
  }
}
