/** A text of a workflow with references in it: what is wrong with them, and which outputs it asks for. */

import { type OutputReference, parseTemplate } from './template.ts';

type Path = readonly string[];

export const textFaults = (path: Path, text: string): { readonly path: Path; readonly message: string }[] =>
  parseTemplate(text).faults.map((message) => ({ path, message }));

export const textOutputs = (path: Path, text: string): OutputReference[] =>
  parseTemplate(text).parts.flatMap((part) =>
    typeof part === 'string' || part.reference.step === null
      ? []
      : [{ path, source: part.source, step: part.reference.step }],
  );

/** The same of every text in a JSON value, keys included. */
export const jsonFaults = (path: Path, value: unknown): { readonly path: Path; readonly message: string }[] =>
  textsIn(path, value).flatMap(([place, text]) => textFaults(place, text));

export const jsonOutputs = (path: Path, value: unknown): OutputReference[] =>
  textsIn(path, value).flatMap(([place, text]) => textOutputs(place, text));

function textsIn(path: Path, value: unknown): (readonly [path: Path, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(Array.isArray(value) ? [] : [[[...path, key], key] as const]),
    ...textsIn([...path, key], member),
  ]);
}
