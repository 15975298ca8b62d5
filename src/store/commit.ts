/** One commit as a value: everything that one batch of turns, or one change beside them, writes to the store. */

import type {
  ActorRow,
  ChildWaveRow,
  DependencyRow,
  JournalRow,
  NewTaskRow,
  SignalRow,
  SignalWaveRow,
  TakenRow,
  TaskRow,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
  WorkflowSourceRow,
} from './rows.ts';

/** Everything is written in the order of these fields, in one transaction, or nothing is. */
export interface Commit {
  readonly workflows: readonly WorkflowRow[];
  /** The first source of a workflow stays. */
  readonly workflowSources: readonly WorkflowSourceRow[];
  readonly workflowChoices: readonly WorkflowChoiceRow[];
  /** New tasks. */
  readonly tasks: readonly NewTaskRow[];
  readonly taskStatuses: readonly { readonly no: number; readonly status: string }[];
  /** One that names the task and the position of a stored one takes its place. */
  readonly dependencies: readonly DependencyRow[];
  readonly webhooks: readonly WebhookRow[];
  readonly webhookStatuses: readonly {
    readonly task: number;
    readonly ref: number;
    readonly status: string;
  }[];
  /** Actors that were not in the store before. */
  readonly newActors: readonly ActorRow[];
  readonly actors: readonly ActorRow[];
  /** New signals; with each some that are past their time are forgotten. */
  readonly signals: readonly SignalRow[];
  readonly signalsTaken: readonly (TakenRow & { readonly at: number })[];
  /** Numbers of signals that are withdrawn. */
  readonly signalsWithdrawn: readonly number[];
  /** One of the same signal takes the place of a stored one. */
  readonly signalWaves: readonly SignalWaveRow[];
  /** Numbers of signals that have reached everybody. */
  readonly signalWavesOver: readonly number[];
  /** In place of one of the same wait and verb. */
  readonly childWaves: readonly ChildWaveRow[];
  /** They have reached everybody, or others take their place. */
  readonly childWavesOver: readonly Pick<ChildWaveRow, 'task' | 'ref' | 'verb'>[];
  /** The store gives each of them the next position in the journal of all tasks. */
  readonly journal: readonly Omit<JournalRow, 'pos'>[];
  readonly setAside: readonly SetAside[];
  /** Tasks that go with everything they own. */
  readonly removed: readonly Pick<TaskRow, 'no' | 'request'>[];
  /** Facts about the store as a whole. */
  readonly meta: readonly { readonly key: string; readonly value: string }[];
}

/** An actor that cannot go on leaves timers and queues; its snapshot stays as it is. */
export interface SetAside {
  readonly task: number;
  readonly ref: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly why: string;
}
