/** Checks a payload against its workflow's input schema (JSON Schema 2020-12), defaults filled in. */

import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { type Fault, Refusal } from '../errors.ts';
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
  const faults = faultsOf(validate.errors ?? []);
  const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  throw new Refusal('INVALID_PAYLOAD', `the payload does not fit ${workflow.definition.name}: ${text}`, {
    faults,
  });
}

/** Each once: what is in several branches of a schema fails in each of them. */
function faultsOf(errors: readonly ErrorObject[]): Fault[] {
  const faults = errors.map(({ instancePath, message = 'is wrong', params }): Fault => {
    const named = NAMES_LEFT_OUT.flatMap((key) => (typeof params[key] === 'string' ? [params[key]] : []));
    return { pointer: `/payload${instancePath}`, message: [message, ...named].join(': ') };
  });
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.message}`, fault])).values()];
}

/** Ajv tells these only beside its message; the message has everything else. */
const NAMES_LEFT_OUT = ['additionalProperty', 'unevaluatedProperty', 'propertyName'] as const;
