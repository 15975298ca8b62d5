/** A workflow as `GET /workflows` and `GET /workflows/:name/versions/:version` answer. */

import type { JsonSchema } from '../submit/schema.ts';

export interface WorkflowSummary {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly hash: string;
  readonly description: string;
  readonly stepCount: number;
}

export interface WorkflowView extends WorkflowSummary {
  /** What a payload must be; null: anything. */
  readonly input: JsonSchema | null;
  /** What it was written as; null when it did not come as a file. */
  readonly sourceFormat: 'yaml' | 'markdown' | null;
  readonly steps: readonly WorkflowStep[];
}

export interface WorkflowStep {
  readonly name: string;
  readonly handler: string;
  readonly dependsOn: readonly string[];
  /** null: the default, or what the task says. */
  readonly maxAttempts: number | null;
  readonly timeoutMs: number | null;
  readonly critical: boolean;
  readonly optional: boolean;
  readonly agent: string;
}

export const pathOf = (name: string, version: string): string =>
  `/workflows/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;

export const sourcePath = (name: string, version: string): string => `${pathOf(name, version)}?format=source`;
