/** The kinds of field that requests and workflows are made of, each with its limit and a message that names it. */

import { z } from 'zod';
import { LIMITS } from './definition.ts';
import { SLASH_FAULT } from './identity.ts';
import { DOT_SEGMENT, isDotSegment, tooLong } from './name-key.ts';

// Controls break logs and terminals, a lone surrogate cannot be written as UTF-8, so it would come back changed.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** Checks a text that is used to find something: printable, not blank. */
export function nameOf(max: number) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, { error: ({ input }) => tooLong(String(input), max) })
    .refine((text) => !UNPRINTABLE.test(text), 'must not contain control characters or lone surrogates')
    .refine((text) => text === '' || text.trim() !== '', 'must not be blank');
}

/** Checks a name that also stands in paths. */
export function pathNameOf(max: number) {
  return nameOf(max).refine((text) => !isDotSegment(text), DOT_SEGMENT);
}

export const nameField = pathNameOf(LIMITS.nameLength);

/** The name of a new workflow or namespace. */
export const identityField = nameField.refine((text) => !text.includes('/'), SLASH_FAULT);

/** The name of a workflow, with its namespace or without, or of a handler. */
export const referenceField = pathNameOf(Number.MAX_SAFE_INTEGER)
  .refine(
    (text) => !/^[^/]+\/./.test(text) || text.indexOf('/') <= LIMITS.nameLength,
    `must have a namespace of at most ${LIMITS.nameLength} characters before the slash`,
  )
  .refine(
    (text) => text.replace(/^[^/]+\/(?=.)/, '').length <= LIMITS.nameLength,
    `must be at most ${LIMITS.nameLength} characters, a namespace not counted`,
  )
  // Texts that look alike find the same.
  .normalize('NFC')
  .meta({ maxLength: 2 * LIMITS.nameLength + 1 });

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

/** Tells whether JSON keeps the value as it is; one that is nested too deep is for others to refuse. */
export function isJson(value: unknown, depth: number = LIMITS.jsonDepth): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean', 'object'].includes(typeof value);
  if (depth === 0) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((member) => isJson(member, depth - 1));
}

function jsonFault(value: unknown, maxBytes: number): string | null {
  if (isDeeperThan(value, LIMITS.jsonDepth)) return `must be nested at most ${LIMITS.jsonDepth} deep`;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > maxBytes)
    return `must be at most ${maxBytes / 1024} KiB of JSON; it is ${Math.ceil(bytes / 1024)} KiB`;
  return null;
}

/** Tells whether plain JSON is deeper than `limit`. It goes no deeper than `limit`, however deep the value is. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const key in value) {
    if (isDeeperThan((value as Readonly<Record<string, unknown>>)[key], limit - 1)) return true;
  }
  return false;
}
