/** Workflows as they are answered with: in a list, and in full. */

import { z } from '@hono/zod-openapi';
import type { CurrentWorkflow } from '../views/orchestrator.ts';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { FILE_FORMATS, type FileFormat } from '../workflow/file-format.ts';
import { KIND_VIEWS, marksOf, workName } from '../workflow/steps/index.ts';
import { backoffView } from '../workflow/times.ts';

export const summarySchema = z
  .object({
    name: z.string(),
    namespace: z.string(),
    version: z.string(),
    hash: z.string().meta({ description: 'SHA-256 of the definition' }),
    description: z.string(),
    stepCount: z.int(),
    names: z
      .array(z.string())
      .meta({ description: 'Each text that means this workflow now; the first always will' }),
    current: z.boolean().meta({ description: 'A task that names no version gets this one' }),
  })
  .meta({ id: 'WorkflowSummary' });

export const currentSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    version: z.string().meta({ description: 'What a task gets that names none' }),
    setByHand: z.boolean().meta({ description: 'Otherwise it is the newest' }),
    choices: z
      .array(
        z.object({
          version: z.string().nullable().meta({ description: 'null: the newest again' }),
          at: z.iso.datetime(),
          by: z.string(),
          reason: z.string().nullable(),
        }),
      )
      .readonly()
      .meta({ description: 'Each time it was set, the last first' }),
  })
  .meta({ id: 'CurrentVersion' });

const portsSchema = z
  .array(z.object({ name: z.string(), type: z.string().nullable() }))
  .readonly()
  .optional();

export const workflowSchema = summarySchema
  .extend({
    deadlineMs: z.number().optional().meta({ description: 'How long a task may take' }),
    compensate: z
      .literal('by_hand')
      .optional()
      .meta({ description: 'Compensations run when somebody says so' }),
    input: z.record(z.string(), z.unknown()).nullable().meta({ description: 'JSON Schema of the payload' }),
    sourceFormat: z
      .enum(FILE_FORMATS)
      .nullable()
      .meta({ description: 'What `format=source` answers with; null when it did not come as a file' }),
    steps: z
      .array(
        z.object({
          name: z.string(),
          description: z.string().optional(),
          handler: z.string(),
          dependsOn: z.array(z.string()).readonly(),
          maxAttempts: z.int().nullable(),
          timeoutMs: z.number().nullable(),
          startTimeoutMs: z.number().nullable(),
          withinMs: z.number().optional().meta({ description: 'For all attempts together' }),
          backoff: backoffView.nullable(),
          critical: z.boolean(),
          optional: z.boolean(),
          agent: z.string(),
          channel: z.string().nullable(),
          condition: z.record(z.string(), z.unknown()).optional(),
          ...KIND_VIEWS,
          work: z.string().meta({ description: 'What does it: its handler, or what Troupe does itself' }),
          marks: z.array(z.string()).readonly().meta({ description: 'In words, such as `if a step failed`' }),
          inputs: portsSchema,
          outputs: portsSchema,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Workflow' });

export type WorkflowSummary = z.output<typeof summarySchema>;
export type CurrentVersion = z.output<typeof currentSchema>;
export type WorkflowView = z.output<typeof workflowSchema>;

type Standing = Pick<WorkflowSummary, 'names' | 'current'>;

export function summaryOf({ definition, hash }: CompiledWorkflow, standing: Standing): WorkflowSummary {
  const { name, namespace, version, description, steps } = definition;
  return { name, namespace, version, hash, description, stepCount: steps.length, ...standing };
}

/** `sourceFormat`: of the file it came as, or null. */
export function workflowView(
  workflow: CompiledWorkflow,
  standing: Standing,
  sourceFormat: FileFormat | null,
): WorkflowView {
  const { input, steps, deadlineMs, compensate } = workflow.definition;
  const shown = steps.map((step) => ({ ...step, work: workName(step), marks: marksOf(step) }));
  return {
    ...summaryOf(workflow, standing),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(compensate === undefined ? {} : { compensate }),
    ...{ input, sourceFormat, steps: shown },
  };
}

export function currentView({ workflow, setByHand, choices }: CurrentWorkflow): CurrentVersion {
  const { namespace, name, version } = workflow.definition;
  return { namespace, name, version, setByHand, choices };
}
