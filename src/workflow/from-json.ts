/**
 * A workflow written as JSON (the keys are those of YAML) to a definition. Reports everything that is wrong with
 * it at once.
 */

import { z } from 'zod';
import { mapReferences } from './condition.ts';
import { LIMITS, type StepDefinition, type WorkflowDefinition } from './definition.ts';
import { durationMs } from './duration.ts';
import { identityField, isJsonObject, jsonObjectOf, nameField, proseOf } from './fields.ts';
import { DEFAULT_NAMESPACE } from './identity.ts';
import { crossCheck } from './json/cross-check.ts';
import { toStep } from './json/step.ts';
import { stepField, stepOverrideField } from './json/step-schema.ts';
import { unfilledFaults } from './json/variables.ts';
import { jsonOfText } from './json-body.ts';
import { nameKey } from './name-key.ts';
import { invalid, parseWith, strict } from './parse.ts';
import { backoffField, durationField } from './times.ts';

const inputField = jsonObjectOf(LIMITS.payloadBytes)
  .nullable()
  .optional()
  .meta({ type: 'object', description: 'JSON Schema 2020-12 of the payload' });

const stepsField = z
  .array(stepField)
  .min(1, 'must have at least one step')
  .max(LIMITS.stepsPerWorkflow, `must be at most ${LIMITS.stepsPerWorkflow} steps`)
  .optional();

const overridesField = z.array(stepOverrideField).max(LIMITS.stepsPerWorkflow).optional();

export const workflowJsonSchema = strict({
  name: identityField,
  namespace: identityField.optional().meta({ description: '`default` unless given' }),
  namespace_name: identityField.optional().meta({ description: "Tasker's `namespace`" }),
  version: nameField.default('0.1.0'),
  description: proseOf(10_000).default(''),
  deadline: durationField
    .optional()
    .meta({ description: 'How long a task may take, from the end of its delay on' }),
  compensate: z
    .enum(['on_failure', 'by_hand'])
    .optional()
    .meta({ description: 'When compensations run: as soon as a task has failed, or when somebody says so' }),
  input: inputField,
  schema: inputField.meta({ description: "Tasker's `input`" }),
  retry_strategies: z.record(nameField, backoffField).default({}),
  steps: stepsField,
  step_templates: stepsField.meta({ description: "Tasker's `steps`" }),
  named_steps: z.array(nameField).optional().meta({ description: 'When given, every step must be in it' }),
  environments: z
    .record(nameField, strict({ steps: overridesField, step_templates: overridesField }))
    .optional()
    .meta({ description: 'By name, what is merged over the steps of the same name where TROUPE_ENV is so' }),
})
  .superRefine(crossCheck, { when: ({ value }) => isJsonObject(value) })
  .meta({ id: 'WorkflowRequest' });

type Workflow = z.output<typeof workflowJsonSchema>;

/** A body that is a workflow. Refuses with NOT_JSON, INVALID_BODY and INVALID_WORKFLOW. */
export function loadJsonWorkflow(text: string): WorkflowDefinition {
  const parsed = parseWith(workflowJsonSchema, jsonOfText(text), 'INVALID_BODY', 'the body');
  const faults = unfilledFaults(parsed);
  if (faults.length > 0) throw invalid('INVALID_WORKFLOW', 'the workflow', faults);
  return toDefinition(parsed);
}

/** Refuses with INVALID_WORKFLOW and every fault. */
export function parseWorkflowJson(body: unknown): WorkflowDefinition {
  return toDefinition(parseWith(workflowJsonSchema, body, 'INVALID_WORKFLOW', 'the workflow'));
}

export function toDefinition(parsed: Workflow): WorkflowDefinition {
  const { steps = parsed.step_templates ?? [], retry_strategies } = parsed;
  const strategies = Object.fromEntries(
    Object.entries(retry_strategies).map(([name, backoff]) => [nameKey(name), backoff] as const),
  );
  const deadlineMs = durationMs(parsed.deadline);
  return {
    name: parsed.name,
    namespace: parsed.namespace ?? parsed.namespace_name ?? DEFAULT_NAMESPACE,
    version: parsed.version,
    description: parsed.description,
    ...(deadlineMs === null ? {} : { deadlineMs }),
    ...(parsed.compensate === 'by_hand' ? { compensate: parsed.compensate } : {}),
    input: parsed.input ?? parsed.schema ?? null,
    steps: ownSpelling(steps.map((step) => toStep(step, strategies))),
  };
}

/** Steps name those they depend on, and ask about, as these spell themselves, so that readers may compare letter by letter. */
function ownSpelling(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  const own = new Map(steps.map(({ name }) => [nameKey(name), name]));
  const spelled = (name: string): string => own.get(nameKey(name)) ?? name;
  return steps.map(({ condition, ...step }) => ({
    ...step,
    dependsOn: [...new Set(step.dependsOn.map(spelled))],
    ...(condition === undefined
      ? {}
      : {
          condition: mapReferences(condition, ({ step: asked, path }) => ({
            step: asked === null ? null : spelled(asked),
            path,
          })),
        }),
  }));
}
