/** Rows as they are stored. Times are epoch milliseconds; JSON is text. */

export interface WorkflowRow {
  readonly hash: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly definition: string;
  readonly created_at: number;
}

export interface WorkflowSourceRow {
  readonly hash: string;
  readonly format: 'yaml' | 'markdown';
  readonly text: string;
}

/** That the current version of a workflow was set by hand, or (null) is the newest again. */
export interface WorkflowChoiceRow {
  readonly namespace: string;
  readonly name: string;
  readonly version: string | null;
  readonly set_at: number;
  readonly set_by: string;
  readonly reason: string | null;
}

/** Says whose child a task is: of which wait of which task, for which of its items, and for the so manieth time. */
export interface ParentRow {
  readonly task: number;
  readonly ref: number;
  /** Counted from 0. */
  readonly index: number;
  /** Above 0 for one that stands for another that was lost. */
  readonly try: number;
}

export interface NewTaskRow {
  readonly no: number;
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly workflow: string;
  readonly status: string;
  readonly priority: number;
  readonly correlation: string | null;
  readonly idempotencyKey: string | null;
  readonly requestHash: string | null;
  readonly createdAt: number;
  readonly request: string;
  readonly tags: readonly string[];
  /** Null for a task that is no child. */
  readonly parent: ParentRow | null;
}

export interface TaskRow {
  readonly no: number;
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly workflow: string;
  readonly status: string;
  readonly priority: number;
  readonly correlation: string | null;
  readonly idempotency_key: string | null;
  readonly request_hash: string | null;
  readonly created_at: number;
  readonly request: string;
  /** The number of the task whose child it is, or null, as the next three. */
  readonly parent: number | null;
  readonly parent_ref: number | null;
  readonly parent_index: number | null;
  readonly parent_try: number | null;
}

/** So many tasks of a tenant have this status. */
export interface StatusCount extends Pick<TaskRow, 'status' | 'tenant'> {
  readonly count: number;
}

export interface TaskOutline extends Pick<TaskRow, 'no' | 'tenant' | 'workflow'> {
  /** Its request has this size. */
  readonly bytes: number;
}

export interface TaskFilter {
  readonly tenant?: string;
  readonly status?: string;
  /** Children of this task; without it, tasks that are no children. */
  readonly parent?: number;
  /** The name of the task, or of its workflow with the namespace before a slash. */
  readonly name?: string;
  readonly correlation?: string;
  readonly tag?: string;
  /** The first `created_at` that counts. */
  readonly createdFrom?: number;
  /** The first `created_at` that counts no more. */
  readonly createdTo?: number;
  /** One of its waits awaits something that begins so, see the column `awaits`. */
  readonly awaitsFrom?: string;
  readonly awaitsTo?: string;
  /** The ids that count, as a JSON array. */
  readonly ids?: string;
  /** The first `no` that counts no more. */
  readonly before?: number;
  readonly limit: number;
}

export interface ActorRow {
  readonly task: number;
  readonly ref: number;
  /** Kind and version of the machine that wrote it, e.g. `step@1`. */
  readonly machine: string;
  readonly state: string;
  readonly context: string;
  readonly due_at: number | null;
  readonly timers: string | null;
  readonly queue: string | null;
  /** It waits for this outside any worker: JSON, or null. */
  readonly awaits: string | null;
  /** 1 while its attempt runs on although its task is paused or has told it to stop, else null. */
  readonly runs_on: 1 | null;
}

export interface SignalRow {
  readonly no: number;
  readonly tenant: string;
  readonly name: string;
  /** Null for one that was sent to a task. */
  readonly key: string | null;
  readonly task: number | null;
  /** Its sender's, or made; unique in the tenant. */
  readonly id: string;
  readonly at: number;
  /** Offered until then; null: as long as its task lives. */
  readonly until: number | null;
  readonly by: string;
  /** As JSON. */
  readonly data: string;
  /** When a task took it first. */
  readonly taken_at: number | null;
}

/** A task has taken a signal, by one of its waits. */
export interface TakenRow extends ActorKey {
  readonly signal: number;
}

/** A wait asks for this. */
export interface WantedSignal {
  readonly tenant: string;
  readonly name: string;
  /** Null: only signals to its task. */
  readonly key: string | null;
  readonly task: number;
  /** When its task was submitted. */
  readonly createdAt: number;
  readonly now: number;
}

/** A signal has been offered to all that wait for it up to this actor. */
/** A word to the children of a wait, or their births, goes on after this index, up to before another. */
export interface ChildWaveRow extends ActorKey {
  readonly verb: 'pause' | 'resume' | 'cancel' | 'spawn';
  readonly after: number;
  readonly upto: number;
}

export interface SignalWaveRow extends ActorKey {
  readonly signal: number;
}

/** Names an actor, as the key of its row. */
export interface ActorKey {
  readonly task: number;
  readonly ref: number;
}

export interface DueRow extends ActorKey {
  readonly due_at: number;
}

export interface JournalRow {
  readonly pos: number;
  readonly task: number;
  /** Number of the first entry. */
  readonly seq: number;
  readonly count: number;
  readonly entries: string;
}

/** A row of the journal with what facts need of its task. */
export interface FollowedRow extends JournalRow, Pick<TaskRow, 'id' | 'tenant' | 'workflow'> {}

export interface DependencyRow {
  readonly task: number;
  readonly position: number;
  readonly name: string;
  readonly on_task: number | null;
  readonly tenant: string;
}

export interface WebhookRow {
  readonly id: string;
  readonly task: number;
  readonly ref: number;
  readonly tenant: string;
  readonly type: string;
  readonly url: string;
  readonly body: string;
  readonly status: string;
  readonly created_at: number;
}
