/**
 * A copy of a value as JSON has it, or the place of what JSON would change: a Map becomes {} there, NaN becomes null.
 * One walk does all; members that are undefined are left out, and what has a `toJSON` is what that gives.
 */

import { types } from 'node:util';
import { describe } from './describe.ts';
import { classOf } from './plain-data.ts';

export type JsonCopy =
  | {
      readonly fault: null;
      readonly value: unknown;
      /** Its JSON takes this much at the least. */
      readonly leastBytes: number;
    }
  | { readonly fault: 'not json'; readonly why: string }
  | { readonly fault: 'too deep' | 'too large' };

interface Bounds {
  readonly depth: number;
  readonly bytes: number;
}

export function jsonCopy(value: unknown, bounds: Bounds): JsonCopy {
  try {
    const walk = new Walk(bounds);
    const copy = walk.copy(value, bounds.depth, '');
    if (copy === undefined) throw new Flaw('gives nothing by its toJSON');
    return { fault: null, value: copy, leastBytes: bounds.bytes - walk.bytesLeft };
  } catch (error) {
    if (error === TOO_DEEP || error === TOO_LARGE)
      return { fault: error === TOO_DEEP ? 'too deep' : 'too large' };
    const { keys, what } = flawOf(error);
    const at = keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return { fault: 'not json', why: `${at === '' ? 'it' : at} ${what}` };
  }
}

const TOO_DEEP = new Error('too deep');
const TOO_LARGE = new Error('too large');

class Flaw {
  readonly what: string;
  readonly keys: (string | number)[] = [];

  constructor(what: string) {
    this.what = what;
  }
}

/** Getters, proxies and a `toJSON` may throw anything. */
function flawOf(error: unknown): Flaw {
  if (error instanceof Flaw) return error;
  return new Flaw(`cannot be read: ${describe(error).message}`);
}

class Walk {
  /** The least size as JSON: without it, few objects that share each other would take for ever. */
  bytesLeft: number;
  readonly #within: object[] = [];

  constructor({ bytes }: Bounds) {
    this.bytesLeft = bytes;
  }

  /** undefined where a `toJSON` gives that. */
  copy(value: unknown, depth: number, key: string | number): unknown {
    switch (typeof value) {
      case 'string':
        this.#spend(value.length + 2);
        return value;
      case 'number':
        this.#spend(1);
        if (!Number.isFinite(value)) throw new Flaw(`is ${value}, which JSON makes null`);
        // JSON has no negative zero.
        return value === 0 ? 0 : value;
      case 'boolean':
        this.#spend(4);
        return value;
      case 'object':
        if (value !== null) return this.#object(value, depth, key);
        this.#spend(4);
        return null;
      case 'bigint':
        return this.#bigint(value, depth, key);
      case 'undefined':
        throw new Flaw('is undefined, for which JSON has nothing');
      default:
        throw new Flaw(`is a ${typeof value}, which JSON leaves out`);
    }
  }

  #spend(bytes: number): void {
    this.bytesLeft -= bytes;
    if (this.bytesLeft < 0) throw TOO_LARGE;
  }

  /** Programs teach big integers a `toJSON`. */
  #bigint(value: bigint, depth: number, key: string | number): unknown {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== 'function') throw new Flaw('is a big integer: give it as text');
    return this.copy(toJSON.call(value, String(key)), depth, key);
  }

  #object(value: object, depth: number, key: string | number): unknown {
    if (depth === 0) throw this.#within.includes(value) ? new Flaw('leads back to itself') : TOO_DEEP;
    this.#spend(1);
    this.#within.push(value);
    const { toJSON } = value as { toJSON?: unknown };
    const copy =
      typeof toJSON === 'function'
        ? this.#answer(value, toJSON.call(value, String(key)), depth, key)
        : this.#content(value, depth);
    this.#within.pop();
    return copy;
  }

  /** JSON asks once, also if the answer has a `toJSON` of its own. */
  #answer(value: object, json: unknown, depth: number, key: string | number): unknown {
    if (json === undefined) return undefined;
    if (json === null && types.isDate(value)) throw new Flaw('is an invalid date, which JSON makes null');
    if (typeof json === 'object' && json !== null) return this.#content(json, depth);
    return this.copy(json, depth, key);
  }

  #content(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, depth);
    const keys = Object.keys(value);
    refuseOpaque(value, keys);
    const copy: Record<string, unknown> = {};
    for (const key of keys) {
      const member = this.#inside(value as Record<string, unknown>, key, depth);
      if (member === undefined) continue;
      // Assigning this one would set the prototype.
      if (key === '__proto__') Object.defineProperty(copy, key, { value: member, enumerable: true });
      else copy[key] = member;
    }
    return copy;
  }

  #list(value: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    for (let index = 0; index < value.length; index++) copy.push(this.#inside(value, index, depth));
    return copy;
  }

  #inside(of: Readonly<Record<string, unknown>> | readonly unknown[], key: string | number, depth: number) {
    try {
      const value = (of as Readonly<Record<string | number, unknown>>)[key];
      const isMember = typeof key === 'string';
      if (value === undefined && isMember) return undefined;
      this.#spend(isMember ? key.length + 4 : 1);
      const copy = this.copy(value, depth - 1, key);
      if (copy === undefined && !isMember) throw new Flaw('gives nothing by its toJSON');
      return copy;
    } catch (error) {
      if (error === TOO_DEEP || error === TOO_LARGE) throw error;
      const flaw = flawOf(error);
      flaw.keys.unshift(key);
      throw flaw;
    }
  }
}

/** JSON does not see the content of these. */
const OPAQUE: readonly (readonly [name: string, is: (value: object) => boolean, instead: string])[] = [
  ['a Map', types.isMap, 'an object, or a list of its entries'],
  ['a Set', types.isSet, 'a list'],
  ['a promise', types.isPromise, 'what it resolves to: await it'],
  ['a generator', types.isGeneratorObject, 'a list of what it yields'],
  ['an error', (value) => types.isNativeError(value) || value instanceof Error, 'its message, or throw it'],
  ['a regular expression', types.isRegExp, 'its source'],
  [
    'binary data',
    (value) => ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value),
    'text, such as Base64',
  ],
  ['a boxed primitive', types.isBoxedPrimitive, 'the value itself'],
  ['a WeakMap', types.isWeakMap, 'an object'],
  ['a WeakSet', types.isWeakSet, 'a list'],
];

function refuseOpaque(value: object, keys: readonly string[]): void {
  const symbols = Object.getOwnPropertySymbols(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  // First: Node itself marks promises with symbols.
  for (const [name, is, instead] of isPlain ? [] : OPAQUE) {
    if (is(value))
      throw new Flaw(`is ${name}, of which JSON keeps nothing or something else: return ${instead}`);
  }
  if (symbols.length > 0) refuseSymbols(value, symbols);
  if (isPlain || keys.length > 0) return;
  throw new Flaw(
    `is an object of class ${classOf(value)} with no fields of its own, which JSON makes {}: return a plain object`,
  );
}

/** Refuses symbols that are fields; the others are marks that libraries set. */
function refuseSymbols(value: object, symbols: readonly symbol[]): void {
  const seen = symbols.find((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
  if (seen !== undefined) throw new Flaw(`has the key ${String(seen)}, which JSON leaves out`);
}
