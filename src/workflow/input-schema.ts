/** Checks whether a workflow's input is a usable JSON Schema (2020-12), and finds the places of faults. */

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { reasonOf } from '../errors.ts';
import { isJsonObject } from './fields.ts';
import { nearest, pathOf } from './parse.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface SchemaFault {
  readonly path: readonly string[];
  readonly message: string;
}

export function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    strict: false,
    allowUnionTypes: true,
    logger: false,
    // For the value that is wrong.
    verbose: true,
  });
  formats.default(ajv);
  return ajv;
}

/** Empty for a schema that compiles. */
export function schemaFaults(schema: Schema): SchemaFault[] {
  // Ajv would hand out a promise instead of an answer.
  if (schema.$async !== undefined) return [{ path: ['$async'], message: 'is not supported; leave it out' }];
  const ajv = createAjv();
  try {
    if (ajv.validateSchema(schema) === true) {
      ajv.compile(schema);
      return [];
    }
  } catch (error) {
    return [{ path: placeOf(error, schema), message: messageOf(error) }];
  }
  return byPlace(ajv.errors ?? []);
}

/** One fault a place: the first says what is wrong there, and those of `anyOf` only that something is. */
function byPlace(errors: readonly ErrorObject[]): SchemaFault[] {
  const found = new Map<string, SchemaFault>();
  for (const { instancePath, keyword, message, params, data } of errors) {
    if (keyword === 'anyOf' || found.has(instancePath)) continue;
    const allowed: unknown = params.allowedValues;
    const values = Array.isArray(allowed) ? allowed.map(String) : [];
    const meant = nearest(String(data), values);
    const hint = meant === null ? '' : `; did you mean "${meant}"?`;
    const list = values.length === 0 ? '' : ` (${values.join(', ')})`;
    found.set(instancePath, {
      path: pathOf(instancePath),
      message: `no JSON Schema: ${message}${list}${hint}`,
    });
  }
  return [...found.values()];
}

/** The reference or the pattern an error is about, as far as it can be told; else the whole schema. */
function placeOf(error: unknown, schema: Schema): string[] {
  const reference = isJsonObject(error) ? error.missingRef : undefined;
  const isCulprit = (key: string, value: unknown) => {
    if (typeof value !== 'string') return false;
    if (typeof reference === 'string') return key === '$ref' && reference.endsWith(value);
    return error instanceof SyntaxError && key === 'pattern' && !isPattern(value);
  };
  const search = (value: unknown, path: string[]): string[] | null => {
    if (typeof value !== 'object' || value === null) return null;
    for (const [key, member] of Object.entries(value)) {
      const found = isCulprit(key, member) ? [...path, key] : search(member, [...path, key]);
      if (found !== null) return found;
    }
    return null;
  };
  return search(schema, []) ?? [];
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    // The question is whether it throws.
    return false;
  }
}

const messageOf = (error: unknown): string => `the schema cannot be used: ${reasonOf(error)}`;
