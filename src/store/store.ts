/**
 * Every statement Troupe runs, as plain rows in and out. It knows no machines and decides nothing. What is written is
 * one value, a `Commit`; nothing of it is true before `commit` returns.
 */

import type { Commit } from './commit.ts';
import { listTasks, outlineTasks } from './list-tasks.ts';
import type { RowWriter } from './row-writer.ts';
import type {
  ActorRow,
  DependencyRow,
  JournalRow,
  QueuedRow,
  TaskFilter,
  TaskOutline,
  TaskRow,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
  WorkflowSourceRow,
} from './rows.ts';
import { bound, type StepRows } from './step-rows.ts';
import { StoreFile } from './store-file.ts';
import { tasksOfWorkflow, type WorkflowTasks } from './workflow-tasks.ts';

const JOURNAL_PAGE = 200;

export interface StoreOptions {
  /** As it is at this moment, whoever else has it open; nothing is changed, and nobody is kept out. */
  readonly readOnly?: boolean;
  /** What is to be done to the rows of an older version, in one transaction with the schema; if it throws, nothing is. */
  readonly upgrade?: (store: Store, rows: RowWriter) => void;
}

export class Store extends StoreFile {
  constructor(path: string, { readOnly = false, upgrade }: StoreOptions = {}) {
    // It runs while the file is opened, before `this` may be named here.
    super(path, { readOnly }, (file, rows) => upgrade?.(file as Store, rows));
  }

  /** Writes all of it or, if it throws, nothing, and returns the positions of the new rows of the journal. */
  commit(commit: Partial<Commit>): number[] {
    if (commit.dependencies !== undefined && commit.dependencies.length > 0) this.hasDependencies = true;
    return this.rewrite((rows) => rows.write(commit));
  }

  /** A fact about this store as a whole. */
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

  /** The last first. */
  workflowChoices(namespace: string, name: string, limit: number): WorkflowChoiceRow[] {
    return this.sql.workflowChoices.all(namespace, name, limit) as WorkflowChoiceRow[];
  }

  /** Of each workflow for which there is one, the last. */
  lastWorkflowChoices(): WorkflowChoiceRow[] {
    return this.sql.lastWorkflowChoices.all() as WorkflowChoiceRow[];
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

  /** Which tasks the full name of a workflow means; null of what is a name of tasks alone. */
  tasksOfWorkflow(reference: string): WorkflowTasks | null {
    return tasksOfWorkflow(this.connection, reference);
  }

  /**
   * The newest task of that name, or of the workflow of that full name: of any correlation, of exactly this one, or
   * (null) of none.
   */
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

  /** The newest first. */
  listTasks(filter: TaskFilter): TaskRow[] {
    return listTasks(this.connection, filter);
  }

  /** Gives the tasks that `listTasks` gives. */
  outlineTasks(filter: TaskFilter): TaskOutline[] {
    return outlineTasks(this.connection, filter);
  }

  countByStatus(): { status: string; tenant: string; count: number }[] {
    return this.sql.countByStatus.all() as { status: string; tenant: string; count: number }[];
  }

  actor(task: number, ref: number): ActorRow | null {
    return (this.sql.actor.get(task, ref) as ActorRow | undefined) ?? null;
  }

  /** All actors of a task, the task itself first. */
  actors(task: number): ActorRow[] {
    return this.sql.actors.all(task) as ActorRow[];
  }

  /** Of all actors of a task. */
  states(task: number): Pick<ActorRow, 'ref' | 'state'>[] {
    return this.sql.states.all(task) as Pick<ActorRow, 'ref' | 'state'>[];
  }

  /** How many steps of a task are in each state; those that have not been spawned are in none. */
  stepCounts(task: number, steps: StepRows): { state: string; count: number }[] {
    return this.sql.stepCounts.all(bound(task, steps)) as { state: string; count: number }[];
  }

  /** Refs of the steps that others need not wait for. */
  doneSteps(task: number, steps: StepRows): number[] {
    return this.sql.doneSteps.pluck().all(bound(task, steps)) as number[];
  }

  /** A task, unless it is complete, and its steps but for those. */
  openActors(task: number, steps: StepRows): ActorRow[] {
    return this.sql.openActors.all(bound(task, steps)) as ActorRow[];
  }

  /** Actors with a timer due at or before `at`, earliest first. */
  dueActors(at: number, limit: number): { task: number; ref: number; due_at: number }[] {
    return this.sql.dueActors.all(at, limit) as { task: number; ref: number; due_at: number }[];
  }

  nextDue(): number | null {
    return (this.sql.nextDue.pluck().get() as number | undefined) ?? null;
  }

  /** Attempts that were running when the store was last written, or are in a state that is none of these. */
  runningActors(atRest: readonly string[]): { task: number; ref: number }[] {
    return this.sql.runningActors.all({ atRest: JSON.stringify(atRest) }) as { task: number; ref: number }[];
  }

  queues(): string[] {
    return this.sql.queues.pluck().all() as string[];
  }

  queueLengths(): { queue: string; count: number }[] {
    return this.sql.queueLengths.all() as { queue: string; count: number }[];
  }

  countTimers(): number {
    return this.sql.countTimers.pluck().get() as number;
  }

  queued(queue: string, after: { task: number; ref: number }, limit: number): QueuedRow[] {
    return this.sql.queued.all(queue, after.task, after.ref, limit) as QueuedRow[];
  }

  /** Number of a task's last journal entry; 0 before the first. */
  lastSeq(task: number): number {
    return (this.sql.lastSeq.pluck().get(task) as number | undefined) ?? 0;
  }

  /**
   * A task's journal, oldest first, from the row on that has the entry after `after`. Read by pages: an open cursor
   * would keep everybody else from committing.
   */
  *journal(task: number, after = 0): Generator<JournalRow> {
    const first = after === 0 ? 0 : this.sql.journalRowOf.pluck().get(task, after + 1);
    let rows = this.#journalPage(task, Number(first ?? 0) - 1);
    for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
      yield* rows;
      rows = rows.length < JOURNAL_PAGE ? [] : this.#journalPage(task, last.seq);
    }
  }

  /** SQLite adds up the sizes of a task's rows and does not read what they hold. */
  journalBytes(task: number): number {
    return this.sql.journalBytes.pluck().get(task) as number;
  }

  #journalPage(task: number, after: number): JournalRow[] {
    return this.sql.journalPage.all(task, after, JOURNAL_PAGE) as JournalRow[];
  }

  /** Journal rows of all tasks from position `after` on, with what facts need of their tasks. */
  journalSince(
    after: number,
    limit: number,
  ): (JournalRow & { id: string; tenant: string; workflow: string })[] {
    return this.sql.journalSince.all(after, limit) as (JournalRow & {
      id: string;
      tenant: string;
      workflow: string;
    })[];
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

  webhooks(tenant: string | null, status: string | null, limit: number): WebhookRow[] {
    return this.sql.webhooks.all({ tenant, status, limit }) as WebhookRow[];
  }

  webhookCounts(tenant: string | null): { status: string; count: number }[] {
    return this.sql.webhookCounts.all({ tenant }) as { status: string; count: number }[];
  }

  /** Null if it was not. */
  whySetAside(task: number, ref: number): string | null {
    return (this.sql.setAsideOf.pluck().get(task, ref) as string | undefined) ?? null;
  }

  setAsidesOf(task: number): { ref: number; why: string }[] {
    return this.sql.setAsidesOf.all(task) as { ref: number; why: string }[];
  }

  isSetAside(task: number, ref: number): boolean {
    return this.whySetAside(task, ref) !== null;
  }

  setAsides(): { task: number; ref: number; at: number; why: string }[] {
    return this.sql.setAsides.all() as { task: number; ref: number; at: number; why: string }[];
  }
}
