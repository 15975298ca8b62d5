/** The killed process and its parent exchange these; payloads tell handlers what to do. */

import type { Troupe } from '../../../src/troupe.ts';
import type { PublishedFact } from '../../../src/views/orchestrator.ts';

/** Handlers of the child; all do the same. */
export const HANDLERS = ['Work', 'Audit', 'Later', 'Doomed'] as const;

export interface StartOptions {
  readonly db: string;
  /** Where executions are logged. */
  readonly log: string;
  /** The last fact its parent has seen. */
  readonly after: string;
}

/** A payload holds one for each step that is not to succeed at once. */
export interface StepPlan {
  /** How long an attempt takes. */
  readonly ms?: number;
  /** How many attempts fail before one succeeds. */
  readonly failures?: number;
}

export interface LogLine {
  readonly at: number;
  readonly pid: number;
  readonly taskId: string;
  readonly step: string;
  readonly attempt: number;
  readonly token: string;
  readonly event: 'start' | 'failed' | 'complete';
}

export type Method = 'submit' | 'submitBatch' | 'getTask' | 'taskVerb' | 'health' | 'metrics';

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface CallError {
  readonly code: string | null;
  readonly kind: string | null;
  readonly message: string;
}

export type FromChild =
  | { readonly type: 'ready' }
  /** A commit has changed more actors than any before it. */
  | { readonly type: 'commit'; readonly actors: number }
  | { readonly type: 'reply'; readonly id: number; readonly value?: unknown; readonly error?: CallError }
  | ({ readonly type: 'fact' } & PublishedFact);

/** The child's Troupe as its parent sees it. */
export type Remote = {
  readonly [M in Method]: (...args: Parameters<Troupe[M]>) => Promise<Awaited<ReturnType<Troupe[M]>>>;
};
