/** The optional YAML between `---` lines at the top of a runbook: name, namespace, version, deadline, compensate. */

import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { DURATION_FORMS, durationMs } from '../duration.ts';
import { identityField, nameField } from '../fields.ts';
import { faultsOf, strict } from '../parse.ts';
import type { Findings, Position } from './findings.ts';
import type { DocumentLine } from './lines.ts';

/** A number of seconds is a text here, as everything is. */
const msOf = (text: string): number | null => durationMs(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text);

const schema = strict({
  name: identityField.optional(),
  namespace: identityField.optional(),
  version: nameField.optional(),
  /** Milliseconds, once it is read. */
  deadline: z
    .string()
    .refine((text) => msOf(text) !== null, DURATION_FORMS)
    .transform((text) => msOf(text) ?? 0)
    .optional(),
  compensate: z.enum(['on_failure', 'by_hand']).optional(),
});

export type FrontMatter = z.output<typeof schema>;

const FORM = 'front matter is lines of "key: value"';
/** Enough for its keys and comments. */
const MAX_CHARACTERS = 1_000;
/** A comment, or a key with a value. What nests is kept from the YAML parser, whose stack it could exhaust. */
const FLAT = /^(?:\s*(?:#.*)?|["']?[\w-]+["']?[ \t]*:[^[{]*(?:[[{][^[{]*){0,9})$/;

export function frontMatterOf(
  document: string,
  lines: readonly DocumentLine[],
  findings: Findings,
): FrontMatter {
  const end = lines.findIndex(({ kind }) => kind !== 'frontMatter');
  const block = lines.slice(0, end === -1 ? undefined : end);
  const [first] = block;
  const last = block.at(-1);
  if (first === undefined || last === undefined) return {};
  const top = { line: 1, column: 1 };
  if (block.length === 1 || last.text.trimEnd() !== '---') {
    findings.fault(top, 'the front matter that begins here is not closed: end it with a line ---');
    return {};
  }
  const start = block[1]?.start ?? last.start;
  if (last.start - start > MAX_CHARACTERS) {
    findings.fault(top, `front matter has at most ${MAX_CHARACTERS} characters`);
    return {};
  }
  const nested = block.slice(1, -1).filter(({ text }) => !FLAT.test(text));
  for (const { number: line } of nested) findings.fault({ line, column: 1 }, FORM);
  return nested.length > 0 ? {} : parseYaml(document.slice(start, last.start), findings);
}

/** Every scalar is a text (the failsafe schema), so that `version: 1.0` is not 1. */
function parseYaml(text: string, findings: Findings): FrontMatter {
  const counter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: counter, prettyErrors: false });
  const placeAt = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: line + 1, column: col };
  };
  for (const { pos, message } of [...document.errors, ...document.warnings])
    findings.fault(placeAt(pos[0]), message);
  if (document.errors.length > 0 || document.contents === null) return {};
  if (!isMap(document.contents)) {
    findings.fault(placeAt(0), FORM);
    return {};
  }
  const values = new Map<string, unknown>();
  const places = new Map<string, Position>();
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (value === null || isScalar(value)) values.set(name, value?.value ?? '');
    else findings.fault(placeAt(key.range?.[0] ?? 0), FORM);
    places.set(name, placeAt(key.range?.[0] ?? 0));
  }
  const result = schema.safeParse(Object.fromEntries(values));
  if (result.success) return result.data;
  for (const { pointer, message } of faultsOf(result.error)) {
    const key = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    findings.fault(
      places.get(key) ?? placeAt(0),
      Object.hasOwn(schema.shape, key) ? `${key} ${message}` : message,
    );
  }
  return {};
}
