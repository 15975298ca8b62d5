/** Workflows as they are answered with: in a list, and in full. */

import { z } from '@hono/zod-openapi';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import type { FileFormat } from '../workflow/file.ts';

export const summarySchema = z
  .object({
    name: z.string(),
    namespace: z.string(),
    version: z.string(),
    hash: z.string().meta({ description: 'SHA-256 of the definition' }),
    description: z.string(),
    stepCount: z.int(),
  })
  .meta({ id: 'WorkflowSummary' });

const portsSchema = z
  .array(z.object({ name: z.string(), type: z.string().nullable() }))
  .readonly()
  .optional();

export const workflowSchema = summarySchema
  .extend({
    input: z.record(z.string(), z.unknown()).nullable().meta({ description: 'JSON Schema of the payload' }),
    sourceFormat: z
      .enum(['yaml', 'markdown'])
      .nullable()
      .meta({ description: 'What `format=source` answers with; null when it did not come as a file' }),
    steps: z
      .array(
        z.object({
          name: z.string(),
          handler: z.string(),
          dependsOn: z.array(z.string()).readonly(),
          maxAttempts: z.int().nullable(),
          timeoutMs: z.number().nullable(),
          startTimeoutMs: z.number().nullable(),
          backoff: z
            .object({
              strategy: z.enum(['exponential', 'linear', 'fixed']),
              baseMs: z.number(),
              maxMs: z.number(),
              jitter: z.enum(['equal', 'full', 'none']),
            })
            .nullable(),
          critical: z.boolean(),
          optional: z.boolean(),
          agent: z.string(),
          channel: z.string().nullable(),
          condition: z.record(z.string(), z.unknown()).optional(),
          failuresAs: z.string().optional().meta({ description: 'A failure handler: the key of its list' }),
          http: z
            .object({
              method: z.string(),
              url: z.string(),
              headers: z.record(z.string(), z.string()),
              body: z.unknown(),
            })
            .optional(),
          inputs: portsSchema,
          outputs: portsSchema,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Workflow' });

export type WorkflowView = z.output<typeof workflowSchema>;

export function summaryOf({ definition, hash }: CompiledWorkflow): z.output<typeof summarySchema> {
  const { name, namespace, version, description, steps } = definition;
  return { name, namespace, version, hash, description, stepCount: steps.length };
}

/** `sourceFormat`: of the file it came as, or null. */
export function workflowView(workflow: CompiledWorkflow, sourceFormat: FileFormat | null): WorkflowView {
  const { input, steps } = workflow.definition;
  return { ...summaryOf(workflow), input, sourceFormat, steps };
}
