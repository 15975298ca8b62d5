/** What users see of a moment of a task's past, and of an event sent to a copy of it. */

/** An actor at some moment. */
export interface ActorMoment {
  /** The innermost, `retrying.backoff`; the status is the part before the dot. */
  readonly state: string;
  readonly status: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The types of the events that it would take from a person. */
  readonly accepts: readonly string[];
  /** The types of the events that were to come by themselves, and when: ISO 8601. */
  readonly timers: Readonly<Record<string, string>>;
}

/** A task as it was after event `seq` of its history, computed by the machines. */
export interface MomentView {
  readonly seq: number;
  /** Of the last event so far. */
  readonly last: number;
  readonly at: string;
  readonly task: ActorMoment;
  /** Those that had been spawned, by name. */
  readonly steps: Readonly<Record<string, ActorMoment>>;
  /** What is stored is something else; can only be told at the last event. */
  readonly differs: boolean;
}

export interface WhatIf {
  /** `task` or `step:<name>`. */
  readonly actor: string;
  /** Time, dice and attempt token are filled in where it has none. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly by: string;
}

/** What an event would lead to. */
export interface WhatIfView {
  readonly seq: number;
  readonly at: string;
  /** With all that was filled in. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly before: Pick<ActorMoment, 'state' | 'context'>;
  readonly after: Pick<ActorMoment, 'state' | 'context'>;
  readonly effects: readonly { readonly type: string; readonly params: unknown }[];
}
