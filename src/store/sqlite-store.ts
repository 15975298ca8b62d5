/** The store on the disk: every statement that tasks need, as plain rows in and out. It knows no machines. */

import type { Commit, SetAside } from './commit.ts';
import type { RowWriter } from './row-writer.ts';
import type {
  ActorKey,
  ActorRow,
  ChildWaveRow,
  DependencyRow,
  DueRow,
  FollowedRow,
  JournalRow,
  SignalRow,
  SignalWaveRow,
  StatusCount,
  TakenRow,
  TaskRow,
  WantedSignal,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
  WorkflowSourceRow,
} from './rows.ts';
import type { Store } from './store.ts';
import { StoreFile } from './store-file.ts';
import { tasksOfWorkflow, type WorkflowTasks } from './workflow-tasks.ts';

const JOURNAL_PAGE = 200;

export interface StoreOptions {
  /** As it is at this moment, whoever else has it open; nothing is changed, and nobody is kept out. */
  readonly readOnly?: boolean;
  /** Upgrades the rows of an older version, in one transaction with the schema; if it throws, nothing changes. */
  readonly upgrade?: (store: SqliteStore, rows: RowWriter) => void;
}

/** Lists, counts and what retention needs are functions beside it, in files of their own. */
export class SqliteStore extends StoreFile implements Store {
  constructor(path: string, { readOnly = false, upgrade }: StoreOptions = {}) {
    // It runs while the file is opened, before `this` may be named here.
    super(path, { readOnly }, (file, rows) => upgrade?.(file as SqliteStore, rows));
  }

  commit(commit: Partial<Commit>): number[] {
    if (commit.dependencies !== undefined && commit.dependencies.length > 0) this.hasDependencies = true;
    if (commit.childWaves !== undefined && commit.childWaves.length > 0) this.hasChildWaves = true;
    return this.rewrite((rows) => rows.write(commit));
  }

  meta(key: string): string | null {
    return (this.sql.meta.pluck().get(key) as string | undefined) ?? null;
  }

  /** Null of one that was not written as a file. */
  workflowSource(hash: string): WorkflowSourceRow | null {
    return (this.sql.workflowSource.get(hash) as WorkflowSourceRow | undefined) ?? null;
  }

  /** Gives the definition of a workflow by its hash, as JSON. */
  workflow(hash: string): string | null {
    return (this.sql.workflow.pluck().get(hash) as string | undefined) ?? null;
  }

  workflows(): WorkflowRow[] {
    return this.sql.workflows.all() as WorkflowRow[];
  }

  workflowChoices(namespace: string, name: string, limit: number): WorkflowChoiceRow[] {
    return this.sql.workflowChoices.all(namespace, name, limit) as WorkflowChoiceRow[];
  }

  lastTaskNo(): number {
    return (this.sql.lastTaskNo.pluck().get() as number | null) ?? 0;
  }

  taskByNo(no: number): TaskRow | null {
    return (this.sql.taskByNo.get(no) as TaskRow | undefined) ?? null;
  }

  taskById(id: string): TaskRow | null {
    return (this.sql.taskById.get(id) as TaskRow | undefined) ?? null;
  }

  taskByIdempotencyKey(tenant: string, key: string): TaskRow | null {
    return (this.sql.taskByKey.get(tenant, key) as TaskRow | undefined) ?? null;
  }

  tasksOfWorkflow(reference: string): WorkflowTasks | null {
    return tasksOfWorkflow(this.connection, reference);
  }

  newestTaskNamed(tenant: string, reference: string, correlation: string | null | 'any'): TaskRow | null {
    const workflow = tasksOfWorkflow(this.connection, reference);
    const name = workflow?.name ?? reference;
    const found =
      workflow === null
        ? correlation === 'any'
          ? this.sql.newestNamed.get(tenant, name)
          : this.sql.newestNamedCorrelated.get(tenant, name, correlation)
        : this.sql.newestOfWorkflow.get({
            tenant,
            name,
            hashes: JSON.stringify(workflow.hashes),
            correlation,
          });
    return (found as TaskRow | undefined) ?? null;
  }

  childrenOf(task: number, ref: number, from: number, limit: number): TaskRow[] {
    return this.sql.childrenOf.all(task, ref, from, limit) as TaskRow[];
  }

  countByStatus(): StatusCount[] {
    return this.sql.countByStatus.all() as StatusCount[];
  }

  actor(task: number, ref: number): ActorRow | null {
    return (this.sql.actor.get(task, ref) as ActorRow | undefined) ?? null;
  }

  actors(task: number): ActorRow[] {
    return this.sql.actors.all(task) as ActorRow[];
  }

  dueActors(at: number, limit: number): DueRow[] {
    return this.sql.dueActors.all(at, limit) as DueRow[];
  }

  nextDue(): number | null {
    return (this.sql.nextDue.pluck().get() as number | undefined) ?? null;
  }

  runningActors(atRest: readonly string[]): ActorKey[] {
    return this.sql.runningActors.all({ atRest: JSON.stringify(atRest) }) as ActorKey[];
  }

  queues(): string[] {
    return this.sql.queues.pluck().all() as string[];
  }

  queued(queue: string, after: ActorKey, limit: number): ActorKey[] {
    return this.sql.queued.all(queue, after.task, after.ref, limit) as ActorKey[];
  }

  awaiting(awaits: string, after: ActorKey, limit: number): ActorKey[] {
    return this.sql.awaiting.all(awaits, after.task, after.ref, limit) as ActorKey[];
  }

  lastSignalNo(): number {
    return (this.sql.lastSignalNo.pluck().get() as number | null) ?? 0;
  }

  signalByNo(no: number): SignalRow | null {
    return (this.sql.signalByNo.get(no) as SignalRow | undefined) ?? null;
  }

  signalById(tenant: string, id: string): SignalRow | null {
    return (this.sql.signalById.get(tenant, id) as SignalRow | undefined) ?? null;
  }

  nextSignal(wanted: WantedSignal, after: number): SignalRow | null {
    return (this.sql.nextSignal.get({ ...wanted, after }) as SignalRow | undefined) ?? null;
  }

  signalsOf(task: number): SignalRow[] {
    return this.sql.signalsOf.all({ task }) as SignalRow[];
  }

  takenBy(task: number): TakenRow[] {
    return this.sql.takenBy.all(task) as TakenRow[];
  }

  countSignals(of: { readonly tenant: string } | { readonly task: number }, limit: number): number {
    const found =
      'tenant' in of
        ? this.sql.countSignalsOfTenant.pluck().get(of.tenant, limit)
        : this.sql.countSignalsOfTask.pluck().get(of.task, limit);
    return found as number;
  }

  childWaves(): ChildWaveRow[] {
    if (this.hasChildWaves === false) return [];
    const rows = this.sql.childWaves.all() as ChildWaveRow[];
    this.hasChildWaves = rows.length > 0;
    return rows;
  }

  signalWaves(): SignalWaveRow[] {
    return this.sql.signalWaves.all() as SignalWaveRow[];
  }

  lastSeq(task: number): number {
    return (this.sql.lastSeq.pluck().get(task) as number | undefined) ?? 0;
  }

  /** Read by pages: an open cursor would keep everybody else from committing. */
  *journal(task: number, after = 0): Generator<JournalRow> {
    const first = after === 0 ? 0 : this.sql.journalRowOf.pluck().get(task, after + 1);
    let rows = this.#journalPage(task, Number(first ?? 0) - 1);
    for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
      yield* rows;
      rows = rows.length < JOURNAL_PAGE ? [] : this.#journalPage(task, last.seq);
    }
  }

  #journalPage(task: number, after: number): JournalRow[] {
    return this.sql.journalPage.all(task, after, JOURNAL_PAGE) as JournalRow[];
  }

  journalSince(after: number, limit: number): FollowedRow[] {
    return this.sql.journalSince.all(after, limit) as FollowedRow[];
  }

  lastJournalPos(): number {
    return (this.sql.lastJournalPos.pluck().get() as number | null) ?? 0;
  }

  dependenciesOf(task: number): DependencyRow[] {
    return this.sql.dependenciesOf.all(task) as DependencyRow[];
  }

  dependentsOf(task: number): DependencyRow[] {
    return this.#mayHaveDependencies() ? (this.sql.dependentsOf.all(task) as DependencyRow[]) : [];
  }

  unresolvedDependencies(tenant: string, name: string): DependencyRow[] {
    if (!this.#mayHaveDependencies()) return [];
    return this.sql.unresolvedDependencies.all(tenant, name) as DependencyRow[];
  }

  /** Asked for every task, while in many a store no task waits for another. */
  #mayHaveDependencies(): boolean {
    this.hasDependencies ??= this.sql.hasDependencies.pluck().get() === 1;
    return this.hasDependencies;
  }

  webhook(id: string): WebhookRow | null {
    return (this.sql.webhook.get(id) as WebhookRow | undefined) ?? null;
  }

  webhookOfActor(task: number, ref: number): WebhookRow | null {
    return (this.sql.webhookOfActor.get(task, ref) as WebhookRow | undefined) ?? null;
  }

  countWebhooksOf(task: number): number {
    return this.sql.countWebhooksOf.pluck().get(task) as number;
  }

  isSetAside(task: number, ref: number): boolean {
    return this.sql.isSetAside.pluck().get(task, ref) !== undefined;
  }

  setAsidesOf(task: number): SetAside[] {
    return this.sql.setAsidesOf.all(task) as SetAside[];
  }
}
