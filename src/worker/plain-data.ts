/**
 * Any value as JSON of a bounded size and depth, for people to read. It never throws, whatever getters, proxies and
 * `toJSON` do, and reads no more than it keeps: what had to be left out is named where it stood.
 */

import { types } from 'node:util';
import { startOf } from './outcome-limits.ts';

export interface Bounds {
  readonly bytes: number;
  readonly depth: number;
  /** Without what a header or a login keeps secret: nobody chose to have it shown. */
  readonly isFound?: boolean;
}

/** How much is still kept, and what is being read: a circle leads back to it. */
interface Budget {
  left: number;
  readonly limit: number;
  readonly within: unknown[];
  readonly hidesSecrets: boolean;
}

/** Shorter than this, a text says little. */
const SHORTEST_TEXT = 64;

const SECRET =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-?key|password|passwd)$/i;

export function plainData(value: unknown, { bytes, depth, isFound = false }: Bounds): unknown {
  return plainOf(value, depth, { left: bytes, limit: bytes, within: [], hidesSecrets: isFound }, '');
}

function plainOf(value: unknown, depth: number, budget: Budget, key: string): unknown {
  switch (typeof value) {
    case 'string':
      return textOf(value, budget);
    case 'number':
      budget.left -= String(value).length;
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      budget.left -= 5;
      return value;
    case 'object':
      if (value !== null) return objectOf(value, depth, budget, key);
      budget.left -= 4;
      return null;
    case 'undefined':
      return null;
    case 'function':
      return textOf(`[function ${nameOf(value)}]`, budget);
    default:
      return textOf(String(value), budget);
  }
}

/** Counted as JSON writes it, of which a character takes at most six bytes. */
function textOf(text: string, budget: Budget): string {
  const room = Math.max(budget.left, SHORTEST_TEXT);
  const kept = text.length > room ? startOf(text, room) : text;
  const size = Buffer.byteLength(JSON.stringify(kept));
  if (size <= room + 2 && kept === text) {
    budget.left -= size;
    return text;
  }
  const start = startOf(kept, Math.floor(size > room ? (kept.length * room) / size : kept.length));
  budget.left = 0;
  return `${start}… [cut: ${text.length} characters; ${limitOf(budget)}]`;
}

const limitOf = ({ limit }: Budget): string => `at most ${limit} bytes of JSON are kept`;

function objectOf(value: object, depth: number, budget: Budget, key: string): unknown {
  if (budget.within.includes(value)) return textOf('[circular]', budget);
  if (depth === 0) return textOf('[nested deeper than is kept]', budget);
  budget.within.push(value);
  try {
    return contentOf(value, depth, budget, key);
  } catch (error) {
    return textOf(`[cannot be read: ${reasonOf(error)}]`, budget);
  } finally {
    budget.within.pop();
  }
}

function contentOf(value: object, depth: number, budget: Budget, key: string): unknown {
  const toJson = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJson === 'function') {
    const json: unknown = toJson.call(value, key);
    if (json !== value) return plainOf(json, depth - 1, budget, key);
  }
  if (Array.isArray(value)) return listOf(value, value.length, depth, budget);
  if (types.isMap(value)) return listOf(value.entries(), value.size, depth, budget);
  if (types.isSet(value)) return listOf(value.values(), value.size, depth, budget);
  const opaque = opaqueOf(value);
  return opaque === null ? membersOf(value, depth, budget) : textOf(opaque, budget);
}

function listOf(items: Iterable<unknown>, count: number, depth: number, budget: Budget): unknown[] {
  const list: unknown[] = [];
  for (const item of items) {
    if (budget.left <= 0) {
      list.push(`… [cut: ${count - list.length} more; ${limitOf(budget)}]`);
      break;
    }
    budget.left -= 1;
    list.push(plainOf(item, depth - 1, budget, String(list.length)));
  }
  return list;
}

function membersOf(value: object, depth: number, budget: Budget): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  const keys = types.isNativeError(value)
    ? ['name', 'message', ...Object.keys(value), 'cause', 'errors']
    : Object.keys(value);
  for (const [index, key] of keys.entries()) {
    if (budget.left <= 0) {
      add(members, '…', `[cut: ${keys.length - index} more; ${limitOf(budget)}]`);
      break;
    }
    const member = readField(value, key);
    if (member === undefined || Object.hasOwn(members, key)) continue;
    budget.left -= key.length + 4;
    const isSecret = budget.hidesSecrets && SECRET.test(key);
    add(members, key, isSecret ? '[left out: a secret]' : plainOf(member, depth - 1, budget, key));
  }
  return members;
}

/** Assigning `__proto__` would set the prototype. */
export function add(to: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(to, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Names a value that has no fields to read, or far too many. */
function opaqueOf(value: object): string | null {
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value))
    return `[${classOf(value)} of ${value.byteLength} bytes]`;
  if (types.isRegExp(value) || types.isBoxedPrimitive(value)) return String(value);
  const isEmitter =
    typeof readField(value, 'emit') === 'function' && typeof readField(value, 'on') === 'function';
  if (isEmitter || types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value))
    return `[${classOf(value)}]`;
  return null;
}

/** The name of its class, as far as it tells one. */
export function classOf(value: object): string {
  const made = readField(value, 'constructor');
  return typeof made === 'function' ? nameOf(made) : 'Object';
}

function nameOf(value: object): string {
  const name = readField(value, 'name');
  return typeof name === 'string' && name !== '' ? startOf(name, 100) : 'without a name';
}

/** A field, or undefined where reading it throws. */
export function readField(of: object, name: string): unknown {
  try {
    return (of as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null ? readField(error, 'message') : error;
  return typeof message === 'string' ? startOf(message, 200) : 'it throws';
}
