/** `${ENV:NAME}` in a text, filled from the environment the file is loaded in; `$${ENV:NAME}` is left as it is. */

import type { Fault } from '../../errors.ts';
import { isKept } from '../number-text.ts';
import { pointerTo } from '../parse.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

const NOT_YOURS = "only files on the server's own disk are filled from its environment; write the value";

const NOT_KEPT = ' is no number that JSON can keep; put the reference in quotes if it is a text';

interface Filled {
  readonly value: unknown;
  readonly faults: readonly { readonly reference: string; readonly message: string }[];
}

const REFERENCE = /(?<!\$)\$\{ENV:([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** YAML reads these as something other than text when they stand unquoted. */
const TYPED = /^(?:true|false|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?)$/;

/** Without variables a reference is a fault: whoever wrote the text has no business with our environment. */
export function fillIn(
  text: string,
  { isPlain, variables }: { isPlain: boolean; variables: Variables | null },
): Filled {
  if (!text.includes('${ENV:')) return { value: text, faults: [] };
  const faults: { reference: string; message: string }[] = [];
  const filled = text.replace(REFERENCE, (reference: string, name: string) => {
    const message = faultOf(reference, name, variables);
    if (message !== null) faults.push({ reference, message });
    return message === null ? (variables?.[name] ?? reference) : reference;
  });
  const isAlone = isPlain && /^\$\{[^}]*\}$/.test(text);
  // Unquoted, `retry_limit: ${ENV:RETRIES}` is the number that `retry_limit: 3` is.
  if (!isAlone || !TYPED.test(filled)) return { value: filled, faults };
  const value: unknown = JSON.parse(filled);
  // The value may be a secret, and is not shown.
  if (typeof value === 'number' && !isKept(filled))
    faults.push({ reference: text, message: text + NOT_KEPT });
  return { value, faults };
}

function faultOf(reference: string, name: string, variables: Variables | null): string | null {
  if (variables === null) {
    return `${reference}: ${NOT_YOURS}`;
  }
  if (!reference.endsWith('}') || !NAME.test(name)) return `${reference} should read \${ENV:NAME}`;
  return !Object.hasOwn(variables, name) || variables[name] === undefined
    ? `${reference}: the environment has no ${name}`
    : null;
}

/** Every reference in a JSON document that nobody fills, with its pointer. */
export function unfilledFaults(document: unknown, path: readonly string[] = []): Fault[] {
  if (typeof document === 'string') {
    const { faults } = fillIn(document, { isPlain: false, variables: null });
    return faults.map(({ message }) => ({ pointer: pointerTo(path), message }));
  }
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, member]) => unfilledFaults(member, [...path, key]));
}
