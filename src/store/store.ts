/**
 * A store keeps everything that tasks need to run. SQLite does so on the disk, and any other that means the same
 * will do: test/store/contract says what it means. One value is written, a `Commit`; nothing of it is true before `commit`
 * returns, and all of it is from then on.
 */

import type { Commit, SetAside } from './commit.ts';
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
} from './rows.ts';
import type { WorkflowTasks } from './workflow-tasks.ts';

export interface Store
  extends TaskStore,
    ActorStore,
    DependencyStore,
    JournalStore,
    WorkflowStore,
    WebhookStore,
    SignalStore {
  /**
   * Writes all of it, in the order of the fields of `Commit`, or throws and writes nothing. Gives the positions of the
   * new rows of the journal, in their order.
   */
  commit(commit: Partial<Commit>): number[];
  /** Commits since the store was opened. */
  readonly commits: number;
  /** Gives a fact about this store as a whole, as it was written last under this key. */
  meta(key: string): string | null;
}

export interface TaskStore {
  /** Gives the highest number of a task; 0 in a store without tasks. */
  lastTaskNo(): number;
  taskByNo(no: number): TaskRow | null;
  taskById(id: string): TaskRow | null;
  /** A key means at most one task of a tenant; a commit with a second one throws. */
  taskByIdempotencyKey(tenant: string, key: string): TaskRow | null;
  /**
   * Gives the newest task of that name that is no child, or of the workflow of that full name: of any correlation, of exactly this one,
   * or (null) of none.
   */
  newestTaskNamed(tenant: string, reference: string, correlation: string | null | 'any'): TaskRow | null;
  /** Says which tasks the full name of a workflow means; null for a name of tasks alone. */
  tasksOfWorkflow(reference: string): WorkflowTasks | null;
  /** Gives the newest child of each item that a wait has spawned, from that item on, in the order of the items. */
  childrenOf(task: number, ref: number, from: number, limit: number): TaskRow[];
  /** Counts the tasks of each tenant by status, children apart, in no order; a status that none has is left out. */
  countByStatus(): StatusCount[];
}

export interface ActorStore {
  actor(task: number, ref: number): ActorRow | null;
  /** Gives all actors of a task by ref, the task itself first. */
  actors(task: number): ActorRow[];
  /** Gives actors with a timer due at or before `at`: the earliest first, and then the oldest task. */
  dueActors(at: number, limit: number): DueRow[];
  /** Says when the earliest of all timers is due; null when there is none. */
  nextDue(): number | null;
  /**
   * Finds attempts that were running at the last commit, in no order: steps of tasks that are running or retrying, and
   * deliveries that are still to be made, in a state that is none of `atRest`; and whatever `runs_on`.
   */
  runningActors(atRest: readonly string[]): ActorKey[];
  /** Names the queues in which an actor waits, in no order. */
  queues(): string[];
  /** Gives the actors that wait in a queue after this one, the oldest task first. A limit of -1 is none. */
  queued(queue: string, after: ActorKey, limit: number): ActorKey[];
  /** Gives the actors that await this after that one, the oldest task first. */
  awaiting(awaits: string, after: ActorKey, limit: number): ActorKey[];
  /** An actor that was set aside has no timer and is in no queue until it is written again. */
  isSetAside(task: number, ref: number): boolean;
  /** Gives those of one task, by ref. */
  setAsidesOf(task: number): SetAside[];
}

export interface DependencyStore {
  /** Gives what a task depends on, by position. */
  dependenciesOf(task: number): DependencyRow[];
  /** Finds who depends on a task, the oldest task first. */
  dependentsOf(task: number): DependencyRow[];
  /** Finds who waits for a task of that name which nobody has submitted yet, the oldest task first. */
  unresolvedDependencies(tenant: string, name: string): DependencyRow[];
}

export interface JournalStore {
  /** Reads a task's journal, oldest first, from the row on that has the entry after `after`. */
  journal(task: number, after?: number): Generator<JournalRow>;
  /** Gives the number of a task's last journal entry; 0 before the first. */
  lastSeq(task: number): number;
  /** Gives journal rows of all tasks after position `after`, in their order, with what facts need of the tasks. */
  journalSince(after: number, limit: number): FollowedRow[];
  /** Gives the position of the last row in the journal of all tasks; 0 before the first. */
  lastJournalPos(): number;
}

export interface WorkflowStore {
  /** Gives all workflows, the first registered first. */
  workflows(): WorkflowRow[];
  /** Gives the versions that were set by hand as current, the last first. */
  workflowChoices(namespace: string, name: string, limit: number): WorkflowChoiceRow[];
}

export interface SignalStore {
  /** Gives the highest number of a signal; 0 before the first. */
  lastSignalNo(): number;
  signalByNo(no: number): SignalRow | null;
  signalById(tenant: string, id: string): SignalRow | null;
  /**
   * Gives the oldest signal after `after` that the wait may take: sent to its task, or by its key and still kept; one
   * that came before its task did only if nobody has taken it. None that its task has taken.
   */
  nextSignal(wanted: WantedSignal, after: number): SignalRow | null;
  /** Gives the signals sent to a task and those it has taken, the oldest first. */
  signalsOf(task: number): SignalRow[];
  /** Gives what a task has taken. */
  takenBy(task: number): TakenRow[];
  /** Counts the signals that a tenant, or a task, has sent to it; at most `limit`. */
  countSignals(of: { readonly tenant: string } | { readonly task: number }, limit: number): number;
  /** Gives the signals that have not reached everybody yet. */
  signalWaves(): SignalWaveRow[];
  /** Gives what children are still to be told, those of the oldest task first. */
  childWaves(): ChildWaveRow[];
}

export interface WebhookStore {
  webhookOfActor(task: number, ref: number): WebhookRow | null;
  countWebhooksOf(task: number): number;
}
