/** Checks the answer that ends a wait, the data of a signal or the output of an approval, against its schema. */

import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Fault } from '../errors.ts';
import { createAjv } from './input-schema.ts';

type Schema = Readonly<Record<string, unknown>>;

const validators = new WeakMap<Schema, ValidateFunction>();

/** Pointers are into the answer. None where there is no schema. */
export function answerFaults(schema: Schema | undefined, answer: unknown): Fault[] {
  if (schema === undefined) return [];
  const validate = validators.get(schema) ?? createAjv().compile(schema);
  validators.set(schema, validate);
  if (validate(structuredClone(answer))) return [];
  return (validate.errors ?? []).map(({ instancePath, message = 'is wrong' }) => ({
    pointer: instancePath,
    message,
  }));
}
