/** Checks a payload against its workflow's input schema (JSON Schema 2020-12), defaults filled in. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Refusal } from '../errors.ts';
import type { CompiledWorkflow, WorkflowDefinition } from './definition.ts';
import type { TaskRequest } from './task-request.ts';

const validators = new WeakMap<WorkflowDefinition, ValidateFunction>();

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, allowUnionTypes: true });
  formats.default(ajv);
  return ajv;
}

/** Throws INVALID_WORKFLOW if the input schema is no JSON Schema. */
export function compileInput(definition: WorkflowDefinition): ValidateFunction | null {
  if (definition.input === null) return null;
  const known = validators.get(definition);
  if (known !== undefined) return known;
  try {
    const validate = createAjv().compile(definition.input);
    validators.set(definition, validate);
    return validate;
  } catch (error) {
    const message = `the input schema cannot be used: ${error instanceof Error ? error.message : error}`;
    throw new Refusal('invalid', 'INVALID_WORKFLOW', message, {
      faults: [{ pointer: '/input', message }],
      cause: error,
    });
  }
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
