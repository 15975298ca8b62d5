/**
 * A kind of step says this to the rest of the program. A kind is a module of this folder and a line in
 * `index.ts`: the three forms of a workflow, its checks, the scheduler, drawings and answers read it from there.
 */

import type { z } from 'zod';
import type { FailureCode } from '../../../machines/failure-codes.ts';
import type { Asked, WaitPolicy } from '../../../machines/index.ts';
import type { Fault } from '../../errors.ts';
import type { HttpCaller } from '../../worker/http-step.ts';
import type { Job, Outcome } from '../../worker/job.ts';
import type { StepDefinition } from '../definition.ts';
import type { OutputReference, Scope } from '../template.ts';

export type Keys = Readonly<Record<string, unknown>>;
export type Tell = (path: readonly PropertyKey[], message: string) => void;

/** Where in a step, and what is wrong there. */
export interface StepFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** Where a workflow is to run, as far as that is known. */
export interface Surroundings {
  /** The server knows its callers by API keys. Missing: nobody knows. */
  readonly isKeyed?: boolean;
}

/** Work of Troupe's own is done with these. */
export interface Services {
  readonly http: HttpCaller;
}

/** Does one attempt. It never throws for what the outside does, and heeds the signal. */
export type Work = (job: Job, signal: AbortSignal) => Promise<Outcome>;

/** Troupe does such a step itself, instead of a handler: it makes attempts, or waits. */
export interface OwnStep {
  /** The key that makes a step one of these, in place of `handler`. */
  readonly key: string;
  /** Other keys may make it one too. */
  readonly isGiven?: (step: Keys) => boolean;
  /** A handler beside the key is a part of it. */
  readonly takesHandler?: (step: Keys) => boolean;
  /** A definition names this handler. */
  readonly handler: string;
  /** `${ENV:NAME}` in its value is filled in for each attempt: it may stand for a secret. */
  readonly isFilledLate: boolean;
  /** Tells a user what to write in place of the name of its handler. */
  readonly instead: string;
  /** Null: no worker ever does it, and no attempt is made. */
  readonly attempts: OwnAttempts | null;
  readonly wait: Wait | null;
}

/** Attempts that Troupe makes itself; they queue under the name of the handler. */
export interface OwnAttempts {
  /** Attempts at once, as a share of those that handlers have: they do not take each other's room. */
  readonly share: number;
  /** Says what an attempt waits for that is next in line. */
  readonly queued: string;
  readonly work: (step: StepDefinition, services: Services) => Work;
}

/** A step that something outside any worker ends. */
export interface Wait {
  readonly policy: (step: StepDefinition) => WaitPolicy;
  /** Fills in what it asks for when it begins, or says why that cannot be. */
  readonly ask: (step: StepDefinition, asking: Asking) => Asked | Invalid;
  /** Child tasks end it: says which. Null: none do. */
  readonly children: ((step: StepDefinition, asking: Asking) => Children | Invalid) | null;
}

/** It cannot begin, and this is why. */
export interface Invalid {
  readonly invalid: string;
  /** `WAIT_INVALID` unless given. */
  readonly code?: FailureCode;
}

/** The child tasks of a step. */
export interface Children {
  readonly target: { readonly workflow: string; readonly version?: string } | { readonly handler: string };
  readonly total: number;
  /** Most that work at once. */
  readonly window: number;
  /** So many may be lost. */
  readonly tolerate: number;
  readonly collect: 'result' | 'outputs' | 'counts';
  readonly payloadOf: (index: number) => Readonly<Record<string, unknown>>;
}

export interface Asking {
  readonly scope: Scope;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly correlation: string | null;
}

export interface StepKind {
  /** How a step of it is marked where steps are drawn and listed, or null. */
  readonly label: (step: StepDefinition) => string | null;
  readonly is: (step: StepDefinition) => boolean;
  /** Its keys of a step as YAML spells them; TypeScript has the same in camel case. */
  readonly keys: z.core.$ZodLooseShape;
  /** The same within `environments`, where they are merged over those of a step. */
  readonly overrides: z.core.$ZodLooseShape;
  /** Its fields of a step as answers show them. */
  readonly view: z.core.$ZodLooseShape;
  /** Finds keys, each right in itself, that contradict each other or the rest of a step. */
  readonly keyFaults: (step: Keys, tell: Tell) => void;
  /** Finds faults of a step of this kind. */
  readonly faults: (step: StepDefinition) => readonly StepFault[];
  /** Finds what may be meant, and will surprise. */
  readonly warnings?: (step: StepDefinition, given: Surroundings) => readonly StepFault[];
  /** The outputs of other steps that a step of this kind asks for when an attempt begins. */
  readonly references: (step: StepDefinition) => readonly OutputReference[];
  /** Finds faults in how such steps stand among the others. */
  readonly graphFaults: (steps: readonly StepDefinition[]) => readonly Fault[];
  /** Why one that no step is before has not begun, or null. */
  readonly pending: string | null;
  /** Null: a handler does it. */
  readonly own: OwnStep | null;
}
