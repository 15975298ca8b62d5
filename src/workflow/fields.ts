/** The kinds of field that requests and workflows are made of, each with its limit and a message that names it. */

import { z } from 'zod';
import { LIMITS } from './definition.ts';

// Controls break logs and terminals, a lone surrogate cannot be written as UTF-8, so it would come back changed.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** What is used to find something by: printable, not blank. */
export function nameOf(max: number) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((text) => !UNPRINTABLE.test(text), 'must not contain control characters or lone surrogates')
    .refine((text) => text === '' || text.trim() !== '', 'must not be blank');
}

export const nameField = nameOf(LIMITS.nameLength);

/** Prose: line breaks are fine. */
export function proseOf(max: number) {
  return z
    .string()
    .max(max, `must be at most ${max} characters`)
    .refine((text) => !UNSTORABLE.test(text), 'must not contain NUL characters or lone surrogates');
}

/** Any JSON value within the limits of size and depth; kept as it came, a key such as `__proto__` included. */
export function jsonValueOf(maxBytes: number) {
  return z.unknown().superRefine((value, context) => {
    if (value === undefined) return;
    const message = jsonFault(value, maxBytes);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

/** As `jsonValueOf`, for an object; the type is the caller's to assert with `isJsonObject`. */
export function jsonObjectOf(maxBytes: number) {
  return z
    .custom<Readonly<Record<string, unknown>>>(isJsonObject, 'must be a JSON object')
    .superRefine((value, context) => {
      const message = jsonFault(value, maxBytes);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonFault(value: unknown, maxBytes: number): string | null {
  if (isDeeperThan(value, LIMITS.jsonDepth)) return `must be nested at most ${LIMITS.jsonDepth} deep`;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > maxBytes)
    return `must be at most ${maxBytes / 1024} KiB of JSON; it is ${Math.ceil(bytes / 1024)} KiB`;
  return null;
}

/** Of plain JSON. It goes no deeper than `limit`, however deep the value is. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const key in value) {
    if (isDeeperThan((value as Readonly<Record<string, unknown>>)[key], limit - 1)) return true;
  }
  return false;
}
