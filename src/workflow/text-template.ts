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
