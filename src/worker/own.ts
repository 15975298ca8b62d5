/**
 * Values that many attempts are given, each as its own: what a handler does to its job stays with it. A small value is
 * copied. A large one is read where it is, and copied only where it is changed, so that it costs each attempt nothing.
 */

import { inspect } from 'node:util';
import type { Job } from './job.ts';

/** Copying so many values takes less than any other part of an attempt. */
const MOST_COPIED = 256;

/** Large values are given often, and need not be counted again. Small ones are forgotten: a weak set costs more. */
const large = new WeakSet<object>();

/** A job that nobody else has yet. */
export type FreshJob = { -readonly [Field in keyof Job]: Job[Field] };

/** Gives the job a payload, arguments and dependencies that may be changed at will. */
export function makeOwn(job: FreshJob): Job {
  const dependencies: Record<string, unknown> = {};
  for (const step of Object.keys(job.dependencies)) put(dependencies, step, asOwn(job.dependencies[step]));
  job.payload = asOwn(job.payload);
  job.with = asOwn(job.with);
  job.dependencies = dependencies;
  return job;
}

/**
 * Returns the value as the receiver's own: a copy of a small one, a proxy before a large one. It must be plain
 * JSON that nobody changes meanwhile.
 */
export function asOwn<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return ((large.has(value) ? null : smallCopyOf(value)) ?? new Own(value, () => undefined).proxy) as T;
}

export function isLarge(value: object): boolean {
  if (large.has(value)) return true;
  const is = countUpTo(MOST_COPIED + 1, value) > MOST_COPIED;
  if (is) large.add(value);
  return is;
}

/** Counts the values in it, itself included. */
function countUpTo(most: number, value: unknown): number {
  let count = 1;
  if (typeof value !== 'object' || value === null) return count;
  // A list gives its indexes.
  for (const key of Object.keys(value)) {
    if (count >= most) return most;
    count += countUpTo(most - count, (value as Readonly<Record<string, unknown>>)[key]);
  }
  return count;
}

/** How many values may still be copied. */
let room = 0;

/** Null for a large one. A few times faster than `structuredClone`, which takes anything. */
function smallCopyOf(value: object): object | null {
  room = MOST_COPIED;
  const copy = copyOf(value);
  if (room >= 0) return copy;
  large.add(value);
  return null;
}

/** Stops when there is no more room; the copy is of no use then. */
function copyOf(value: object): object {
  room--;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (const member of value) {
      if (room < 0) break;
      copy.push(copyOfMember(member));
    }
    return copy;
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (room < 0) break;
    put(copy, key, copyOfMember((value as Readonly<Record<string, unknown>>)[key]));
  }
  return copy;
}

function copyOfMember(member: unknown): unknown {
  if (typeof member === 'object' && member !== null) return copyOf(member);
  room--;
  return member;
}

/** Sets a member, whatever it is called. */
export function put(object: Record<string, unknown>, key: string, value: unknown): void {
  // Assigning this one would set the prototype.
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  else object[key] = value;
}

/**
 * Looks like its base until somebody changes it or something in it, and is then an object of its own. An object in it
 * is another of these. The target of the proxy is what it becomes, and empty before.
 */
class Own implements ProxyHandler<object> {
  readonly proxy: object;
  /** Tells what it is in, which changes with it. */
  readonly #changed: () => void;
  readonly #target: object;
  /** Null once it is an object of its own. */
  #base: object | null;
  readonly #members = new Map<PropertyKey, object>();

  constructor(base: object, changed: () => void) {
    this.#base = base;
    this.#changed = changed;
    this.#target = Array.isArray(base) ? [] : {};
    this.proxy = new Proxy(this.#target, this);
    // Node prints the target of a proxy, which is not filled yet.
    Object.defineProperty(this.#target, inspect.custom, { value: () => base, configurable: true });
  }

  get(target: object, key: PropertyKey, receiver: unknown): unknown {
    const base = this.#base;
    if (base === null || !Object.hasOwn(base, key)) return Reflect.get(target, key, receiver);
    return this.#member(key, Reflect.get(base, key));
  }

  has(target: object, key: PropertyKey): boolean {
    return Reflect.has(this.#base ?? target, key);
  }

  ownKeys(target: object): (string | symbol)[] {
    return Reflect.ownKeys(this.#base ?? target);
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    const found = Reflect.getOwnPropertyDescriptor(this.#base ?? target, key);
    if (found === undefined || this.#base === null) return found;
    return { ...found, value: this.#member(key, found.value) };
  }

  set(target: object, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    this.#become();
    return Reflect.set(target, key, value, receiver);
  }

  defineProperty(target: object, key: PropertyKey, property: PropertyDescriptor): boolean {
    this.#become();
    return Reflect.defineProperty(target, key, property);
  }

  deleteProperty(target: object, key: PropertyKey): boolean {
    this.#become();
    return Reflect.deleteProperty(target, key);
  }

  preventExtensions(target: object): boolean {
    this.#become();
    return Reflect.preventExtensions(target);
  }

  #member(key: PropertyKey, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#members.get(key) ?? new Own(value, () => this.#become()).proxy;
    this.#members.set(key, known);
    return known;
  }

  #become(): void {
    const base = this.#base;
    if (base === null) return;
    const target = this.#target as Record<string, unknown>;
    Reflect.deleteProperty(target, inspect.custom);
    for (const [key, value] of Object.entries(base)) put(target, key, this.#member(key, value));
    this.#base = null;
    this.#members.clear();
    this.#changed();
  }
}
