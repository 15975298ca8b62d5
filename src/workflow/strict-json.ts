/**
 * Reads JSON from outside. `JSON.parse` changes some texts in silence: numbers that no double keeps become others, and
 * of a key given twice the last wins. Both are refused here, each with its pointer.
 */

import type { ErrorCode } from '../error-codes.ts';
import type { Fault } from '../errors.ts';
import { isKept, isSafe, notKept } from './number-text.ts';
import { invalid, pointerTo } from './parse.ts';

/** Why a text is refused that is JSON. */
type Loss = Extract<ErrorCode, 'INEXACT_NUMBER' | 'DUPLICATE_KEY'>;

/** Tells whether a number may stand as it is written. */
type IsTaken = (literal: string) => boolean;

/**
 * JSON that people and other programs send. Throws what `JSON.parse` throws, or refuses with INEXACT_NUMBER or
 * DUPLICATE_KEY; `what` begins the message.
 */
export const parseJson = (text: string, what = 'the body'): unknown => parse(text, what, isSafe);

/** JSON that programs of ours write as well: every double that they may hold is taken. */
export const parseOwnJson = (text: string, what = 'the body'): unknown => parse(text, what, isKept);

function parse(text: string, what: string, isTaken: IsTaken): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  // With the members counted on both sides, the keys need not be compared one by one.
  if (membersOf(text, isTaken) === membersIn(value)) return value;
  const { code, faults } = lossesIn(text, isTaken);
  throw invalid(code, what, faults);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const NINE = 0x39;
const ZERO = 0x30;

/** How many members its objects have as they are written, or -1 when it holds a number that is not kept. */
function membersOf(text: string, isTaken: IsTaken): number {
  const { length } = text;
  let members = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) members++;
    else if (code <= NINE && (code >= ZERO || code === MINUS)) {
      const end = endOfNumber(text, at);
      if (end - at > 2 && !isTaken(text.slice(at, end))) return -1;
      at = end - 1;
    }
  }
  return members;
}

/** Most keys and names end within so many characters; what is longer, a search finds faster than a loop. */
const SHORT = 24;

/** Where the closing quote stands. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  for (const far = open + SHORT; at < far; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  for (;;) {
    const quote = text.indexOf('"', at);
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return quote;
    at = quote + 1;
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  // Digits, signs, the point and the letter E are what a number may go on with.
  for (let code = text.charCodeAt(at); isOfNumber(code); code = text.charCodeAt(at)) at++;
  return at;
}

const isOfNumber = (code: number): boolean =>
  (code >= ZERO && code <= NINE) ||
  code === MINUS ||
  code === 0x2b ||
  code === 0x2e ||
  code === 0x65 ||
  code === 0x45;

/** How many members the objects of a value have; without recursion, since nothing bounds its depth yet. */
function membersIn(value: unknown): number {
  let members = 0;
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === 'object' && item !== null) open.push(item);
      continue;
    }
    for (const key in next as Readonly<Record<string, unknown>>) {
      members++;
      const member = (next as Readonly<Record<string, unknown>>)[key];
      if (typeof member === 'object' && member !== null) open.push(member);
    }
  }
  return members;
}

/** The first of them tell the story; an answer is not to be many times what was sent. */
const MOST_FAULTS = 50;
const MOST_CHARACTERS = 16_384;

/** An object or a list that is being read: its keys so far, and where in it we are. */
interface Open {
  readonly keys: Set<string> | null;
  part: string | number;
  isKeyNext: boolean;
}

/** Everything that JSON would not keep of a text, which is JSON, up to a bound. */
function lossesIn(text: string, isTaken: IsTaken): { code: Loss; faults: Fault[] } {
  const faults: Fault[] = [];
  let firstCode: Loss | null = null;
  let characters = 0;
  const path: Open[] = [];
  const tell = (code: Loss, message: string): void => {
    firstCode ??= code;
    const pointer = pointerTo(path.map(({ part }) => part));
    characters += pointer.length + message.length;
    faults.push({ pointer, message });
  };
  for (let at = 0; at < text.length; at++) {
    if (faults.length >= MOST_FAULTS || characters > MOST_CHARACTERS) break;
    const code = text.charCodeAt(at);
    const top = path.at(-1);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (top?.isKeyNext === true) enter(top, JSON.parse(text.slice(at, end + 1)) as string, tell);
      at = end;
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfNumber(text, at);
      const literal = text.slice(at, end);
      if (!isTaken(literal)) tell('INEXACT_NUMBER', notKept(literal));
      at = end - 1;
    } else follow(text.charAt(at), path);
  }
  return { code: firstCode ?? 'DUPLICATE_KEY', faults };
}

function enter(object: Open, key: string, tell: (code: Loss, message: string) => void): void {
  object.part = key;
  object.isKeyNext = false;
  const shown = key.length > MOST_KEY ? `${key.slice(0, MOST_KEY)}…` : key;
  if (object.keys?.has(key) === true)
    tell('DUPLICATE_KEY', `the key ${JSON.stringify(shown)} is given twice`);
  object.keys?.add(key);
}

const MOST_KEY = 100;

function follow(mark: string, path: Open[]): void {
  const top = path.at(-1);
  if (mark === '{') path.push({ keys: new Set(), part: '', isKeyNext: true });
  else if (mark === '[') path.push({ keys: null, part: 0, isKeyNext: false });
  else if (mark === '}' || mark === ']') path.pop();
  else if (mark === ',' && top !== undefined) {
    if (typeof top.part === 'number') top.part++;
    else top.isKeyNext = true;
  }
}
