/** A workflow as `GET /workflows` and `GET /workflows/:name/versions/:version` answer. */

import type { JsonSchema } from '../submit/schema.ts';

export interface WorkflowSummary {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly hash: string;
  readonly description: string;
  readonly stepCount: number;
  /** Each text that means it now; the first always will. */
  readonly names: readonly string[];
  /** A task that names no version gets this one. */
  readonly current: boolean;
}

export interface WorkflowView extends WorkflowSummary {
  /** The schema of a payload; null: anything. */
  readonly input: JsonSchema | null;
  /** The format it was written in; null when it did not come as a file. */
  readonly sourceFormat: 'yaml' | 'markdown' | null;
  readonly steps: readonly WorkflowStep[];
}

export interface WorkflowStep {
  readonly name: string;
  readonly description?: string;
  readonly handler: string;
  /** Names who does it: the handler, or the work that Troupe does itself. */
  readonly work: string;
  /** In words. */
  readonly marks: readonly string[];
  readonly dependsOn: readonly string[];
  /** null: the default, or what the task says. */
  readonly maxAttempts: number | null;
  readonly timeoutMs: number | null;
  /** For all its attempts together. */
  readonly withinMs?: number;
  readonly critical: boolean;
  readonly optional: boolean;
  readonly agent: string;
  /** One of these: no worker does it. */
  readonly sleep?: unknown;
  readonly waitFor?: unknown;
}

export const isWait = ({ sleep, waitFor }: WorkflowStep): boolean =>
  sleep !== undefined || waitFor !== undefined;

/** `name`: with its namespace, where that is not the default one. */
export const pathOf = (name: string, version: string): string =>
  `/workflows/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;

export const sourcePath = (name: string, version: string): string => `${pathOf(name, version)}?format=source`;

/** With its namespace, where that is needed to be sure. */
export const nameOf = ({ name, names }: WorkflowSummary): string => names[0] ?? name;

/** The versions of the one workflow that is meant, the newest last; none where it could be several. */
export const versionsOf = (name: string, workflows: readonly WorkflowSummary[]): WorkflowSummary[] =>
  workflows.filter(({ names }) => names.includes(name));
