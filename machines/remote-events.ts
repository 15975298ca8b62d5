/** The machine of a remote attempt is told these events, keeps this context and asks for these effects. */

import type { StepError } from './step-model.ts';

export interface RemoteInput {
  /** How long the attempt may take. */
  readonly timeoutMs: number;
  /** How long a worker that has begun may give no sign of it. */
  readonly silenceMs: number;
  /** The time of the attempt runs; if not, it waits until somebody is seen to serve it. */
  readonly isTimed: boolean;
  /** A worker had it when this process began. */
  readonly isTaken: boolean;
  readonly worker: string | null;
  readonly delivery: number;
}

export interface RemoteContext {
  readonly given: RemoteInput;
  /** Publications that the bus has neither confirmed nor refused. */
  readonly publishing: number;
  /** The last publication failed, and has to be repeated. */
  readonly isUnsent: boolean;
  /** When its job began to wait for a worker in the stream; null before. */
  readonly sentAt: number | null;
  /** The stream calls its job so, if that is known. */
  readonly keptAs: string | null;
  /** Its worker calls itself so, if it says so. */
  readonly worker: string | null;
  /** How often its job has been delivered, as last heard; 0: not said. */
  readonly delivery: number;
  /** The share of the work that is done, from 0 to 1, if its worker says so. */
  readonly progress: number | null;
  /** Parts of `silenceMs` that have passed without a sign. */
  readonly silentParts: number;
}

type Beat = {
  readonly type: 'worker.beat';
  readonly at: number;
  readonly worker: string | null;
  /** How often the job had been delivered when the worker took it; null: not said. */
  readonly delivery: number | null;
  readonly progress: number | null;
};

export type Returned = {
  readonly type: 'worker.returned';
  readonly at: number;
  readonly worker: string | null;
  readonly delivery: number | null;
};

export type RemoteTimer = 'xstate.after.offer.remote.offered' | 'xstate.after.silence.remote.taken.watched';

/** A timer goes off that the machine has asked for. */
type Rung = {
  readonly type: RemoteTimer;
  readonly at: number;
  /** Signs of the worker could have been heard meanwhile. */
  readonly canHear: boolean;
};

export type RemoteEvent =
  /** The stream keeps the job. `isServed`: somebody is seen to serve it, which matters while its time stands still. */
  | {
      readonly type: 'job.kept';
      readonly at: number;
      readonly id: string | null;
      readonly isServed: boolean;
    }
  /** The bus takes nothing for now. */
  | { readonly type: 'job.unsent' }
  /** The bus never takes this job, or it cannot be made. */
  | { readonly type: 'job.refused'; readonly error: StepError }
  /** The job cannot be made, which was to be offered again. */
  | { readonly type: 'job.unmade'; readonly error: StepError }
  /** The bus may take again what it did not take. */
  | { readonly type: 'publish.again' }
  /** The stream was made anew, and what it kept is gone. */
  | { readonly type: 'stream.lost' }
  /** Somebody is seen to serve the handler. */
  | { readonly type: 'worker.seen' }
  | Beat
  /** The worker has given the job back to the others. */
  | Returned
  | { readonly type: 'worker.answered'; readonly at: number }
  /** The step goes on without it. `isPulled`: workers acknowledge the jobs of this handler. */
  | { readonly type: 'attempt.released'; readonly isPulled: boolean }
  | Rung;

/** Whoever runs the machine does these. */
export const remoteEffects = {
  /** It means nothing where the attempt is. */
  ignored: () => {},
  publish: () => {},
  offerAgain: () => {},
  /** Takes a job out of the stream that is over; null: it is not known there. */
  discard: (_: unknown, _params: { readonly id: string | null }) => {},
  /** The attempt is over. `tells`: a worker may still be at it. `id`: a job that nobody else takes out of the stream. */
  release: (_: unknown, _params: { readonly tells: boolean; readonly id: string | null }) => {},
  /** A worker has the job, so long after it was sent; null: that says nothing of how long jobs wait. */
  took: (_: unknown, _params: { readonly waitedMs: number | null }) => {},
  heard: () => {},
  /** The rest are told to the step. */
  tellHindered: () => {},
  tellSent: () => {},
  /** `lost`: who had the job before and left it without a word, by name; null for one that gave none. */
  tellTaken: (
    _: unknown,
    _params: { readonly lost: readonly (string | null)[]; readonly worker: string | null; delivery: number },
  ) => {},
  tellReturned: (_: unknown, _params: { readonly worker: string | null; readonly delivery: number }) => {},
  tellSilent: (_: unknown, _params: { readonly worker: string | null; readonly silentMs: number }) => {},
  tellFailed: (_: unknown, _params: { readonly error: StepError }) => {},
};

type Effects = typeof remoteEffects;
export type RemoteEffect = {
  [K in keyof Effects]: { readonly type: K; readonly params: Parameters<Effects[K]>[1] };
}[keyof Effects];
