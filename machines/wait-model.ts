/** A wait keeps this context and may be told these events. No worker does it: it ends from outside. */

import type { StepError, Timed } from './step-model.ts';

export interface WaitPolicy {
  /** The clock ends it, a signal does, a person, or the end of a child, or of several. */
  readonly for: 'sleep' | 'signal' | 'approval' | 'child' | 'children';
  /** A wait that ends without an answer, or with a no, is skipped. */
  readonly optional?: boolean;
  /** Answers an approval that nobody has answered in time; without it the wait fails. */
  readonly onTimeout?: 'approve' | 'reject';
  /** The time of a wait with children, which it has again with each retry. */
  readonly withinMs?: number;
  /** How often people are reminded of it. */
  readonly remindMs?: number;
}

export interface WaitInput {
  readonly at: number;
  readonly policy: WaitPolicy;
  /** It begins when it is released. */
  readonly held?: true;
}

/** A wait asks for this; references in it are filled in when it begins. */
export interface Asked {
  /** When it ends by itself, epoch milliseconds. */
  readonly until?: number;
  /** A signal by key must have this one; null: only signals to its task are heard. */
  readonly key?: string | null;
  readonly prompt?: string;
  /** Children there are to be. */
  readonly total?: number;
  /** Most children that work at once. */
  readonly window?: number;
  /** Most children that one turn spawns. */
  readonly wave?: number;
  /** So many may be lost, and the wait is still complete. */
  readonly tolerate?: number;
}

/** How a wait with children that still work is to end, once they have. */
export interface Ending {
  readonly as: 'cancelled' | 'skipped' | 'complete' | 'failed';
  readonly output?: unknown;
  readonly by?: string;
  readonly error?: StepError;
  /** It is cancelled in a task that takes back what it has done, and so are its children. */
  readonly compensate?: true;
}

export interface WaitContext extends Asked {
  readonly policy: WaitPolicy;
  /** How often it has been begun: a retry by a person asks anew. */
  readonly attempt: number;
  /** It is to begin when it is released. */
  readonly held?: true;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly error?: StepError;
  readonly output?: unknown;
  readonly resolvedBy?: string;
  /** Children that were spawned; the next one has this index. */
  readonly next?: number;
  /** Children that have not ended. */
  readonly open?: number;
  readonly done?: number;
  /** Children that failed or were cancelled. */
  readonly lost?: number;
  /** Lost ones that are to try again once there is room for them; they still count as lost. */
  readonly again?: number;
  /** Lost ones that were told to try again, and have not begun yet. */
  readonly told?: number;
  /** While lost ones are to try again: those before this place have been told. */
  readonly from?: number;
  readonly ending?: Ending;
  /** A child that is lost may have done its work, or part of it, and has not taken it back. */
  readonly unknown?: true;
}

type ByPerson = { readonly by?: string; readonly reason?: string | null };

export type WaitEvent =
  | Timed<{ type: 'wait.begin' } & Asked>
  | Timed<{ type: 'wait.invalid'; error: StepError }>
  | Timed<{ type: 'signal.received'; signal: string; data: unknown; by?: string }>
  | Timed<{ type: 'signal.refused'; signal: string; why: string; by?: string }>
  /** `index`: which child it is about, counted from 0; `unknown`: what it has done may stand, though it is lost. */
  | Timed<{
      type: 'child.complete' | 'child.failed' | 'child.cancelled' | 'child.revived';
      index: number;
      taskId: string;
      unknown?: true;
    }>
  /** There may be room for more than one turn spawns. */
  | Timed<{ type: 'children.more' }>
  | Timed<{ type: 'children.collected'; output: unknown }>
  | Timed<{ type: 'children.uncollected'; error: StepError }>
  | Timed<{ type: 'step.hold' | 'step.release' | 'step.halt' }>
  /** `stop`: its task is to be taken back. */
  | Timed<{ type: 'step.cancel'; stop?: true }>
  | Timed<{ type: 'step.retry'; held?: boolean } & ByPerson>
  | Timed<{ type: 'step.skip'; output?: unknown } & ByPerson>
  | Timed<{ type: 'step.complete'; output: unknown; by: string; reason?: string | null }>
  | Timed<{ type: 'step.reject' } & ByPerson>
  | Timed<{ type: 'step.extend'; until: number } & ByPerson>
  /** `deadlineAt`: when its whole task had to be over. */
  | Timed<{ type: 'step.expire'; deadlineAt: number }>
  | Timed<{ type: 'step.deadline' | 'step.remind' }>;
