/**
 * Describes any thrown value as data, whether it is an error or not. Describing it never throws, and is bounded
 * in size: an attempt that failed has failed, however strangely.
 */

import { types } from 'node:util';
import type { InnerError } from '../../machines/step-model.ts';
import { boundError, noteOf } from './bound-error.ts';
import { PermanentError, RetryableError } from './errors.ts';
import type { OutcomeError } from './job.ts';
import { cutText, OUTCOME_LIMITS as LIMIT } from './outcome-limits.ts';
import { add, classOf, plainData, readField } from './plain-data.ts';
import { retryAfterField } from './retry-after.ts';

/** Anything but a `PermanentError` is worth another try. */
export function describe(thrown: unknown): OutcomeError {
  try {
    return boundError(errorOf(thrown));
  } catch {
    // The stack may be used up, or the memory: that it failed is still known.
    return { name: 'Error', message: 'what was thrown cannot be described', code: null, retryable: true };
  }
}

function errorOf(thrown: unknown): OutcomeError {
  const { details: fields, ...told } = toldOf(thrown, []);
  // By name too: a handler may have come with its own copy of the library.
  const isNamed = (name: string) => isError(thrown) && told.name === name;
  const permanent = isA(thrown, PermanentError) || isNamed('PermanentError');
  const retryable = isA(thrown, RetryableError) || isNamed('RetryableError');
  const retryAfter = retryable && isObject(thrown) ? readField(thrown, 'retryAfter') : undefined;
  const given = (permanent || retryable) && isObject(thrown) ? readField(thrown, 'details') : undefined;
  const own = retryable ? withoutWait(fields) : fields;
  const details = given === undefined ? own : withFields(given, own);
  return {
    ...told,
    retryable: !permanent,
    ...retryAfterField(retryAfter),
    ...(details === undefined ? {} : { details }),
    causes: causesOf(thrown),
    errors: insideOf(thrown).map((error, index) => innerOf(error, index, ['cause', 'errors'])),
  };
}

/** Beyond those that are kept, they are only counted. */
const innerOf = (error: unknown, index: number, nested: readonly string[]): InnerError =>
  index < LIMIT.innerErrors ? toldOf(error, nested) : noteOf('');

/** How long to wait is told by itself. */
function withoutWait(fields: unknown): unknown {
  if (!isObject(fields) || !('retryAfter' in fields)) return fields;
  const { retryAfter: _retryAfter, ...more } = fields;
  return Object.keys(more).length === 0 ? undefined : more;
}

/** The details as they were given, and what a class of the user's own adds to them. */
function withFields(given: unknown, fields: unknown): unknown {
  const { details: _details, ...more } = (fields ?? {}) as Record<string, unknown>;
  if (Object.keys(more).length === 0 || !isObject(given) || Array.isArray(given)) return given;
  const details = plainData(given, { bytes: LIMIT.detailsBytes, depth: LIMIT.detailsDepth });
  return isObject(details) ? { ...more, ...details } : given;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Asked of a proxy that was revoked, this throws as well. */
function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** The prototype of a proxy may be anything, and of a revoked one cannot be asked. */
function isA(value: unknown, kind: new (...args: never) => Error): boolean {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}

/** Takes errors of another realm too, such as those of a `vm`. */
const isError = (value: unknown): value is Error => isA(value, Error) || types.isNativeError(value);

/** Without what stands behind it, but for these of its fields. */
function toldOf(thrown: unknown, nested: readonly string[]): InnerError {
  if (!isObject(thrown)) return { name: 'Error', message: textOf(thrown), code: null };
  const name = readField(thrown, 'name');
  const code = codeOf(readField(thrown, 'code'));
  const stack = readField(thrown, 'stack');
  const fields = fieldsOf(thrown, code, nested);
  const head = {
    name: typeof name === 'string' && name.trim() !== '' ? name : nameOf(thrown),
    message: messageOf(thrown, code, fields),
  };
  return {
    ...head,
    code,
    ...(typeof stack === 'string' && stack !== '' ? { stack: headed(stack, thrown, head) } : {}),
    ...(fields === undefined ? {} : { details: fields }),
  };
}

function nameOf(thrown: object): string {
  const name = isError(thrown) ? classOf(thrown) : 'Error';
  return name === 'Object' ? 'Error' : name;
}

/** A stack begins with name and message as text, such as "[object Object]" for one that is none. */
function headed(
  stack: string,
  thrown: object,
  { name, message }: Pick<InnerError, 'name' | 'message'>,
): string {
  const isText = (field: string) => typeof readField(thrown, field) === 'string';
  if (isText('name') && isText('message')) return stack;
  const frames = stack.search(/^\s+at /m);
  return frames < 0 ? stack : `${name}: ${message}\n${stack.slice(frames)}`;
}

const textOf = (thrown: unknown): string =>
  typeof thrown === 'function' ? String(plainData(thrown, { bytes: 200, depth: 1 })) : String(thrown);

function codeOf(code: unknown): string | null {
  if (typeof code === 'string' && code !== '') return code;
  return typeof code === 'bigint' || Number.isFinite(code) ? String(code) : null;
}

function messageOf(thrown: object, code: string | null, fields: unknown): string {
  const message = readField(thrown, 'message');
  if (typeof message === 'string' && message !== '') return message;
  if (message !== undefined && message !== null && message !== '')
    return jsonOf(plainData(message, { bytes: LIMIT.messageCharacters, depth: LIMIT.detailsDepth }));
  const inside = insideOf(thrown).slice(0, LIMIT.innerErrors).flatMap(plainMessageOf);
  if (inside.length > 0) return inside.join('; ');
  if (fields !== undefined && !isError(thrown))
    return cutText(`${classText(thrown)}${jsonOf(fields)}`, MAX_FIELDS_TEXT, 'message');
  if (code !== null) return code;
  if (isError(thrown)) return 'the error has no message';
  return isReadable(thrown) ? `${classText(thrown)}{}` : 'an object that cannot be read';
}

function isReadable(thrown: object): boolean {
  try {
    Object.keys(thrown);
    return true;
  } catch {
    return false;
  }
}

/** As a message, fields are for one look; they are kept as well. */
const MAX_FIELDS_TEXT = 1_000;

function plainMessageOf(error: unknown): string[] {
  const message = isObject(error) ? readField(error, 'message') : String(error);
  return typeof message === 'string' && message !== '' ? [message] : [];
}

function classText(thrown: object): string {
  const name = classOf(thrown);
  return name === 'Object' || isList(thrown) ? '' : `${name} `;
}

const jsonOf = (plain: unknown): string => (typeof plain === 'string' ? plain : JSON.stringify(plain));

/** Platform objects, such as a thrown Response, have these on their prototypes. */
const INHERITED = ['status', 'statusCode', 'statusText', 'url', 'type', 'reason'];

/** Returns the fields of the thrown object beside name, message and code; undefined for none. */
function fieldsOf(thrown: object, code: string | null, nested: readonly string[]): unknown {
  if (isList(thrown) || types.isMap(thrown) || types.isSet(thrown)) return plainData(thrown, FIELD);
  const fields: Record<string, unknown> = {};
  let left: number = LIMIT.fieldsBytes;
  for (const key of new Set([...keysOf(thrown), ...nested])) {
    const value = readField(thrown, key);
    if (value === undefined || (!nested.includes(key) && isTold(thrown, key, value, code))) continue;
    if (left <= 0) {
      add(fields, '…', `[cut: at most ${LIMIT.fieldsBytes} bytes of fields are kept]`);
      break;
    }
    // In an object of its own, so that a secret is known by its name.
    const field = plainData({ [key]: value }, { ...FIELD, bytes: Math.min(LIMIT.fieldBytes, left) });
    left -= JSON.stringify(field).length;
    Object.assign(fields, field);
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** It stands elsewhere in the description. */
function isTold(thrown: object, key: string, value: unknown, code: string | null): boolean {
  switch (key) {
    case 'name':
    case 'message':
    case 'stack':
      return typeof value === 'string' || isError(thrown);
    case 'code':
      return code !== null && codeOf(value) === code;
    case 'cause':
    case 'error':
      return causeOf(thrown) === value;
    case 'errors':
      return insideOf(thrown).length > 0;
    default:
      return false;
  }
}

const FIELD = { bytes: LIMIT.fieldBytes, depth: LIMIT.detailsDepth, isFound: true };

function keysOf(thrown: object): string[] {
  try {
    const own = Object.keys(thrown).slice(0, LIMIT.fieldsBytes);
    return isError(thrown) ? own : [...own, ...INHERITED];
  } catch {
    return [];
  }
}

/** A circle ends where it closes. */
function causesOf(thrown: unknown): InnerError[] {
  const causes: InnerError[] = [];
  const seen = new Set<unknown>([thrown]);
  let cause = causeOf(thrown);
  // One more than is kept, so that it is said that there are more.
  while (cause !== undefined && cause !== null && !seen.has(cause) && causes.length <= LIMIT.innerErrors) {
    causes.push(toldOf(cause, ['errors']));
    seen.add(cause);
    cause = causeOf(cause);
  }
  return causes;
}

/** An ErrorEvent has it as `error`. */
function causeOf(thrown: unknown): unknown {
  if (!isObject(thrown)) return undefined;
  const cause = readField(thrown, 'cause');
  if (typeof cause === 'function') return undefined;
  if (cause !== undefined || isError(thrown)) return cause;
  const error = readField(thrown, 'error');
  return isError(error) ? error : undefined;
}

/** Lists the errors of an AggregateError, or of any value with a list of errors; other lists are fields. */
function insideOf(thrown: unknown): unknown[] {
  const errors = isObject(thrown) ? readField(thrown, 'errors') : undefined;
  if (!isList(errors)) return [];
  const isAggregate = isA(thrown, AggregateError) || readField(thrown as object, 'name') === 'AggregateError';
  const first = listed(errors);
  return isAggregate || first.some(isError) ? first : [];
}

/** Counted on, so that what is left out is told by its number. */
function listed(errors: readonly unknown[]): unknown[] {
  try {
    return Array.from({ length: Math.min(errors.length, 10_000) }, (_, index) => errors[index]);
  } catch {
    return [];
  }
}
