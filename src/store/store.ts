/**
 * Every statement Troupe runs, as plain rows in and out. It knows no machines and decides nothing; its caller
 * brackets writes with `transaction`, and nothing written is true before that returns.
 */

import {
  type Connection,
  claim,
  fileBytes,
  isStorageFailure,
  lengthenLog,
  needsReopen,
  openDatabase,
} from './database.ts';
import { listTasks } from './list-tasks.ts';
import { openMoment } from './read-only.ts';
import type {
  ActorRow,
  DependencyRow,
  JournalRow,
  NewTaskRow,
  QueuedRow,
  TaskFilter,
  TaskRow,
  WebhookRow,
  WorkflowRow,
  WorkflowSourceRow,
} from './rows.ts';
import { settleLog } from './settle-log.ts';
import { prepare, type Statements } from './statements.ts';
import { refuseDamaged } from './whole.ts';

const JOURNAL_PAGE = 200;

/** A store that has seen so many commits will see more, and is made ready for them. */
const LONG_LIVED_COMMITS = 100;

export interface StoreOptions {
  /** As it is at this moment, whoever else has it open; nothing is changed, and nobody is kept out. */
  readonly readOnly?: boolean;
  /** What is to be done to the rows of an older version, in one transaction with the schema; if it throws, nothing is. */
  readonly upgrade?: (store: Store) => void;
}

export class Store {
  readonly path: string;
  readonly #claim: { release(): void };
  #db: Connection;
  #sql: Statements;
  /** A write failed, and the file has not been opened again since. */
  #isInDoubt = false;
  /** Null until asked; once there was one, true for good. */
  #hasDependencies: boolean | null = null;
  /** Commits so far; each is one fsync of the write-ahead log. */
  commits = 0;

  constructor(path: string, { readOnly = false, upgrade }: StoreOptions = {}) {
    this.path = path;
    if (readOnly) {
      const moment = openMoment(path);
      this.#claim = moment;
      this.#db = moment.db;
      this.#sql = prepare(this.#db);
      return;
    }
    this.#claim = claim(path);
    try {
      settleLog(path);
      refuseDamaged(path);
      this.#db = openDatabase(path, (db) => {
        this.#db = db;
        this.#sql = prepare(db);
        upgrade?.(this);
      });
    } catch (error) {
      this.#claim.release();
      throw error;
    }
    this.#sql = prepare(this.#db);
  }

  /**
   * Runs `write` in one transaction. If it throws, or the commit fails, nothing of it is stored; after a failure of
   * the disk the file is opened again, so that what is read next is what the disk really holds.
   */
  transaction<T>(write: () => T): T {
    try {
      if (this.#isInDoubt) this.#reopen();
      this.#sql.begin.run();
      const result = write();
      this.#sql.commit.run();
      this.commits++;
      if (this.commits === LONG_LIVED_COMMITS && this.path !== ':memory:') lengthenLog(this.path);
      return result;
    } catch (error) {
      this.#rollback(error);
      throw error;
    }
  }

  #rollback(cause: unknown): void {
    try {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    } catch (error) {
      // The rollback of a file that cannot be read fails as well; opening it again below rolls back.
      if (!isStorageFailure(error)) throw error;
    }
    if (!needsReopen(cause) || this.path === ':memory:') return;
    this.#isInDoubt = true;
    try {
      this.#reopen();
    } catch (error) {
      // The next transaction tries again; what is read until then is what was committed last.
      if (!isStorageFailure(error)) throw error;
    }
  }

  /** Opened before the old one is closed: closing the only connection would write to the disk that just failed. */
  #reopen(): void {
    const db = openDatabase(this.path);
    this.#db.close();
    this.#db = db;
    this.#sql = prepare(db);
    this.#isInDoubt = false;
  }

  /** Writes something new, inside a transaction: an empty commit would not show that the store takes commits. */
  probe(): void {
    this.#sql.putMeta.run('probe', String(this.commits));
  }

  /** A fact about this store as a whole. */
  meta(key: string): string | null {
    return (this.#sql.meta.pluck().get(key) as string | undefined) ?? null;
  }

  setMeta(key: string, value: string): void {
    this.#sql.putMeta.run(key, value);
  }

  /** For the rare statements of whole-tasks.ts. Not to be kept: after a failure of the disk it is another. */
  get connection(): Connection {
    return this.#db;
  }

  bytes(): number {
    return fileBytes(this.path);
  }

  close(): void {
    this.#db.close();
    this.#claim.release();
  }

  /** In place of one of its name and version that cannot be read any more; the registry refuses any other. */
  insertWorkflow(row: WorkflowRow): void {
    this.#sql.insertWorkflow.run(row);
  }

  /** The first one stays. */
  insertWorkflowSource(row: WorkflowSourceRow): void {
    this.#sql.insertWorkflowSource.run(row);
  }

  /** Null of one that was not written as a file. */
  workflowSource(hash: string): WorkflowSourceRow | null {
    return (this.#sql.workflowSource.get(hash) as WorkflowSourceRow | undefined) ?? null;
  }

  workflows(): WorkflowRow[] {
    return this.#sql.workflows.all() as WorkflowRow[];
  }

  lastTaskNo(): number {
    return (this.#sql.lastTaskNo.pluck().get() as number | null) ?? 0;
  }

  insertTask(row: NewTaskRow): void {
    this.#sql.insertTask.run(
      row.no,
      row.id,
      row.tenant,
      row.name,
      row.workflow,
      row.status,
      row.priority,
      row.correlation,
      row.idempotencyKey,
      row.requestHash,
      row.createdAt,
      row.request,
    );
    for (const tag of row.tags) this.#sql.insertTag.run(tag, row.no);
  }

  setTaskStatus(no: number, status: string): void {
    this.#sql.setTaskStatus.run(status, no);
  }

  taskByNo(no: number): TaskRow | null {
    return (this.#sql.taskByNo.get(no) as TaskRow | undefined) ?? null;
  }

  taskById(id: string): TaskRow | null {
    return (this.#sql.taskById.get(id) as TaskRow | undefined) ?? null;
  }

  taskByIdempotencyKey(tenant: string, key: string): TaskRow | null {
    return (this.#sql.taskByKey.get(tenant, key) as TaskRow | undefined) ?? null;
  }

  /** The newest task of that name, of any correlation, of exactly this one, or (null) of none. */
  newestTaskNamed(tenant: string, name: string, correlation: string | null | 'any'): TaskRow | null {
    const found =
      correlation === 'any'
        ? this.#sql.newestNamed.get(tenant, name)
        : this.#sql.newestNamedCorrelated.get(tenant, name, correlation);
    return (found as TaskRow | undefined) ?? null;
  }

  /** The newest first. */
  listTasks(filter: TaskFilter): TaskRow[] {
    return listTasks(this.#db, filter);
  }

  countByStatus(): { status: string; tenant: string; count: number }[] {
    return this.#sql.countByStatus.all() as { status: string; tenant: string; count: number }[];
  }

  insertActor(row: ActorRow): void {
    const { task, ref, machine, state, context, due_at, timers, queue } = row;
    this.#sql.insertActor.run(task, ref, machine, state, context, due_at, timers, queue);
  }

  updateActor(row: ActorRow): void {
    const { task, ref, machine, state, context, due_at, timers, queue } = row;
    this.#sql.updateActor.run(machine, state, context, due_at, timers, queue, task, ref);
  }

  actor(task: number, ref: number): ActorRow | null {
    return (this.#sql.actor.get(task, ref) as ActorRow | undefined) ?? null;
  }

  /** All actors of a task, the task itself first. */
  actors(task: number): ActorRow[] {
    return this.#sql.actors.all(task) as ActorRow[];
  }

  /** How many steps of a task are in each state; those that have not been spawned are in none. */
  stepCounts(task: number): { state: string; count: number }[] {
    return this.#sql.stepCounts.all(task) as { state: string; count: number }[];
  }

  /** Refs of the steps that others need not wait for. */
  doneSteps(task: number): number[] {
    return this.#sql.doneSteps.pluck().all(task) as number[];
  }

  /** A task, unless it is complete, and its steps but for those. */
  openActors(task: number): ActorRow[] {
    return this.#sql.openActors.all(task) as ActorRow[];
  }

  /** Actors with a timer due at or before `at`, earliest first. */
  dueActors(at: number, limit: number): { task: number; ref: number; due_at: number }[] {
    return this.#sql.dueActors.all(at, limit) as { task: number; ref: number; due_at: number }[];
  }

  nextDue(): number | null {
    return (this.#sql.nextDue.pluck().get() as number | undefined) ?? null;
  }

  /** Attempts that were running when the store was last written, or are in no state one knows. */
  runningActors(): { task: number; ref: number }[] {
    return this.#sql.runningActors.all() as { task: number; ref: number }[];
  }

  queues(): string[] {
    return this.#sql.queues.pluck().all() as string[];
  }

  queueLengths(): { queue: string; count: number }[] {
    return this.#sql.queueLengths.all() as { queue: string; count: number }[];
  }

  countTimers(): number {
    return this.#sql.countTimers.pluck().get() as number;
  }

  queued(queue: string, after: { task: number; ref: number }, limit: number): QueuedRow[] {
    return this.#sql.queued.all(queue, after.task, after.ref, limit) as QueuedRow[];
  }

  /** The position of the new row in the journal of all tasks. */
  appendJournal(task: number, seq: number, count: number, entries: string): number {
    return Number(this.#sql.appendJournal.run(task, seq, count, entries).lastInsertRowid);
  }

  /** Number of a task's last journal entry; 0 before the first. */
  lastSeq(task: number): number {
    return (this.#sql.lastSeq.pluck().get(task) as number | undefined) ?? 0;
  }

  /**
   * A task's journal, oldest first, from the row on that has the entry after `after`. Read by pages: an open cursor
   * would keep everybody else from committing.
   */
  *journal(task: number, after = 0): Generator<JournalRow> {
    const first = after === 0 ? 0 : this.#sql.journalRowOf.pluck().get(task, after + 1);
    let rows = this.#journalPage(task, Number(first ?? 0) - 1);
    for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
      yield* rows;
      rows = rows.length < JOURNAL_PAGE ? [] : this.#journalPage(task, last.seq);
    }
  }

  #journalPage(task: number, after: number): JournalRow[] {
    return this.#sql.journalPage.all(task, after, JOURNAL_PAGE) as JournalRow[];
  }

  /** Journal rows of all tasks from position `after` on, with what facts need of their tasks. */
  journalSince(
    after: number,
    limit: number,
  ): (JournalRow & { id: string; tenant: string; workflow: string })[] {
    return this.#sql.journalSince.all(after, limit) as (JournalRow & {
      id: string;
      tenant: string;
      workflow: string;
    })[];
  }

  lastJournalPos(): number {
    return (this.#sql.lastJournalPos.pluck().get() as number | null) ?? 0;
  }

  putDependency(row: DependencyRow): void {
    this.#hasDependencies = true;
    this.#sql.putDependency.run(row.task, row.position, row.name, row.on_task, row.tenant);
  }

  dependenciesOf(task: number): DependencyRow[] {
    return this.#sql.dependenciesOf.all(task) as DependencyRow[];
  }

  dependentsOf(task: number): DependencyRow[] {
    return this.#mayHaveDependencies() ? (this.#sql.dependentsOf.all(task) as DependencyRow[]) : [];
  }

  unresolvedDependencies(tenant: string, name: string): DependencyRow[] {
    if (!this.#mayHaveDependencies()) return [];
    return this.#sql.unresolvedDependencies.all(tenant, name) as DependencyRow[];
  }

  /** Asked for every task, while in many a store no task waits for another. */
  #mayHaveDependencies(): boolean {
    this.#hasDependencies ??= this.#sql.hasDependencies.pluck().get() === 1;
    return this.#hasDependencies;
  }

  insertWebhook(row: WebhookRow): void {
    this.#sql.insertWebhook.run(row);
  }

  setWebhookStatus(task: number, ref: number, status: string): void {
    this.#sql.setWebhookStatus.run(status, task, ref);
  }

  webhook(id: string): WebhookRow | null {
    return (this.#sql.webhook.get(id) as WebhookRow | undefined) ?? null;
  }

  webhookOfActor(task: number, ref: number): WebhookRow | null {
    return (this.#sql.webhookOfActor.get(task, ref) as WebhookRow | undefined) ?? null;
  }

  countWebhooksOf(task: number): number {
    return this.#sql.countWebhooksOf.pluck().get(task) as number;
  }

  webhooks(tenant: string | null, status: string | null, limit: number): WebhookRow[] {
    return this.#sql.webhooks.all({ tenant, status, limit }) as WebhookRow[];
  }

  webhookCounts(tenant: string | null): { status: string; count: number }[] {
    return this.#sql.webhookCounts.all({ tenant }) as { status: string; count: number }[];
  }

  /** Reports an actor that cannot go on, and takes it out of timers and queues; its snapshot stays as it is. */
  setAside(task: number, ref: number, at: number, why: string): void {
    this.#sql.setAside.run(task, ref, at, why);
    this.#sql.silence.run(task, ref);
  }

  /** Null if it was not. */
  whySetAside(task: number, ref: number): string | null {
    return (this.#sql.setAsideOf.pluck().get(task, ref) as string | undefined) ?? null;
  }

  setAsidesOf(task: number): { ref: number; why: string }[] {
    return this.#sql.setAsidesOf.all(task) as { ref: number; why: string }[];
  }

  isSetAside(task: number, ref: number): boolean {
    return this.whySetAside(task, ref) !== null;
  }

  setAsides(): { task: number; ref: number; at: number; why: string }[] {
    return this.#sql.setAsides.all() as { task: number; ref: number; at: number; why: string }[];
  }
}
