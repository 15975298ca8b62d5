/**
 * Text with references in it: `${payload.x}`, `${steps.y.output.z}`, `${steps["Create Cart"].output.items[0].id}`;
 * `$${` is a literal `${`. Where the values go, and how they are written there, is the reader's business.
 */

import type { Reference } from './definition.ts';
import { nameKey } from './name-key.ts';

/** A reference as it stands in the text. */
export interface Slot {
  /** With its `${` and `}`. */
  readonly source: string;
  readonly reference: Reference;
}

/** A reference to the output of a step, and where it stands in the step that has it. */
export interface OutputReference {
  readonly path: readonly string[];
  readonly source: string;
  readonly step: string;
}

/** A text with references in it, and where it stands. */
export interface PlacedText {
  readonly path: readonly string[];
  readonly text: string;
}

export interface Template {
  readonly parts: readonly (string | Slot)[];
  readonly faults: readonly string[];
}

/** References are looked up in this. */
export interface Scope {
  readonly payload: Readonly<Record<string, unknown>>;
  /** Outputs by step name. */
  readonly dependencies: Readonly<Record<string, unknown>>;
}

const OPENING = /\$?\$\{/g;
const ACCESSOR = /\.([^\s.[\]{}"'$]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\['([^']*)'\]/gu;
const REFERENCE = new RegExp(`\\s*(payload|steps)((?:${ACCESSOR.source})*)\\s*\\}`, 'uy');

const FORMS =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what to write, not a template.
  'write ${payload.x}, ${steps.name.output.x} or ${steps["a name"].output.x}, or $${ for a plain ${';

export function parseTemplate(text: string): Template {
  const parts: (string | Slot)[] = [];
  const faults: string[] = [];
  let at = 0;
  for (const { 0: opening, index } of text.matchAll(OPENING)) {
    if (index < at) continue;
    parts.push(text.slice(at, index));
    const start = index + opening.length;
    if (opening === '$${') {
      parts.push('${');
      at = start;
      continue;
    }
    REFERENCE.lastIndex = start;
    const [inside, root, accessors] = REFERENCE.exec(text) ?? [];
    const reference = inside === undefined ? null : referenceOf(root, keysOf(accessors ?? ''));
    at = inside === undefined ? endOf(text, start) : start + inside.length;
    const source = text.slice(index, at);
    if (reference === null) faults.push(`${source} is no reference; ${FORMS}`);
    else parts.push({ source, reference });
  }
  parts.push(text.slice(at));
  return { parts: parts.filter((part) => part !== ''), faults };
}

/** Past the brace that was probably meant, so that the rest of the text is still read. */
function endOf(text: string, start: number): number {
  const brace = text.indexOf('}', start);
  return brace < 0 ? text.length : brace + 1;
}

/** The keys on the way to a value; null for a text that JSON cannot read. */
export function keysOf(accessors: string): string[] | null {
  try {
    return [...accessors.matchAll(ACCESSOR)].map(
      ([, dotted, index, quoted, plain]) => dotted ?? index ?? plain ?? String(JSON.parse(quoted ?? '')),
    );
  } catch {
    // A string with an escape that JSON does not have.
    return null;
  }
}

function referenceOf(root: string | undefined, keys: string[] | null): Reference | null {
  if (keys === null) return null;
  if (root === 'payload') return { step: null, path: keys };
  const [step, output, ...path] = keys;
  return step !== undefined && output === 'output' ? { step, path } : null;
}

export const slotsOf = (parts: Template['parts']): Slot[] => parts.filter((part) => typeof part !== 'string');

/** Every text in a JSON value, keys included. */
export function textsOf(path: readonly string[], value: unknown): PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(Array.isArray(value) ? [] : [{ path: [...path, key], text: key }]),
    ...textsOf([...path, key], member),
  ]);
}

/** Every reference in these to the output of a step. */
export function outputsIn(texts: readonly PlacedText[]): OutputReference[] {
  return texts.flatMap(({ path, text }) =>
    slotsOf(parseTemplate(text).parts).flatMap(({ source, reference: { step } }) =>
      step === null ? [] : [{ path, source, step }],
    ),
  );
}

/** The reference, of a text that is nothing else. */
export function soleSlot(text: string): Slot | null {
  const [only, ...more] = parseTemplate(text).parts;
  return typeof only === 'object' && more.length === 0 ? only : null;
}

/** The value, or why there is none: what is missing on the way to it. */
export function lookUp({ step, path }: Reference, scope: Scope): { value: unknown } | { missing: string } {
  let place = step === null ? 'payload' : `steps.${step}.output`;
  let value: unknown =
    step === null ? scope.payload : (own(scope.dependencies, step) ?? lookAlike(scope.dependencies, step));
  for (const key of path) {
    if (value === undefined) break;
    if (value === null) return { missing: `${place} is null` };
    place = `${place}.${key}`;
    value = own(value, key);
  }
  return value === undefined ? { missing: `there is no ${place}` } : { value };
}

/** The output of a step whose name is spelled in the other Unicode form. */
function lookAlike(outputs: Scope['dependencies'], step: string): unknown {
  const sought = nameKey(step);
  const name = Object.keys(outputs).find((each) => nameKey(each) === sought);
  return name === undefined ? undefined : outputs[name];
}

/** Returns an own field; a list has only its elements, and nothing comes from a prototype. */
function own(container: unknown, key: string): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  if (Array.isArray(container)) return /^\d+$/.test(key) ? container[Number(key)] : undefined;
  return Object.hasOwn(container, key) ? (container as Record<string, unknown>)[key] : undefined;
}
