/**
 * A workflow written in TypeScript: steps as an object, handlers inline or by name. A step's `dependsOn` types its
 * `job.dependencies`, the input schema types `job.payload`, and a name that is no step does not compile.
 */

import { type Backoff, DEFAULT_BACKOFF } from '../../machines/index.ts';
import { type Fault, Refusal } from '../errors.ts';
import type { HandlerContext, HandlerEntry } from '../worker/job.ts';
import type { Arguments } from './arguments.ts';
import { COMPENSATION_ENDING } from './compensations.ts';
import { compileWorkflow } from './compile.ts';
import type { Condition, StepDefinition, WorkflowDefinition } from './definition.ts';
import { DURATION_FORMS, durationMs } from './duration.ts';
import { DEFAULT_NAMESPACE, fullName } from './identity.ts';
import { KIND_OPTIONS, kindOfOptions } from './kind-options.ts';
import { pointerTo, problemsOf, unknownField } from './parse.ts';
import type { InputSchema } from './standard-schema.ts';
import type { KindOptions } from './steps/index.ts';
import { conditionOfWhen, whenField } from './when.ts';

/** A step is called with the payload, and the outputs of its dependencies (null for a skipped one). */
export type StepJob<Payload, DependsOn extends string> = TypedJob<
  Payload,
  Readonly<Record<DependsOn, unknown>>
>;

export type TypedJob<Payload, Dependencies, With = Arguments> = Omit<
  HandlerContext,
  'payload' | 'dependencies' | 'with'
> & {
  readonly payload: Payload;
  readonly dependencies: Dependencies;
  readonly with: With;
};

/** Seconds, or `500ms`, `30s`, `5m`, `2h`, `3d`. */
type Duration = number | string;

export interface StepOptions<DependsOn extends string, Payload> extends KindOptions {
  /** Its purpose, in words. */
  readonly description?: string;
  readonly dependsOn?: readonly DependsOn[];
  /** It is only run if this holds of the payload and of steps before it: `steps.check.output.size == large`. */
  readonly when?: string | Condition;
  /** The work itself, or the name of a handler that some worker serves; the step's name unless given. */
  readonly handler?: string | ((job: StepJob<Payload, DependsOn>) => unknown);
  /** Executions in all; 3 unless given. */
  readonly maxAttempts?: number;
  readonly timeout?: Duration;
  /** Longest wait for a worker; for ever unless given. */
  readonly startTimeout?: Duration;
  /** Longest time for all attempts together, from the start of the first; for ever unless given. */
  readonly within?: Duration;
  readonly backoff?: Partial<Backoff>;
  readonly critical?: boolean;
  readonly optional?: boolean;
  /** Most attempts of an inline handler at once in this process. */
  readonly concurrency?: number;
  readonly agent?: string;
  readonly channel?: string;
}

const BACKOFF_FIELDS = Object.keys(DEFAULT_BACKOFF);

const STEP_FIELDS = Object.keys({
  ...KIND_OPTIONS,
  description: true,
  dependsOn: true,
  when: true,
  handler: true,
  maxAttempts: true,
  timeout: true,
  startTimeout: true,
  within: true,
  backoff: true,
  critical: true,
  optional: true,
  concurrency: true,
  agent: true,
  channel: true,
} satisfies Record<keyof StepOptions<string, unknown>, true>);

/** The payload of a workflow without an input schema. */
export type AnyPayload = Readonly<Record<string, unknown>>;

/** For each step, the names of the steps it depends on. */
type Graph<G> = { readonly [Name in keyof G]: Extract<keyof G, string> };

export interface WorkflowOptions<G extends Graph<G>, Payload, Input = unknown> {
  readonly name: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly description?: string;
  /** How long a task may take, from the end of its delay on; for ever unless given. */
  readonly deadline?: Duration;
  /** Compensations run as soon as a task has failed, unless `by_hand` leaves that to a person. */
  readonly compensate?: 'on_failure' | 'by_hand';
  readonly input?: InputSchema<Payload, Input>;
  readonly steps: { readonly [Name in keyof G]: StepOptions<G[Name], Payload> };
}

const WORKFLOW_FIELDS = Object.keys({
  name: true,
  version: true,
  namespace: true,
  description: true,
  deadline: true,
  compensate: true,
  input: true,
  steps: true,
} satisfies Record<keyof WorkflowOptions<never, unknown>, true>);

/**
 * A definition with the handlers written into it and the schema that checks its payloads in this process. `Input` is
 * what a task of it is submitted with, `Result` what comes of it.
 */
export interface DefinedWorkflow<Input = unknown, Result = unknown> {
  readonly definition: WorkflowDefinition;
  readonly handlers: readonly HandlerEntry[];
  readonly input: InputSchema<unknown> | null;
  /** As earlier releases made it, whose inline handlers bore no namespace; null: in the same way. */
  readonly earlier: Pick<DefinedWorkflow, 'definition' | 'handlers'> | null;
  /** Types alone: there is no such field. */
  readonly types?: { readonly input: Input; readonly result: Result };
}

/** Throws a Refusal (INVALID_WORKFLOW) that names everything wrong with it. */
export function defineWorkflow<G extends Graph<G>, Payload = AnyPayload, Input = AnyPayload>(
  options: WorkflowOptions<G, Payload, Input>,
): DefinedWorkflow<Input, Readonly<Record<string, unknown>>> {
  refuseUnknown(options);
  const { name, namespace = DEFAULT_NAMESPACE } = options;
  const isDefault = namespace === DEFAULT_NAMESPACE;
  const made = make(options, isDefault ? name : fullName({ namespace, name }));
  compileWorkflow(made.definition);
  const input = (options.input as InputSchema<unknown> | undefined) ?? null;
  const hasOwnNames = isDefault || made.handlers.length === 0;
  return { ...made, input, earlier: hasOwnNames ? null : make(options, name) };
}

/** JavaScript and casts bring fields that the compiler does not see. */
function refuseUnknown({ steps, ...workflow }: { readonly steps: Readonly<Record<string, object>> }): void {
  const unknownIn = (object: object, known: readonly string[], pointer: string): Fault[] =>
    Object.keys(object)
      .filter((key) => !known.includes(key))
      .map((key) => ({ pointer: `${pointer}/${key}`, message: unknownField(key, known) }));
  const faults = [
    ...unknownIn(workflow, WORKFLOW_FIELDS, ''),
    ...Object.entries(steps).flatMap(([name, step]) => [
      ...unknownIn(step, STEP_FIELDS, `/steps/${name}`),
      ...unknownIn((step as { backoff?: object }).backoff ?? {}, BACKOFF_FIELDS, `/steps/${name}/backoff`),
    ]),
  ];
  if (faults.length > 0) throw invalidWorkflow(faults);
}

/** `prefix`: of the names of inline handlers. */
function make<G extends Graph<G>, Payload>(
  options: WorkflowOptions<G, Payload>,
  prefix: string,
): Pick<DefinedWorkflow, 'definition' | 'handlers'> {
  const entries = Object.entries(options.steps) as [string, StepOptions<string, Payload>][];
  const definition: WorkflowDefinition = {
    name: options.name,
    namespace: options.namespace ?? DEFAULT_NAMESPACE,
    version: options.version ?? '0.1.0',
    description: options.description ?? '',
    ...deadlineOf(options.deadline),
    ...compensateOf(options.compensate),
    input: null,
    steps: entries.map(([name, step]) => toStep(prefix, name, step)),
  };
  return {
    definition,
    handlers: entries.flatMap(([name, step]) => inlineHandlers(inlineName(prefix, name), step)),
  };
}

/** The functions of a step: its work, and what takes it back. */
function inlineHandlers<Payload>(
  name: string,
  { handler, concurrency, compensation }: StepOptions<string, Payload>,
): HandlerEntry[] {
  const back = typeof compensation === 'object' ? compensation.handler : compensation;
  const handlers: HandlerEntry[] = [];
  if (typeof handler === 'function')
    handlers.push({ name, run: handler as HandlerEntry['run'], concurrency: concurrency ?? null });
  if (typeof back === 'function')
    handlers.push({ name: name + COMPENSATION_ENDING, run: back, concurrency: null });
  return handlers;
}

/** An inline handler belongs to its step: the same step name in two workflows is two handlers. */
const inlineName = (workflow: string, step: string): string => `${workflow}/${step}`;

function toStep<Payload>(workflow: string, name: string, step: StepOptions<string, Payload>): StepDefinition {
  const { maxAttempts = null, backoff } = step;
  const kind = kindOfOptions(name, step, inlineName(workflow, name));
  if ('faults' in kind) throw invalidWorkflow(kind.faults);
  if (maxAttempts !== null && !(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
    throw invalid(name, 'maxAttempts', 'must be a whole number of executions, at least 1');
  }
  return {
    name,
    dependsOn: step.dependsOn ?? [],
    maxAttempts,
    timeoutMs: toMs(name, 'timeout', step.timeout),
    startTimeoutMs: toMs(name, 'startTimeout', step.startTimeout),
    ...(step.within === undefined ? {} : { withinMs: toMs(name, 'within', step.within) ?? 0 }),
    backoff: backoff === undefined ? null : { ...DEFAULT_BACKOFF, ...backoff },
    critical: step.critical ?? false,
    optional: step.optional ?? false,
    agent: step.agent ?? 'default',
    channel: step.channel ?? null,
    ...choiceOf(name, step),
    ...kind.fields,
    ...(step.description === undefined ? {} : { description: step.description }),
  };
}

function choiceOf<Payload>(
  name: string,
  { when, dependsOn = [] }: StepOptions<string, Payload>,
): Pick<StepDefinition, 'condition'> {
  if (when === undefined) return {};
  const { success, data, error } = whenField.safeParse(when);
  if (!success)
    throw invalidWorkflow(
      problemsOf(error).map(({ path, message }) => ({
        pointer: pointerTo(['steps', name, 'when', ...path]),
        message,
      })),
    );
  const read = conditionOfWhen(data, dependsOn);
  if ('fault' in read) throw invalid(name, 'when', read.fault);
  return read;
}

function toMs(step: string, field: string, duration: Duration | undefined): number | null {
  if (duration === undefined) return null;
  const ms = durationMs(duration);
  if (ms === null) throw invalid(step, field, DURATION_FORMS);
  return ms;
}

function deadlineOf(deadline: Duration | undefined): Pick<WorkflowDefinition, 'deadlineMs'> {
  if (deadline === undefined) return {};
  const deadlineMs = durationMs(deadline);
  if (deadlineMs === null)
    throw invalidWorkflow([{ pointer: '/deadline', message: `deadline ${DURATION_FORMS}` }]);
  return { deadlineMs };
}

function compensateOf(compensate: string | undefined): Pick<WorkflowDefinition, 'compensate'> {
  if (compensate === undefined || compensate === 'on_failure') return {};
  if (compensate === 'by_hand') return { compensate };
  throw invalidWorkflow([{ pointer: '/compensate', message: 'must be "on_failure" or "by_hand"' }]);
}

function invalidWorkflow(faults: readonly Fault[]): Refusal {
  const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  return new Refusal('INVALID_WORKFLOW', `the workflow has a problem: ${text}`, { faults });
}

const invalid = (step: string, field: string, message: string): Refusal =>
  new Refusal('INVALID_WORKFLOW', `step ${step}: ${field} ${message}`, {
    faults: [{ pointer: `/steps/${step}/${field}`, message }],
  });
