/**
 * YAML text to a JSON document that remembers where each part of it stands. Only what JSON can say is let in, within
 * bounds that hold before anything is built: aliases cannot blow it up, keys cannot be given twice or merged in.
 */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { LIMITS } from '../definition.ts';
import { fillIn, type Variables } from '../json/variables.ts';
import { isSafe, notKept } from '../number-text.ts';
import { OWN_STEPS } from '../steps/index.ts';
import { excessOf } from './excess.ts';
import type { LineStarts } from './line-starts.ts';

import { Places } from './places.ts';

export interface Misplaced {
  readonly offset: number;
  readonly message: string;
}

export interface ReadYaml {
  /** Not to be looked at when `isReadable` is false: the text is not YAML, or more than can be taken. */
  readonly document: unknown;
  readonly isReadable: boolean;
  readonly places: Places;
  /** Offsets of texts whose variables are not there: what else is wrong with such a text follows from that. */
  readonly unfilled: ReadonlySet<number>;
  readonly faults: readonly Misplaced[];
}

const MAX_ALIASES = 100;

/** Keys of a step. */
const FILLED_LATE: ReadonlySet<unknown> = new Set(
  OWN_STEPS.filter(({ isFilledLate }) => isFilledLate).map(({ key }) => key),
);

/** A key of a step. A variable in it is refused where its other references are checked, be there one or not. */
const ARGUMENTS = 'with';

/** A key of a step that has such keys itself. */
const COMPENSATION = 'compensation';

const OPTIONS = {
  prettyErrors: false,
  // Whatever `%YAML` says: "no" is a text, and `<<` a key like any other (which is then refused).
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  // Ours is linear in the number of keys.
  uniqueKeys: false,
} as const;

/** `isStep`: it is no workflow but one of its steps. */
export function readYaml(
  text: string,
  variables: Variables | null,
  lines: LineStarts,
  { isStep = false } = {},
): ReadYaml {
  const excess = excessOf(text);
  if (excess !== null) {
    const nothing = { document: null, isReadable: false, places: new Places(), unfilled: new Set<number>() };
    return { ...nothing, faults: [excess] };
  }
  const { contents, errors, warnings } = parseTraceless(text);
  const reader = new Reader(text, variables, lines);
  // The parser's repair of a broken text has faults of its own, which nobody wrote.
  const document = errors.length === 0 ? reader.read(contents, isStep) : null;
  const syntax = [...errors, ...warnings].map(({ pos: [offset], message, code }) => ({
    offset,
    message: wording(code, message) + referenceHint(text, offset),
  }));
  return {
    document,
    isReadable: errors.length === 0 && !reader.isRefused,
    places: reader.places,
    unfilled: reader.unfilled,
    faults: [...syntax, ...reader.faults],
  };
}

/** The parser makes an error of every mistake; of a text that is nothing else, their stack traces take seconds. */
function parseTraceless(text: string): ReturnType<typeof parseDocument> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, OPTIONS);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function wording(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a file holds one workflow';
  if (code === 'TAG_RESOLVE_FAILED')
    return `${message}; write the value without a tag, or in quotes if it begins with a !`;
  return message;
}

/** Between braces or brackets, a brace of ours begins one of YAML's. */
const referenceHint = (text: string, offset: number): string =>
  text.startsWith('${', offset - 1) ? '; put a text that holds a reference in quotes' : '';

const tooDeep = `is nested more than ${LIMITS.jsonDepth} deep`;

/** A node became this: its value, how many levels it has, and its size with its aliases written out. */
interface Read {
  readonly value: unknown;
  readonly height: number;
  readonly size: number;
}

const NOTHING: Read = { value: null, height: 0, size: 1 };

class Reader {
  readonly places = new Places();
  readonly faults: Misplaced[] = [];
  readonly unfilled = new Set<number>();
  /** Some bound was passed; the rest was not read. */
  isRefused = false;
  readonly #text: string;
  readonly #variables: Variables | null;
  readonly #lines: LineStarts;
  /** null: still being read. */
  readonly #anchors = new Map<string, Read | null>();
  /** Within a key whose references are filled in for each attempt: they stand for secrets. */
  #inCalls = 0;
  #inArguments = 0;
  #aliases = 0;
  #repeated = 0;

  constructor(text: string, variables: Variables | null, lines: LineStarts) {
    this.#text = text;
    this.#variables = variables;
    this.#lines = lines;
  }

  read(node: unknown, isStep: boolean): unknown {
    return this.#node(node, 0, isStep).value;
  }

  #node(node: unknown, depth: number, isItem = false): Read {
    if (this.isRefused) return NOTHING;
    if (isAlias(node)) return this.#alias(node, depth);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return NOTHING;
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, null);
    const read = isScalar(node) ? this.#scalar(node) : this.#container(node, depth, isItem);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #container(node: YAMLMap | YAMLSeq, depth: number, isItem: boolean): Read {
    if (depth >= LIMITS.jsonDepth) return this.#refuse(startOf(node), tooDeep);
    return isMap(node) ? this.#map(node, depth, isItem) : this.#seq(node, depth);
  }

  #seq(node: YAMLSeq, depth: number): Read {
    const value: unknown[] = [];
    let height = 0;
    let size = 1;
    for (const item of node.items) {
      const read = this.#node(item, depth + 1, true);
      const offset = startOf(item);
      this.places.note(value, String(value.length), { key: offset, value: offset });
      value.push(read.value);
      height = Math.max(height, read.height);
      size += read.size;
    }
    return { value, height: height + 1, size };
  }

  /** `isItem`: of a list, as steps are. */
  #map(node: YAMLMap, depth: number, isItem: boolean): Read {
    const value: Record<string, unknown> = {};
    const keyOffsets = new Map<string, number>();
    let height = 0;
    let size = 1;
    for (const pair of node.items) {
      const name = isItem && isScalar(pair.key) ? pair.key.value : null;
      const isCall = FILLED_LATE.has(name);
      const isGiven = name === ARGUMENTS && this.#inCalls === 0;
      if (isCall) this.#inCalls++;
      if (isGiven) this.#inArguments++;
      const read = this.#node(pair.value, depth + 1, name === COMPENSATION);
      if (isCall) this.#inCalls--;
      if (isGiven) this.#inArguments--;
      const key = this.#key(pair, keyOffsets);
      if (key === null) continue;
      const offset = startOf(pair.key);
      const place = { key: offset, value: isEmpty(pair.value) ? offset : startOf(pair.value) };
      this.places.note(value, key, place);
      // As an assignment, `__proto__` would not be a key.
      Object.defineProperty(value, key, {
        value: read.value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
      height = Math.max(height, read.height);
      size += key.length + read.size;
    }
    return { value, height: height + 1, size };
  }

  #key({ key }: Pair, offsets: Map<string, number>): string | null {
    const offset = startOf(key);
    const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? '')) : null;
    if (name === null || isEmpty(key)) return this.#tell(offset, 'a key must be a plain text');
    if (name === '<<') return this.#tell(offset, 'merge keys (<<) are not supported; write the keys out');
    const first = offsets.get(name);
    if (first !== undefined) {
      const { line } = this.#lines.positionOf(first);
      return this.#tell(offset, `the key ${JSON.stringify(name)} is already given on line ${line}`);
    }
    offsets.set(name, offset);
    return name;
  }

  #scalar(node: Scalar): Read {
    const { value, source = '' } = node;
    const offset = startOf(node);
    if (typeof value === 'string' && this.#inArguments > 0)
      return { value, height: 0, size: 1 + value.length };
    if (typeof value === 'string') {
      const filled = fillIn(value, { isPlain: node.type === 'PLAIN', variables: this.#variables });
      for (const { reference, message } of filled.faults) {
        const within = this.#text.slice(offset, node.range?.[1]).indexOf(reference);
        this.#tell(offset + Math.max(0, within), message);
      }
      if (filled.faults.length > 0) this.unfilled.add(offset);
      const isKept = this.#inCalls > 0 && typeof filled.value === 'string';
      return { value: isKept ? value : filled.value, height: 0, size: 1 + value.length };
    }
    if (typeof value === 'number' && !isExact(value, source)) {
      this.#tell(offset, notKept(source));
    }
    return { value, height: 0, size: 1 };
  }

  #alias(node: Alias, depth: number): Read {
    const offset = startOf(node);
    this.#aliases++;
    if (this.#aliases > MAX_ALIASES) return this.#refuse(offset, `more than ${MAX_ALIASES} aliases`);
    const read = this.#anchors.get(node.source);
    if (read === undefined) this.#tell(offset, `there is no anchor &${node.source} before this`);
    if (read === null) this.#tell(offset, `*${node.source} stands within what it refers to`);
    if (read === undefined || read === null) return NOTHING;
    this.#repeated += read.size;
    if (this.#repeated > LIMITS.bodyBytes) {
      return this.#refuse(offset, 'aliases repeat more than 1 MiB; write less of it, or in fewer places');
    }
    return depth + read.height > LIMITS.jsonDepth ? this.#refuse(offset, tooDeep) : read;
  }

  #tell(offset: number, message: string): null {
    this.faults.push({ offset, message });
    return null;
  }

  #refuse(offset: number, message: string): Read {
    this.isRefused = true;
    this.#tell(offset, message);
    return NOTHING;
  }
}

function startOf(node: unknown): number {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
}

/** `key:` with nothing after it. */
const isEmpty = (node: unknown): boolean =>
  node === null || (isScalar(node) && node.value === null && node.source === '');

/** YAML writes whole numbers in other bases as well, `0x1f` and `0o17`. */
const isExact = (value: number, source: string): boolean =>
  /^[-+]?[\d.]+(?:[eE][-+]?\d+)?$/.test(source) ? isSafe(source) : Number.isSafeInteger(value);
