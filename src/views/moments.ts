/** Users see a moment of a task's past, and an event sent to a copy, in these shapes. */

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
  /** The number of the last event so far. */
  readonly last: number;
  readonly at: string;
  readonly task: ActorMoment;
  /** The steps that had been spawned, by name. */
  readonly steps: Readonly<Record<string, ActorMoment>>;
  /** The stored state differs; can only be told at the last event. */
  readonly differs: boolean;
}

export interface WhatIf {
  /** `task` or `step:<name>`. */
  readonly actor: string;
  /** Time, dice and attempt token are filled in where it has none. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly by: string;
}

/** The result that an event would have. */
export interface WhatIfView {
  readonly seq: number;
  readonly at: string;
  /** With all that was filled in. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly before: Pick<ActorMoment, 'state' | 'context'>;
  readonly after: Pick<ActorMoment, 'state' | 'context'>;
  readonly effects: readonly { readonly type: string; readonly params: unknown }[];
}
