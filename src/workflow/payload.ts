/** Checks a payload against its workflow's input schema (JSON Schema 2020-12), defaults filled in. */

import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Refusal } from '../errors.ts';
import type { CompiledWorkflow, WorkflowDefinition } from './definition.ts';
import { createAjv, schemaFaults } from './input-schema.ts';
import { invalid, pointerTo } from './parse.ts';
import type { TaskRequest } from './task-request.ts';

const validators = new WeakMap<WorkflowDefinition, ValidateFunction>();

/** Throws INVALID_WORKFLOW if the input schema is no JSON Schema. */
export function compileInput(definition: WorkflowDefinition): ValidateFunction | null {
  if (definition.input === null) return null;
  const known = validators.get(definition);
  if (known !== undefined) return known;
  const problems = schemaFaults(definition.input);
  if (problems.length > 0) {
    const faults = problems.map(({ path, message }) => ({ pointer: pointerTo(['input', ...path]), message }));
    throw invalid('INVALID_WORKFLOW', 'the input schema', faults);
  }
  const validate = createAjv().compile(definition.input);
  validators.set(definition, validate);
  return validate;
}

/** The payload with defaults; throws INVALID_PAYLOAD with every fault. */
export function validatePayload(
  workflow: CompiledWorkflow,
  payload: TaskRequest['payload'],
): TaskRequest['payload'] {
  const validate = compileInput(workflow.definition);
  if (validate === null) return payload;
  const filled = structuredClone(payload);
  if (validate(filled)) return filled;
  const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => ({
    pointer: `/payload${instancePath}`,
    message: [message, ...Object.values(params).filter((value) => typeof value === 'string')].join(': '),
  }));
  const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  throw new Refusal(
    'invalid',
    'INVALID_PAYLOAD',
    `the payload does not fit ${workflow.definition.name}: ${text}`,
    {
      faults,
    },
  );
}
