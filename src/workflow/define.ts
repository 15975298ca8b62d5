/**
 * A workflow written in TypeScript: steps as an object, handlers inline or by name. A step's `dependsOn` types its
 * `job.dependencies`, the input schema types `job.payload`, and a name that is no step does not compile.
 */

import { type Backoff, DEFAULT_BACKOFF } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import type { HandlerContext, HandlerEntry } from '../worker/job.ts';
import { compileWorkflow } from './compile.ts';
import type { StepDefinition, WorkflowDefinition } from './definition.ts';
import { DURATION_FORMS, durationMs } from './duration.ts';

/** The part of Standard Schema (standardschema.dev, v1) that is used; zod, valibot, arktype and others have it. */
export interface InputSchema<Payload> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<Payload> | Promise<SchemaResult<Payload>>;
    readonly types?: { readonly output: Payload } | undefined;
  };
}

type SchemaResult<Payload> =
  | { readonly value: Payload; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** What a step is called with: the payload, and the outputs of the steps it depends on (null for a skipped one). */
export type StepJob<Payload, DependsOn extends string> = Omit<HandlerContext, 'payload' | 'dependencies'> & {
  readonly payload: Payload;
  readonly dependencies: Readonly<Record<DependsOn, unknown>>;
};

/** Seconds, or `500ms`, `30s`, `5m`, `2h`. */
type Duration = number | string;

export interface StepOptions<DependsOn extends string, Payload> {
  readonly dependsOn?: readonly DependsOn[];
  /** The work itself, or the name of a handler that some worker serves; the step's name unless given. */
  readonly handler?: string | ((job: StepJob<Payload, DependsOn>) => unknown);
  /** Executions in all; 3 unless given. */
  readonly maxAttempts?: number;
  readonly timeout?: Duration;
  /** Longest wait for a worker; for ever unless given. */
  readonly startTimeout?: Duration;
  readonly backoff?: Partial<Backoff>;
  readonly critical?: boolean;
  readonly optional?: boolean;
  /** Most attempts of an inline handler at once in this process. */
  readonly concurrency?: number;
  readonly agent?: string;
  readonly channel?: string;
}

/** For each step, the names of the steps it depends on. */
type Graph<G> = { readonly [Name in keyof G]: Extract<keyof G, string> };

export interface WorkflowOptions<G extends Graph<G>, Payload> {
  readonly name: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly description?: string;
  readonly input?: InputSchema<Payload>;
  readonly steps: { readonly [Name in keyof G]: StepOptions<G[Name], Payload> };
}

/** A definition with the handlers written into it and the schema that checks its payloads in this process. */
export interface DefinedWorkflow {
  readonly definition: WorkflowDefinition;
  readonly handlers: readonly HandlerEntry[];
  readonly input: InputSchema<unknown> | null;
}

/** Throws a Refusal (INVALID_WORKFLOW) that names everything wrong with it. */
export function defineWorkflow<G extends Graph<G>, Payload = Readonly<Record<string, unknown>>>(
  options: WorkflowOptions<G, Payload>,
): DefinedWorkflow {
  const entries = Object.entries(options.steps) as [string, StepOptions<string, Payload>][];
  const definition: WorkflowDefinition = {
    name: options.name,
    namespace: options.namespace ?? 'default',
    version: options.version ?? '0.1.0',
    description: options.description ?? '',
    input: null,
    steps: entries.map(([name, step]) => toStep(options.name, name, step)),
  };
  compileWorkflow(definition);
  const handlers = entries.flatMap(([name, { handler, concurrency }]) =>
    typeof handler === 'function'
      ? [
          {
            name: inlineName(options.name, name),
            run: handler as HandlerEntry['run'],
            concurrency: concurrency ?? null,
          },
        ]
      : [],
  );
  return { definition, handlers, input: (options.input as InputSchema<unknown> | undefined) ?? null };
}

/** An inline handler belongs to its step: the same step name in two workflows is two handlers. */
const inlineName = (workflow: string, step: string): string => `${workflow}/${step}`;

function toStep<Payload>(workflow: string, name: string, step: StepOptions<string, Payload>): StepDefinition {
  const { handler = name, maxAttempts = null, backoff } = step;
  if (maxAttempts !== null && !(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
    throw invalid(name, 'maxAttempts', 'must be a whole number of executions, at least 1');
  }
  return {
    name,
    handler: typeof handler === 'string' ? handler : inlineName(workflow, name),
    dependsOn: step.dependsOn ?? [],
    maxAttempts,
    timeoutMs: toMs(name, 'timeout', step.timeout),
    startTimeoutMs: toMs(name, 'startTimeout', step.startTimeout),
    backoff: backoff === undefined ? null : { ...DEFAULT_BACKOFF, ...backoff },
    critical: step.critical ?? false,
    optional: step.optional ?? false,
    agent: step.agent ?? 'default',
    channel: step.channel ?? null,
  };
}

function toMs(step: string, field: string, duration: Duration | undefined): number | null {
  if (duration === undefined) return null;
  const ms = durationMs(duration);
  if (ms === null) throw invalid(step, field, DURATION_FORMS);
  return ms;
}

const invalid = (step: string, field: string, message: string): Refusal =>
  new Refusal('invalid', 'INVALID_WORKFLOW', `step ${step}: ${field} ${message}`, {
    faults: [{ pointer: `/steps/${step}/${field}`, message }],
  });

/** The payload as the schema gives it back; throws INVALID_PAYLOAD with every fault. */
export async function checkInput(
  input: InputSchema<unknown>,
  payload: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const result = await input['~standard'].validate(payload);
  if (result.issues === undefined) return result.value as Readonly<Record<string, unknown>>;
  const faults = result.issues.map(({ message, path = [] }) => ({
    pointer: ['/payload', ...path.map((part) => String(typeof part === 'object' ? part.key : part))].join(
      '/',
    ),
    message,
  }));
  const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  throw new Refusal('invalid', 'INVALID_PAYLOAD', `the payload does not fit: ${text}`, { faults });
}
