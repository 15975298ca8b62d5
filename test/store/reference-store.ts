/**
 * A store made of maps, for tests: it says in the plainest way what a store means, and does nothing to be fast. It is
 * what the contract is compared with, and tasks run on it as they do on SQLite.
 */

import type { Commit, SetAside } from '../../src/store/commit.ts';
import type {
  ActorKey,
  ActorRow,
  ChildWaveRow,
  DependencyRow,
  DueRow,
  FollowedRow,
  JournalRow,
  NewTaskRow,
  SignalRow,
  SignalWaveRow,
  StatusCount,
  TakenRow,
  TaskRow,
  WantedSignal,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
} from '../../src/store/rows.ts';
import type { Store } from '../../src/store/store.ts';
import { PRUNED } from '../../src/store/whole-tasks.ts';
import type { WorkflowTasks } from '../../src/store/workflow-tasks.ts';

const NOTHING = {
  workflows: new Map<string, WorkflowRow>(),
  /** The newest last. */
  workflowChoices: [] as readonly WorkflowChoiceRow[],
  tasks: new Map<number, TaskRow>(),
  /** By task and position. */
  dependencies: new Map<string, DependencyRow>(),
  /** By actor, as the next two. */
  webhooks: new Map<string, WebhookRow>(),
  actors: new Map<string, ActorRow>(),
  setAside: new Map<string, SetAside>(),
  /** By number. */
  signals: new Map<number, SignalRow>(),
  /** By task and signal. */
  taken: new Map<string, TakenRow>(),
  signalWaves: new Map<number, SignalWaveRow>(),
  childWaves: new Map<string, ChildWaveRow>(),
  /** By position. */
  journal: [] as readonly JournalRow[],
  meta: new Map<string, string>(),
};

type Kept = typeof NOTHING;

export class ReferenceStore implements Store {
  #kept = NOTHING;
  commits = 0;

  /** Writes to a copy, which replaces the kept one once nothing has thrown. */
  commit(commit: Partial<Commit>): number[] {
    const kept = structuredClone(this.#kept);
    write(kept, structuredClone(commit));
    const positions = kept.journal.slice(this.#kept.journal.length).map(({ pos }) => pos);
    for (const { no } of commit.removed ?? []) remove(kept, no);
    this.#kept = kept;
    this.commits++;
    return positions;
  }

  meta(key: string): string | null {
    return this.#kept.meta.get(key) ?? null;
  }

  workflows(): WorkflowRow[] {
    return all(this.#kept.workflows).sort(
      (a, b) => a.created_at - b.created_at || (a.hash < b.hash ? -1 : 1),
    );
  }

  workflowChoices(namespace: string, name: string, limit: number): WorkflowChoiceRow[] {
    const same = this.#kept.workflowChoices.filter((row) => row.namespace === namespace && row.name === name);
    return same.reverse().slice(0, limit);
  }

  lastTaskNo(): number {
    return Math.max(0, ...this.#kept.tasks.keys());
  }

  taskByNo(no: number): TaskRow | null {
    return this.#kept.tasks.get(no) ?? null;
  }

  taskById(id: string): TaskRow | null {
    return all(this.#kept.tasks).find((row) => row.id === id) ?? null;
  }

  taskByIdempotencyKey(tenant: string, key: string): TaskRow | null {
    const same = (row: TaskRow): boolean => row.tenant === tenant && row.idempotency_key === key;
    return all(this.#kept.tasks).find(same) ?? null;
  }

  tasksOfWorkflow(reference: string): WorkflowTasks | null {
    const meant = all(this.#kept.workflows)
      .filter(({ namespace, name }) => `${namespace}/${name}` === reference)
      .sort((a, b) => a.namespace.length - b.namespace.length);
    const [first] = meant;
    if (first === undefined) return null;
    return {
      name: first.name,
      hashes: meant.filter((row) => row.name === first.name).map((row) => row.hash),
    };
  }

  newestTaskNamed(tenant: string, reference: string, correlation: string | null | 'any'): TaskRow | null {
    const workflow = this.tasksOfWorkflow(reference);
    const named = all(this.#kept.tasks).filter(
      (row) =>
        row.parent === null &&
        row.tenant === tenant &&
        row.name === (workflow?.name ?? reference) &&
        (workflow === null || workflow.hashes.includes(row.workflow)) &&
        (correlation === 'any' || row.correlation === correlation),
    );
    return named.sort((a, b) => b.no - a.no)[0] ?? null;
  }

  childrenOf(task: number, ref: number, from: number, limit: number): TaskRow[] {
    const index = (row: TaskRow): number => Number(row.parent_index);
    const of = all(this.#kept.tasks).filter((row) => row.parent === task && row.parent_ref === ref);
    const isNewest = (row: TaskRow): boolean =>
      !of.some((other) => index(other) === index(row) && Number(other.parent_try) > Number(row.parent_try));
    const found = of.filter((row) => index(row) >= from && isNewest(row));
    return found.sort((a, b) => index(a) - index(b)).slice(0, limit);
  }

  countByStatus(): StatusCount[] {
    const counts = new Map<string, StatusCount>();
    for (const { status, tenant, parent } of this.#kept.tasks.values()) {
      if (parent !== null) continue;
      const key = JSON.stringify([status, tenant]);
      counts.set(key, { status, tenant, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return all(counts);
  }

  actor(task: number, ref: number): ActorRow | null {
    return this.#kept.actors.get(keyOf({ task, ref })) ?? null;
  }

  actors(task: number): ActorRow[] {
    return this.#actors().filter((row) => row.task === task);
  }

  dueActors(at: number, limit: number): DueRow[] {
    const due = this.#actors().flatMap(({ task, ref, due_at }) =>
      due_at === null || due_at > at ? [] : [{ task, ref, due_at }],
    );
    return due.sort((a, b) => a.due_at - b.due_at).slice(0, limit);
  }

  nextDue(): number | null {
    return this.dueActors(Number.POSITIVE_INFINITY, 1)[0]?.due_at ?? null;
  }

  runningActors(atRest: readonly string[]): ActorKey[] {
    const isOpen = ({ task, ref }: ActorKey): boolean =>
      (ref > 0 && ['running', 'retrying'].includes(this.taskByNo(task)?.status ?? '')) ||
      ['pending', 'retrying'].includes(this.webhookOfActor(task, ref)?.status ?? '');
    return this.#actors()
      .filter((row) => row.runs_on !== null || (!atRest.includes(row.state) && isOpen(row)))
      .map(addressOf);
  }

  queues(): string[] {
    return [...new Set(this.#actors().flatMap(({ queue }) => queue ?? []))];
  }

  queued(queue: string, after: ActorKey, limit: number): ActorKey[] {
    const waiting = this.#actors().filter((row) => row.queue === queue && byAddress(row, after) > 0);
    return (limit < 0 ? waiting : waiting.slice(0, limit)).map(addressOf);
  }

  awaiting(awaits: string, after: ActorKey, limit: number): ActorKey[] {
    const waiting = this.#actors().filter((row) => row.awaits === awaits && byAddress(row, after) > 0);
    return waiting.slice(0, limit).map(addressOf);
  }

  lastSignalNo(): number {
    return Math.max(0, ...this.#kept.signals.keys());
  }

  signalByNo(no: number): SignalRow | null {
    return this.#kept.signals.get(no) ?? null;
  }

  signalById(tenant: string, id: string): SignalRow | null {
    return this.#signals().find((row) => row.tenant === tenant && row.id === id) ?? null;
  }

  nextSignal(wanted: WantedSignal, after: number): SignalRow | null {
    const { tenant, name, key, task, createdAt, now } = wanted;
    const isSent = (row: SignalRow): boolean => row.task === task;
    const isKept = (row: SignalRow): boolean =>
      key !== null &&
      row.tenant === tenant &&
      row.key === key &&
      (row.until ?? 0) > now &&
      (row.at >= createdAt || row.taken_at === null);
    const found = this.#signals().find(
      (row) =>
        row.name === name &&
        row.no > after &&
        (isSent(row) || isKept(row)) &&
        !this.#kept.taken.has(`${task}/${row.no}`),
    );
    return found ?? null;
  }

  signalsOf(task: number): SignalRow[] {
    return this.#signals().filter((row) => row.task === task || this.#kept.taken.has(`${task}/${row.no}`));
  }

  takenBy(task: number): TakenRow[] {
    return all(this.#kept.taken).filter((row) => row.task === task);
  }

  countSignals(of: { readonly tenant: string } | { readonly task: number }, limit: number): number {
    const counted = this.#signals().filter((row) =>
      'tenant' in of ? row.tenant === of.tenant : row.task === of.task,
    );
    return Math.min(limit, counted.length);
  }

  childWaves(): ChildWaveRow[] {
    return all(this.#kept.childWaves).sort((a, b) => byAddress(a, b) || (a.verb < b.verb ? -1 : 1));
  }

  signalWaves(): SignalWaveRow[] {
    return all(this.#kept.signalWaves).sort((a, b) => a.signal - b.signal);
  }

  isSetAside(task: number, ref: number): boolean {
    return this.#kept.setAside.has(keyOf({ task, ref }));
  }

  setAsidesOf(task: number): SetAside[] {
    return all(this.#kept.setAside)
      .filter((row) => row.task === task)
      .sort(byAddress);
  }

  dependenciesOf(task: number): DependencyRow[] {
    return this.#dependencies().filter((row) => row.task === task);
  }

  dependentsOf(task: number): DependencyRow[] {
    return this.#dependencies().filter((row) => row.on_task === task);
  }

  unresolvedDependencies(tenant: string, name: string): DependencyRow[] {
    return this.#dependencies().filter(
      (row) => row.on_task === null && row.tenant === tenant && row.name === name,
    );
  }

  *journal(task: number, after = 0): Generator<JournalRow> {
    const rows = this.#journalOf(task);
    const first = rows.findLast(({ seq }) => seq <= after + 1);
    yield* rows.filter(({ seq }) => seq >= (first?.seq ?? 0));
  }

  lastSeq(task: number): number {
    const last = this.#journalOf(task).at(-1);
    return last === undefined ? 0 : last.seq + last.count - 1;
  }

  journalSince(after: number, limit: number): FollowedRow[] {
    const rows = this.#kept.journal.flatMap((row) => {
      const task = this.taskByNo(row.task);
      if (row.pos <= after || task === null) return [];
      return [{ ...row, id: task.id, tenant: task.tenant, workflow: task.workflow }];
    });
    return rows.slice(0, limit);
  }

  lastJournalPos(): number {
    return this.#kept.journal.at(-1)?.pos ?? 0;
  }

  webhookOfActor(task: number, ref: number): WebhookRow | null {
    return this.#kept.webhooks.get(keyOf({ task, ref })) ?? null;
  }

  countWebhooksOf(task: number): number {
    return all(this.#kept.webhooks).filter((row) => row.task === task).length;
  }

  #actors(): ActorRow[] {
    return all(this.#kept.actors).sort(byAddress);
  }

  #signals(): SignalRow[] {
    return all(this.#kept.signals).sort((a, b) => a.no - b.no);
  }

  #dependencies(): DependencyRow[] {
    return all(this.#kept.dependencies).sort((a, b) => a.task - b.task || a.position - b.position);
  }

  #journalOf(task: number): JournalRow[] {
    return this.#kept.journal.filter((row) => row.task === task).sort((a, b) => a.seq - b.seq);
  }
}

const all = <Row>(rows: ReadonlyMap<unknown, Row>): Row[] => [...rows.values()];
const keyOf = ({ task, ref }: ActorKey): string => `${task}/${ref}`;
const addressOf = ({ task, ref }: ActorKey): ActorKey => ({ task, ref });
const byAddress = (a: ActorKey, b: ActorKey): number => a.task - b.task || a.ref - b.ref;

function write(kept: Kept, commit: Partial<Commit>): void {
  for (const row of commit.workflows ?? []) putWorkflow(kept, row);
  kept.workflowChoices = [...kept.workflowChoices, ...(commit.workflowChoices ?? [])];
  for (const row of commit.tasks ?? []) addTask(kept, row);
  for (const { no, status } of commit.taskStatuses ?? []) change(kept.tasks, no, { status });
  for (const row of commit.dependencies ?? []) {
    const key = `${row.task}/${row.position}`;
    kept.dependencies.set(key, { ...(kept.dependencies.get(key) ?? row), on_task: row.on_task });
  }
  for (const row of commit.webhooks ?? []) addWebhook(kept, row);
  for (const { status, ...of } of commit.webhookStatuses ?? []) change(kept.webhooks, keyOf(of), { status });
  for (const row of commit.newActors ?? []) add(kept.actors, keyOf(row), row);
  for (const row of commit.actors ?? []) change(kept.actors, keyOf(row), row);
  writeSignals(kept, commit);
  for (const row of commit.journal ?? [])
    kept.journal = [...kept.journal, { pos: (kept.journal.at(-1)?.pos ?? 0) + 1, ...row }];
  for (const row of commit.setAside ?? []) {
    kept.setAside.set(keyOf(row), row);
    change(kept.actors, keyOf(row), { due_at: null, queue: null, awaits: null });
  }
  for (const { key, value } of commit.meta ?? []) kept.meta.set(key, value);
}

const DAY_MS = 86_400_000;

function writeSignals(kept: Kept, commit: Partial<Commit>): void {
  for (const row of commit.signals ?? []) {
    for (const { no, until, at } of all(kept.signals)) {
      if (until === null || until > row.at || at > row.at - DAY_MS) continue;
      kept.signals.delete(no);
      for (const [key, { signal }] of kept.taken) if (signal === no) kept.taken.delete(key);
    }
    if (all(kept.signals).some(({ tenant, id }) => tenant === row.tenant && id === row.id))
      throw new Error(`there is a signal ${row.id}`);
    add(kept.signals, row.no, row);
  }
  for (const { at, ...row } of commit.signalsTaken ?? []) {
    add(kept.taken, `${row.task}/${row.signal}`, row);
    change(kept.signals, row.signal, { taken_at: kept.signals.get(row.signal)?.taken_at ?? at });
  }
  for (const no of commit.signalsWithdrawn ?? []) kept.signals.delete(no);
  for (const row of commit.signalWaves ?? []) kept.signalWaves.set(row.signal, row);
  for (const signal of commit.signalWavesOver ?? []) kept.signalWaves.delete(signal);
  for (const row of commit.childWaves ?? []) kept.childWaves.set(`${keyOf(row)}/${row.verb}`, row);
  for (const row of commit.childWavesOver ?? []) kept.childWaves.delete(`${keyOf(row)}/${row.verb}`);
}

function add<Key, Row>(rows: Map<Key, Row>, key: Key, row: Row): void {
  if (rows.has(key)) throw new Error(`there is a row ${String(key)} already`);
  rows.set(key, row);
}

function change<Key, Row>(rows: Map<Key, Row>, key: Key, fields: Partial<Row>): void {
  const row = rows.get(key);
  if (row !== undefined) rows.set(key, { ...row, ...fields });
}

function putWorkflow(kept: Kept, row: WorkflowRow): void {
  for (const other of all(kept.workflows)) {
    const { namespace, name, version } = other;
    if (namespace === row.namespace && name === row.name && version === row.version)
      kept.workflows.delete(other.hash);
  }
  kept.workflows.set(row.hash, row);
}

function addTask(kept: Kept, task: NewTaskRow): void {
  const { tags: _tags, idempotencyKey, requestHash, createdAt, parent, ...same } = task;
  for (const other of kept.tasks.values()) {
    const hasKey = idempotencyKey !== null && other.idempotency_key === idempotencyKey;
    if (other.id === task.id || (hasKey && other.tenant === task.tenant))
      throw new Error(`there is a task ${other.id} with this id or key already`);
    if (parent !== null && placeOf(other) === placeOf(parentColumns(parent)))
      throw new Error(`task ${other.id} is that child already`);
  }
  const row = {
    ...same,
    idempotency_key: idempotencyKey,
    request_hash: requestHash,
    created_at: createdAt,
    ...parentColumns(parent),
  };
  add(kept.tasks, task.no, row);
}

type Place = Pick<TaskRow, 'parent' | 'parent_ref' | 'parent_index' | 'parent_try'>;

const placeOf = ({ parent, parent_ref, parent_index, parent_try }: Place): string =>
  [parent, parent_ref, parent_index, parent_try].join();

export const parentColumns = (parent: NewTaskRow['parent']) => ({
  parent: parent?.task ?? null,
  parent_ref: parent?.ref ?? null,
  parent_index: parent?.index ?? null,
  parent_try: parent?.try ?? null,
});

function addWebhook(kept: Kept, row: WebhookRow): void {
  if (all(kept.webhooks).some(({ id }) => id === row.id)) throw new Error(`there is a webhook ${row.id}`);
  add(kept.webhooks, keyOf(row), row);
}

/** With all it owns; what depended on it keeps the name. */
function remove(kept: Kept, no: number): void {
  kept.tasks.delete(no);
  kept.journal = kept.journal.filter((row) => row.task !== no);
  for (const rows of [
    kept.actors,
    kept.dependencies,
    kept.webhooks,
    kept.setAside,
    kept.taken,
    kept.childWaves,
  ])
    for (const [key, row] of rows) if (row.task === no) rows.delete(key);
  for (const [key, row] of kept.signals) if (row.task === no) kept.signals.delete(key);
  for (const [key, row] of kept.dependencies)
    if (row.on_task === no) kept.dependencies.set(key, { ...row, on_task: PRUNED });
}
