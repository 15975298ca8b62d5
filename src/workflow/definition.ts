/**
 * What a workflow is: a name, a version and a DAG of steps. Every way of writing one (TypeScript, YAML,
 * Markdown, JSON over HTTP) ends here; a definition is immutable once registered.
 */

import type { Backoff } from '../../machines/backoff.ts';

export interface StepDefinition {
  readonly name: string;
  readonly handler: string;
  readonly dependsOn: readonly string[];
  /** Executions in all; null takes the task's `maxRetries` + 1, or else 3. */
  readonly maxAttempts: number | null;
  /** Longest one attempt may run, from its start on a worker; null takes the task's, or else 60 s. */
  readonly timeoutMs: number | null;
  /** Longest a started-able attempt may queue for a worker; null waits for ever. */
  readonly startTimeoutMs: number | null;
  readonly backoff: Backoff | null;
  /** A failure halts the whole task. */
  readonly critical: boolean;
  /** A failure skips the step; dependents run with null. */
  readonly optional: boolean;
  /** Which workers may run it. */
  readonly agent: string;
  /** Where its facts also go, or null. */
  readonly channel: string | null;
}

export interface WorkflowDefinition {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly description: string;
  /** JSON Schema 2020-12 of the payload, or null. */
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly steps: readonly StepDefinition[];
}

/** A definition made ready to run: the graph as indices into `steps`, so a completion costs O(its dependents). */
export interface CompiledWorkflow {
  readonly definition: WorkflowDefinition;
  /** SHA-256 of the canonical definition, hex. */
  readonly hash: string;
  readonly indexByName: ReadonlyMap<string, number>;
  readonly dependencies: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  readonly roots: readonly number[];
  /** Steps nothing depends on: their outputs are the task's result. */
  readonly leaves: readonly number[];
}

export const LIMITS = {
  bodyBytes: 1024 * 1024,
  payloadBytes: 256 * 1024,
  outputBytes: 256 * 1024,
  stepsPerWorkflow: 10_000,
  nameLength: 100,
  tenantIdLength: 50,
  dependenciesPerStep: 1_000,
  jsonDepth: 64,
  /** Ten years. */
  delaySeconds: 315_576_000,
  tasksPerBatch: 1_000,
} as const;
