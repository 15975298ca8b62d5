/** Tasks that depend on tasks: which task a name means, and that nobody ends up waiting for himself. */

import { type Fault, Refusal } from '../errors.ts';
import { taskAt } from '../store/address.ts';
import type { DependencyRow, TaskRow } from '../store/rows.ts';
import { fullName } from '../workflow/identity.ts';
import { isSingle } from '../workflow/registry.ts';
import type { TaskRequest } from '../workflow/task-request.ts';
import type { TaskEntry } from './actor.ts';
import type { Batch } from './batch.ts';

/** The task that a name or id of a dependency turned out to be. */
export interface Resolution {
  readonly name: string;
  /** null: no such task yet. */
  readonly task: Pick<TaskEntry, 'no' | 'id' | 'name'> | null;
  readonly status: string;
}

/** A task about to be stored. */
export interface Planned {
  readonly request: TaskRequest;
  /** Where it stands in what was sent, as a JSON pointer. */
  readonly pointer: string;
  entry: TaskEntry;
  dependencies: Resolution[];
  /** Dependencies by name, of tasks stored earlier, that this task answers. */
  readonly answers: DependencyRow[];
}

/** Tasks in the order they were submitted, by tenant and each of their names. */
type ByName = ReadonlyMap<string, readonly TaskEntry[]>;

/** Resolves every dependency of the planned tasks; refuses unknown ones and circles, all at once. */
export function planDependencies(
  batch: Batch,
  planned: readonly Planned[],
  mates: readonly TaskEntry[],
): void {
  const faults: Fault[] = [];
  const together = byName(mates);
  for (const task of planned) {
    const found = new Map<string | number, Resolution>();
    for (const [position, reference] of task.request.dependencies.entries()) {
      const resolution = resolve(batch, task.entry, reference, together);
      if (resolution !== null) found.set(resolution.task.no, resolution);
      else if (task.request.allowUnresolved)
        found.set(reference, { name: reference, task: null, status: 'unresolved' });
      else {
        const pointer = `${task.pointer}/dependencies/${position}`;
        faults.push({ pointer, message: noSuchTask(batch, task.entry, reference) });
      }
    }
    task.dependencies = [...found.values()];
  }
  if (faults.length > 0) {
    const names = faults.map((fault) => fault.message).join('; ');
    const hint = 'submit it first, or set allowUnresolved to wait for one';
    throw new Refusal('UNKNOWN_DEPENDENCY', `${names}: ${hint}`, { faults });
  }
  planAnswers(batch, planned);
  refuseCircles(batch, planned);
}

/** Says where it looked: a list may well show a task of this name, of another order. */
function noSuchTask({ draft }: Batch, { tenant, correlation }: TaskEntry, reference: string): string {
  if (correlation === null) return `there is no task ${reference} in tenant ${tenant}`;
  const other = draft.newestTaskNamed(tenant, reference, 'any')?.correlation ?? null;
  const hint = other === null ? '' : ` (the newest one there is of correlation ${other})`;
  return `there is no task ${reference} of correlation ${correlation} in tenant ${tenant}${hint}`;
}

type Resolved = Resolution & { readonly task: NonNullable<Resolution['task']> };

/** A task id, or else a name: of the same batch, or of the tenant's stored tasks. */
function resolve(batch: Batch, dependent: TaskEntry, reference: string, mates: ByName): Resolved | null {
  const { draft } = batch;
  const { tenant, correlation } = dependent;
  const named = (of: string | null | 'any'): TaskRow | null => draft.newestTaskNamed(tenant, reference, of);
  const byId = draft.taskById(reference);
  const task =
    (byId?.tenant === tenant ? byId : null) ??
    newest(mates.get(nameKey(tenant, reference)) ?? [], correlation) ??
    (correlation === null ? named('any') : (named(correlation) ?? named(null)));
  return task === null ? null : { name: reference, task, status: batch.taskStatus(task.no) };
}

const nameKey = (tenant: string, name: string): string => JSON.stringify([tenant, name]);

function byName(entries: readonly TaskEntry[]): ByName {
  const found = new Map<string, TaskEntry[]>();
  for (const entry of entries) {
    for (const name of namesOf(entry)) {
      const key = nameKey(entry.tenant, name);
      const same = found.get(key);
      if (same === undefined) found.set(key, [entry]);
      else same.push(entry);
    }
  }
  return found;
}

/** By which others may depend on it: its own, and the full one of its workflow. */
const namesOf = ({ name, workflowKey, workflow }: TaskEntry): string[] =>
  isSingle(workflowKey) ? [name] : [name, fullName(workflow.definition)];

/** The rule for names, over tasks in the order they were submitted. */
function newest(entries: readonly TaskEntry[], correlation: string | null): TaskEntry | null {
  const last = (of: string | null): TaskEntry | undefined =>
    entries.findLast((entry) => entry.correlation === of);
  if (correlation === null) return entries.at(-1) ?? null;
  return last(correlation) ?? last(null) ?? null;
}

/** Finds, for each stored task that waits for a mere name, the submitted task it will wait for. */
function planAnswers(batch: Batch, planned: readonly Planned[]): void {
  const plannedByNo = new Map(planned.map((task) => [task.entry.no, task]));
  for (const [key, entries] of byName(planned.map(({ entry }) => entry))) {
    const [tenant, name] = JSON.parse(key) as [string, string];
    for (const row of batch.draft.unresolvedDependencies(tenant, name)) {
      const answer = newest(entries, batch.task(row.task).correlation);
      if (answer !== null) plannedByNo.get(answer.no)?.answers.push(row);
    }
  }
}

/** Only a task that somebody can already wait for can close a circle: one of a batch, or one that answers a name. */
function refuseCircles(batch: Batch, planned: readonly Planned[]): void {
  const plannedByNo = new Map(planned.map((task) => [task.entry.no, task]));
  const answered = new Map<number, number[]>();
  for (const { entry, answers } of planned) {
    for (const row of answers) answered.set(row.task, [...(answered.get(row.task) ?? []), entry.no]);
  }
  const isSuspect = planned.some(
    (task) =>
      task.answers.length > 0 ||
      task.dependencies.some(({ name, task: on }) =>
        on === null ? namesOf(task.entry).includes(name) : plannedByNo.has(on.no),
      ),
  );
  if (!isSuspect) return;
  const next = (no: number): number[] => {
    const own = plannedByNo.get(no);
    const ahead =
      own === undefined
        ? batch.draft.dependenciesOf(no).flatMap((row) => (row.on_task === null ? [] : [row.on_task]))
        : own.dependencies.flatMap(({ name, task }) =>
            task === null ? (namesOf(own.entry).includes(name) ? [no] : []) : [task.no],
          );
    return [...ahead, ...(answered.get(no) ?? [])];
  };
  const name = (no: number): string => plannedByNo.get(no)?.entry.name ?? batch.task(no).name;
  for (const { entry } of planned) refuseCircleFrom(entry.no, next, name);
}

/** Throws DEPENDENCY_CYCLE with the whole path if `start` waits, in the end, for itself. */
export function refuseCircleFrom(
  start: number,
  next: (no: number) => number[],
  name: (no: number) => string,
): void {
  const seen = new Set<number>();
  const path: { no: number; ahead: number[] }[] = [{ no: start, ahead: next(start) }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const to = top.ahead.pop();
    if (to === undefined) {
      path.pop();
    } else if (to === start) {
      const circle = [...path.map(({ no }) => name(no)), name(start)].join(' → ');
      throw new Refusal('DEPENDENCY_CYCLE', `tasks would wait for each other in a circle: ${circle}`, {
        faults: [{ pointer: '/dependencies', message: `a circle: ${circle}` }],
      });
    } else if (!seen.has(to)) {
      seen.add(to);
      path.push({ no: to, ahead: next(to) });
    }
  }
}

/** Adds dependencies to a task that has not started. */
export function addDependencies(
  batch: Batch,
  entry: TaskEntry,
  references: readonly string[],
  by: string,
): void {
  const existing = batch.draft.dependenciesOf(entry.no);
  const known = new Set(existing.map((row) => row.on_task));
  const found = [...new Set(references)].map((reference) => ({
    reference,
    resolution: resolve(batch, entry, reference, new Map()),
  }));
  const faults = found.flatMap(({ reference, resolution }, index) =>
    resolution === null
      ? [{ pointer: `/dependsOn/${index}`, message: noSuchTask(batch, entry, reference) }]
      : [],
  );
  if (faults.length > 0) {
    const names = faults.map((fault) => fault.message).join('; ');
    throw new Refusal('UNKNOWN_DEPENDENCY', names, { faults });
  }
  const added = new Map<number, Resolved>();
  for (const { resolution } of found) {
    if (resolution !== null && !known.has(resolution.task.no)) added.set(resolution.task.no, resolution);
  }
  const stored = (no: number): number[] =>
    batch.draft.dependenciesOf(no).flatMap((row) => (row.on_task === null ? [] : [row.on_task]));
  const next = (no: number): number[] => (no === entry.no ? [...stored(no), ...added.keys()] : stored(no));
  refuseCircleFrom(entry.no, next, (no) => batch.task(no).name);

  [...added.values()].forEach(({ name, task }, index) => {
    const position = existing.length + index;
    batch.draft.putDependency({ task: entry.no, position, name, on_task: task.no, tenant: entry.tenant });
  });
  const waits = [...added.values()].filter(({ status }) => status !== 'complete');
  const address = taskAt(entry.no);
  batch.take(address, { type: 'dependency.added', at: batch.now, count: waits.length, by });
  for (const { status, task } of waits) {
    if (status !== 'failed' && status !== 'cancelled') continue;
    batch.send(address, {
      type: `dependency.${status}`,
      at: batch.now,
      taskId: task.id,
      name: task.name,
    });
  }
}
