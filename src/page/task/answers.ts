/** What the server answers about one moment of a task, and about an event sent to a copy of it. */

export interface ActorMoment {
  /** The innermost state, `retrying.backoff`; the status is the part before the dot. */
  readonly state: string;
  readonly status: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The events its state takes from a person. */
  readonly accepts: readonly string[];
  /** The events that were to come by themselves, and when: ISO 8601. */
  readonly timers: Readonly<Record<string, string>>;
}

/** `GET /tasks/:id/moment?seq=` */
export interface Moment {
  readonly seq: number;
  /** The last journal entry there is. */
  readonly last: number;
  readonly at: string;
  readonly task: ActorMoment;
  /** Those that had been spawned. */
  readonly steps: Readonly<Record<string, ActorMoment>>;
  /** What the machines compute again is not what is stored; can be told only at the last entry. */
  readonly differs: boolean;
}

/** `POST /tasks/:id/what-if` */
export interface WhatIf {
  /** With all that was filled in. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly before: Pick<ActorMoment, 'state' | 'context'>;
  readonly after: Pick<ActorMoment, 'state' | 'context'>;
  readonly effects: readonly { readonly type: string; readonly params: unknown }[];
}
