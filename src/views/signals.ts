/** Signals as they are told of: how one was taken, and those of a task. */

export interface SignalReceipt {
  readonly id: string;
  /** Waits that it has ended already. */
  readonly delivered: number;
  /** More are told by the commits that follow. */
  readonly more: boolean;
  /** It was known by its id, and nothing was done. */
  readonly replayed: boolean;
}

export interface TaskSignalReceipt {
  readonly id: string;
  /** A wait has taken it; else it is kept. */
  readonly taken: boolean;
  readonly replayed: boolean;
}

export interface SignalView {
  readonly id: string;
  readonly name: string;
  /** Null for one that was sent to the task. */
  readonly key: string | null;
  readonly at: string;
  readonly by: string;
  /** Null: as long as the task lives. */
  readonly until: string | null;
  /** The step that has taken it, or null. */
  readonly takenBy: string | null;
}
