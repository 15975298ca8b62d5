/**
 * What tasks need of a store to run: SQLite keeps it on the disk, and any other store that means the same will do. What
 * is written is one value, a `Commit`; nothing of it is true before `commit` returns, and all of it is from then on.
 */

import type { Commit, SetAside } from './commit.ts';
import type {
  ActorKey,
  ActorRow,
  DependencyRow,
  DueRow,
  FollowedRow,
  JournalRow,
  StatusCount,
  TaskRow,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
} from './rows.ts';
import type { WorkflowTasks } from './workflow-tasks.ts';

export interface Store
  extends TaskStore,
    ActorStore,
    DependencyStore,
    JournalStore,
    WorkflowStore,
    WebhookStore {
  /**
   * Writes all of it, in the order of the fields of `Commit`, or, if it throws, nothing. Gives the positions of the new
   * rows of the journal, in their order.
   */
  commit(commit: Partial<Commit>): number[];
  /** Commits since the store was opened. */
  readonly commits: number;
  /** A fact about this store as a whole, or null: what was written last under this key. */
  meta(key: string): string | null;
}

export interface TaskStore {
  /** The highest number of a task; 0 in a store without tasks. */
  lastTaskNo(): number;
  taskByNo(no: number): TaskRow | null;
  taskById(id: string): TaskRow | null;
  /** A key means at most one task of a tenant; a commit with a second one throws. */
  taskByIdempotencyKey(tenant: string, key: string): TaskRow | null;
  /**
   * The newest task of that name, or of the workflow of that full name: of any correlation, of exactly this one, or
   * (null) of none.
   */
  newestTaskNamed(tenant: string, reference: string, correlation: string | null | 'any'): TaskRow | null;
  /** Which tasks the full name of a workflow means; null of what is a name of tasks alone. */
  tasksOfWorkflow(reference: string): WorkflowTasks | null;
  /** How many tasks of each tenant are in each status, in no order; none that nobody is in. */
  countByStatus(): StatusCount[];
}

export interface ActorStore {
  actor(task: number, ref: number): ActorRow | null;
  /** All actors of a task, the task itself first. */
  actors(task: number): ActorRow[];
  /** Actors with a timer due at or before `at`: the earliest first, and then the oldest task. */
  dueActors(at: number, limit: number): DueRow[];
  /** When the earliest of all timers is due; null when there is none. */
  nextDue(): number | null;
  /**
   * Steps of unfinished tasks, and deliveries still to be made, in a state that is none of `atRest`: their attempts were
   * running at the last commit.
   */
  runningActors(atRest: readonly string[]): ActorKey[];
  /** Names of the queues in which an actor waits, in no order. */
  queues(): string[];
  /** Actors that wait in a queue, after this one: of the oldest task first. A limit of -1 is none. */
  queued(queue: string, after: ActorKey, limit: number): ActorKey[];
  /** An actor that was set aside has no timer and is in no queue until it is written again. */
  isSetAside(task: number, ref: number): boolean;
  /** Of one task, by ref. */
  setAsidesOf(task: number): SetAside[];
}

export interface DependencyStore {
  /** What a task depends on, in the order of their positions. */
  dependenciesOf(task: number): DependencyRow[];
  /** Who depends on a task, the oldest task first. */
  dependentsOf(task: number): DependencyRow[];
  /** Who waits for a task of that name which nobody has submitted yet, the oldest task first. */
  unresolvedDependencies(tenant: string, name: string): DependencyRow[];
}

export interface JournalStore {
  /** A task's journal, oldest first, from the row on that has the entry after `after`. */
  journal(task: number, after?: number): Generator<JournalRow>;
  /** Number of a task's last journal entry; 0 before the first. */
  lastSeq(task: number): number;
  /** Journal rows of all tasks after position `after`, in their order, with what facts need of their tasks. */
  journalSince(after: number, limit: number): FollowedRow[];
  /** Position of the last row in the journal of all tasks; 0 before the first. */
  lastJournalPos(): number;
}

export interface WorkflowStore {
  /** All workflows, the first registered first. */
  workflows(): WorkflowRow[];
  /** The last first. */
  workflowChoices(namespace: string, name: string, limit: number): WorkflowChoiceRow[];
}

export interface WebhookStore {
  webhookOfActor(task: number, ref: number): WebhookRow | null;
  countWebhooksOf(task: number): number;
}
