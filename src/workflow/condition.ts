/** Decides a condition from the payload and the outputs of steps that have ended. */

import type { Condition, Reference } from './definition.ts';

/** The payload for null, else the output of the step of that name. */
export type Lookup = (step: string | null) => unknown;

export function holds(condition: Condition, lookup: Lookup): boolean {
  switch (condition.op) {
    case 'is':
      return isTruthy(referred(condition.value, lookup));
    case 'equals':
      return isSame(referred(condition.value, lookup), condition.to);
    case 'not':
      return !holds(condition.of, lookup);
    case 'and':
      return condition.of.every((part) => holds(part, lookup));
    case 'or':
      return condition.of.some((part) => holds(part, lookup));
  }
}

export function referencesOf(condition: Condition): Reference[] {
  if (condition.op === 'is' || condition.op === 'equals') return [condition.value];
  return condition.op === 'not' ? referencesOf(condition.of) : condition.of.flatMap(referencesOf);
}

/** The same question of other values. */
export function mapReferences(condition: Condition, map: (value: Reference) => Reference): Condition {
  switch (condition.op) {
    case 'is':
    case 'equals':
      return { ...condition, value: map(condition.value) };
    case 'not':
      return { op: 'not', of: mapReferences(condition.of, map) };
    case 'and':
    case 'or':
      return { op: condition.op, of: condition.of.map((part) => mapReferences(part, map)) };
  }
}

/** Follows the path into the value; undefined where it leads nowhere. */
function referred({ step, path }: Reference, lookup: Lookup): unknown {
  let value = lookup(step);
  for (const key of path) {
    const isObject = typeof value === 'object' && value !== null;
    value =
      isObject && Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

/** As a reader of a runbook takes it: nothing, zero, an empty text or list, and the words for no are no. */
function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'string') return !['', 'false', 'no'].includes(value.trim().toLowerCase());
  return Boolean(value);
}

/** Numbers and booleans may be written as texts on either side: a runbook has no types. */
const isSame = (value: unknown, to: string | number | boolean | null): boolean =>
  value === to || (value ?? null) === to || (isScalar(value) && to !== null && String(value) === String(to));

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
