/**
 * A workflow has a name, a version and a DAG of steps. Every way of writing one (TypeScript, YAML, Markdown, JSON
 * over HTTP) ends here; a definition is immutable once registered.
 */

import type { Backoff } from '../../machines/backoff.ts';
import type { KindFields } from './steps/index.ts';

/** A named value that flows between steps, as a runbook writes it: `payment_result::PaymentReceipt`. */
export interface Port {
  readonly name: string;
  /** A hint for readers and for `troupe validate`, or null. */
  readonly type: string | null;
}

/** One HTTP call. `${payload.x}` and `${steps.y.output.z}` in url (never its host), headers and body are filled in. */
export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Any JSON value, or null for no body. */
  readonly body: unknown;
}

/** A value to ask about: in the output of a step, or (null) in the payload. No path: the output as a whole. */
export interface Reference {
  readonly step: string | null;
  readonly path: readonly string[];
}

/** A condition chooses a step, once its dependencies have ended. */
export type Condition =
  | { readonly op: 'is'; readonly value: Reference }
  | { readonly op: 'equals'; readonly value: Reference; readonly to: string | number | boolean | null }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] };

/** Steps of every kind have these keys; kinds add their own. */
export interface StepDefinition extends KindFields {
  readonly name: string;
  /** Its purpose, in words. */
  readonly description?: string;
  readonly handler: string;
  readonly dependsOn: readonly string[];
  /** Executions in all; null takes the task's `maxRetries` + 1, or else 3. */
  readonly maxAttempts: number | null;
  /** Longest one attempt may run, from its start on a worker; null takes the task's, or else 60 s. */
  readonly timeoutMs: number | null;
  /** Longest a started-able attempt may queue for a worker; null waits for ever. */
  readonly startTimeoutMs: number | null;
  /** Longest time for all attempts together, from the first start of a set; for ever unless given. */
  readonly withinMs?: number;
  readonly backoff: Backoff | null;
  /** A failure halts the whole task. */
  readonly critical: boolean;
  /** A failure skips the step; dependents run with null. */
  readonly optional: boolean;
  /** Which workers may run it. */
  readonly agent: string;
  /** Where its facts also go, or null. */
  readonly channel: string | null;
  /** Not chosen, the step is skipped, and so is what depends on nothing but steps that were not chosen. */
  readonly condition?: Condition;
  /** The data flow that a runbook states, for graphs and checks; the edges themselves are `dependsOn`. */
  readonly inputs?: readonly Port[];
  readonly outputs?: readonly Port[];
}

export interface WorkflowDefinition {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly description: string;
  /** How long a task may take, unless it says so itself; for ever unless given. */
  readonly deadlineMs?: number;
  /** Compensations run only when somebody asks for them, and not as soon as a task fails. */
  readonly compensate?: 'by_hand';
  /** JSON Schema 2020-12 of the payload, or null. */
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly steps: readonly StepDefinition[];
}

/** A definition made ready to run: the graph as indices into its own `steps`, so a completion costs O(its dependents). */
export interface CompiledWorkflow {
  /** As it was written. */
  readonly definition: WorkflowDefinition;
  /** The steps of the definition, and behind them their compensations. */
  readonly steps: readonly StepDefinition[];
  /** SHA-256 of the canonical definition, hex. */
  readonly hash: string;
  /** The length of the definition as JSON. */
  readonly characters: number;
  readonly indexByName: ReadonlyMap<string, number>;
  readonly dependencies: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  /** By step, the steps whose outputs its jobs get: those it depends on, and those further up that it refers to. */
  readonly inputs: readonly (readonly number[])[];
  /** The same as `dependents`, each with how many dependencies it has: what a step's task is told with its completion. */
  readonly needs: readonly (readonly (readonly [step: number, needs: number])[])[];
  /** Steps that start with the task. Failure handlers and compensations are neither roots nor leaves. */
  readonly roots: readonly number[];
  /** Steps nothing depends on: their outputs are the task's result. */
  readonly leaves: readonly number[];
  readonly failureHandlers: readonly number[];
  /** By index of a compensation, that of its step. */
  readonly compensations: ReadonlyMap<number, number>;
  /** Compensations that wait for no other. */
  readonly firstCompensations: readonly number[];
  /** Steps that no worker does. */
  readonly waits: ReadonlySet<number>;
  /** Some step has a condition. */
  readonly isConditional: boolean;
}

export const LIMITS = {
  bodyBytes: 1024 * 1024,
  /** The size of a workflow as text, in any form. */
  workflowBytes: 8 * 1024 * 1024,
  payloadBytes: 256 * 1024,
  outputBytes: 256 * 1024,
  argumentBytes: 256 * 1024,
  stepsPerWorkflow: 10_000,
  nameLength: 255,
  tenantIdLength: 50,
  dependenciesPerStep: 10_000,
  jsonDepth: 64,
  /** Ten years. */
  delaySeconds: 315_576_000,
  tasksPerBatch: 1_000,
  /** Child tasks of one step. */
  childrenPerStep: 10_000,
  /** Children of children. */
  depth: 16,
} as const;
