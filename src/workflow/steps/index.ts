/**
 * The kinds of steps. A new one is a module of this folder and its place in each of the lists here, which the compiler
 * asks for. Each step is done by one kind, a handler unless another says so; the last three are about when it runs.
 */

import type { Fault } from '../../errors.ts';
import { isBuiltIn, RESERVED } from '../built-in.ts';
import type { StepDefinition } from '../definition.ts';
import type { OutputReference } from '../template.ts';
import { type CompensationFields, type CompensationOptions, compensation } from './compensation.ts';
import { type FailureHandlerFields, type FailureHandlerOptions, failureHandler } from './failure-handler.ts';
import { type HandlerFields, type HandlerOptions, handler } from './handler.ts';
import { type HttpFields, type HttpOptions, http } from './http.ts';
import type { Keys, OwnStep, StepFault, StepKind, Surroundings, Tell, Wait } from './kind.ts';
import { type PollingFields, type PollingOptions, polling } from './polling.ts';
import { type RunFields, type RunOptions, run } from './run.ts';
import { type SleepFields, type SleepOptions, sleep } from './sleep.ts';
import { type WaitForFields, type WaitForOptions, waitFor } from './wait-for.ts';

/** In the order in which they are asked: `handler` first. */
const STEP_KINDS = { handler, http, sleep, waitFor, run, polling, failureHandler, compensation };

/** Kinds add these fields to a step as it is defined, and as TypeScript writes it. */
export interface KindFields
  extends HandlerFields,
    HttpFields,
    SleepFields,
    WaitForFields,
    RunFields,
    PollingFields,
    FailureHandlerFields,
    CompensationFields {}
export interface KindOptions
  extends HandlerOptions,
    HttpOptions,
    SleepOptions,
    WaitForOptions,
    RunOptions,
    PollingOptions,
    FailureHandlerOptions,
    CompensationOptions {}

/** Every kind's keys, with their schemas. */
export const KIND_KEYS: Of<'keys'> = {
  ...handler.keys,
  ...http.keys,
  ...sleep.keys,
  ...waitFor.keys,
  ...run.keys,
  ...polling.keys,
  ...failureHandler.keys,
  ...compensation.keys,
};
export const KIND_OVERRIDES: Of<'overrides'> = {
  ...handler.overrides,
  ...http.overrides,
  ...sleep.overrides,
  ...waitFor.overrides,
  ...run.overrides,
  ...polling.overrides,
  ...failureHandler.overrides,
  ...compensation.overrides,
};
/** The keys as TypeScript spells them: `on_failure` is `onFailure`. */
export type InCamelCase<Key> = Key extends `${infer Word}_${infer Rest}`
  ? `${Word}${Capitalize<InCamelCase<Rest>>}`
  : Key;

export const inCamelCase = (key: string): string =>
  key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Every kind's fields of a step as answers show them. */
export const KIND_VIEWS: Of<'view'> = {
  ...handler.view,
  ...http.view,
  ...sleep.view,
  ...waitFor.view,
  ...run.view,
  ...polling.view,
  ...failureHandler.view,
  ...compensation.view,
};

type Kinds = (typeof STEP_KINDS)[keyof typeof STEP_KINDS];
/** All of what each has: one that is left out above does not compile. */
type Of<Part extends 'keys' | 'overrides' | 'view'> = Both<Kinds[Part]>;
type Both<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

const ALL: readonly StepKind[] = Object.values(STEP_KINDS);

/** Lists what Troupe does itself. */
export const OWN_STEPS: readonly OwnStep[] = ALL.flatMap(({ own }) => own ?? []);

/** The handlers for which it makes attempts, each with its share of all of them. */
export const OWN_SHARES: readonly (readonly [handler: string, share: number])[] = OWN_STEPS.flatMap(
  ({ handler, attempts }) => (attempts === null ? [] : [[handler, attempts.share] as const]),
);

/** Keys that say what does a step: one of them, or none. */
export const WORK_KEYS: readonly string[] = ['handler', 'handler_class', ...OWN_STEPS.map(({ key }) => key)];

/** Says how Troupe does the step itself, or null: a handler does it. */
export const ownStepOf = (step: StepDefinition): OwnStep | null =>
  ALL.find(({ own, is }) => own !== null && is(step))?.own ?? null;

/** Null for a step that somebody works at. */
export const waitOf = (step: StepDefinition): Wait | null => ownStepOf(step)?.wait ?? null;

/** Says in words who does the step: the name of a handler, or the work that Troupe does itself. */
export const workName = (step: StepDefinition): string =>
  ALL.find(({ own, is }) => own !== null && is(step))?.label(step) ?? step.handler;

/** Marks of the step that are not about what does it. */
export const marksOf = (step: StepDefinition): string[] =>
  ALL.flatMap(({ own, label, is }) => (own === null && is(step) ? (label(step) ?? []) : []));

/** Why a step that none is before has not begun, or null. */
export const pendingText = (step: StepDefinition): string | null =>
  ALL.find(({ pending, is }) => pending !== null && is(step))?.pending ?? null;

/** Finds keys that contradict each other in one step: those of kinds, and those that every step has. */
export function contradictions(step: Keys, tell: Tell): void {
  if (step['critical'] === true && step['optional'] === true)
    tell(['optional'], 'a step cannot be critical and optional at once');
  for (const kind of ALL) kind.keyFaults(step, tell);
  const given = OWN_STEPS.filter(({ key, isGiven }) => isGiven?.(step) ?? step[key] !== undefined);
  const [work, ...more] = given;
  if (work === undefined) return;
  for (const { key } of more)
    tell([key], `a step with ${work.key} is that and nothing else: leave one of them out`);
  for (const key of ['handler', 'handler_class']) {
    if (step[key] !== undefined && work.takesHandler?.(step) !== true)
      tell([key], `a step with ${work.key} is done by Troupe itself: leave out the handler, or ${work.key}`);
  }
  if (work.wait === null) return;
  for (const key of ATTEMPT_KEYS) {
    // A step that names no agent has this one.
    if (step[key] !== undefined && !(key === 'agent' && step[key] === 'default'))
      tell(
        [key],
        `a step with ${work.key} makes no attempts: leave it out, or give ${work.key} to a step of its own`,
      );
  }
  if (step['on_failure'] !== undefined && step['on_failure'] !== false)
    tell(
      ['on_failure'],
      `a step with ${work.key} cannot handle failures: let a handler or an HTTP call do that`,
    );
  if (step['within'] !== undefined && work.wait.children === null)
    tell(['within'], `is for steps that somebody works at: the end of a wait stands inside ${work.key}`);
}

/** These keys are about attempts. */
const ATTEMPT_KEYS = [
  'timeout',
  'start_timeout',
  'retryable',
  'default_retryable',
  'retry_limit',
  'default_retry_limit',
  'backoff',
  'agent',
  'isolation',
  'memory',
  'with',
  'until',
  'every',
] as const;

/** The keys as their schemas give them. */
type Written = Both<Parameters<Kinds['toDefinition']>[0]>;
type Defined = KindFields & Pick<StepDefinition, 'handler'>;

/** Turns the keys of kinds into fields of the definition; the handler that the step's own kind names wins. */
export function kindFields(step: Written): Defined {
  let made: Defined = handler.toDefinition(step);
  for (const kind of Object.values(STEP_KINDS)) made = { ...made, ...kind.toDefinition(step) };
  return made;
}

/** Finds faults of a step of its kind, or of the name of its handler. */
export function kindFaults(step: StepDefinition): StepFault[] {
  const own = ownStepOf(step);
  const faults = ALL.flatMap((kind) => (kind.is(step) ? kind.faults(step) : []));
  if (own !== null && step.handler !== own.handler)
    return [...faults, { path: ['handler'], message: `must be ${own.handler} for a step with ${own.key}` }];
  if (own !== null || !isBuiltIn(step.handler)) return faults;
  const taken = OWN_STEPS.find((work) => work.handler === step.handler);
  return [...faults, { path: ['handler'], message: taken?.instead ?? RESERVED }];
}

/** Finds what a step of its kind may say, and hardly means. */
export const kindWarnings = (step: StepDefinition, given: Surroundings): StepFault[] =>
  ALL.flatMap((kind) => (kind.is(step) ? (kind.warnings?.(step, given) ?? []) : []));

/** The outputs of other steps that a step asks for when an attempt begins; the failures it handles are no step. */
export const outputReferences = (step: StepDefinition): OutputReference[] =>
  ALL.flatMap((kind) => (kind.is(step) ? kind.references(step) : [])).filter(
    (reference) => reference.step !== step.failuresAs,
  );

export const kindGraphFaults = (steps: readonly StepDefinition[]): Fault[] =>
  ALL.flatMap(({ graphFaults }) => graphFaults(steps));
