/**
 * Unknown input to a known shape, by a zod schema, with every problem at once: each a JSON pointer into the input
 * and what to do about it. Whatever takes requests or files in (HTTP, NATS, JSON workflows) says no in these words.
 */

import { z } from 'zod';
import type { ErrorCode } from '../error-codes.ts';
import { type Fault, problemCount, Refusal } from '../errors.ts';

/** One who misspells this many fields of one object has another thing in mind, and each hint takes time. */
const MOST_HINTED = 100;

/** An object that names each field it does not know, and the known one that was probably meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key, at) => unknownField(key, at < MOST_HINTED ? known : [])).join('\n')
        : undefined,
  });
}

/** Says which of the known fields was probably meant. */
export function unknownField(key: string, known: readonly string[]): string {
  const hint = nearest(key, known);
  return `unknown field ${JSON.stringify(key)}${hint === null ? '' : `; did you mean "${hint}"?`}`;
}

/** Parses or refuses with `code`; `what` is the subject of the message, e.g. `the task`. */
export function parseWith<Output>(
  schema: z.ZodType<Output>,
  input: unknown,
  code: ErrorCode,
  what: string,
): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(code, what, faultsOf(result.error));
}

export function invalid(code: ErrorCode, what: string, faults: readonly Fault[]): Refusal {
  const count = problemCount(faults);
  const [first] = faults;
  const example = first === undefined ? '' : `: ${[first.pointer, first.message].join(' ').trim()}`;
  return new Refusal(code, `${what} has ${count}${example}`, { faults });
}

export function faultsOf(error: z.core.$ZodError): Fault[] {
  return problemsOf(error).map(({ path, message }) => ({ pointer: pointerTo(path), message }));
}

/** One problem with a value, or with its key: one that should not be there. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly ofKey: boolean;
}

export function problemsOf(error: z.core.$ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code !== 'unrecognized_keys')
      return [{ path: issue.path, message: wording(issue.message), ofKey: false }];
    const messages = issue.message.split('\n');
    return issue.keys.map((key, at) => ({
      path: [...issue.path, key],
      message: messages[at] ?? issue.message,
      ofKey: true,
    }));
  });
}

/** Said of what is not there. */
export const REQUIRED = 'is required';

function wording(message: string): string {
  if (message.endsWith('received undefined')) return REQUIRED;
  return message.replace(/^Invalid input: /, '');
}

/** RFC 6901. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The parts of a JSON pointer. */
export function pathOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Comparing longer ones with thousands of others takes seconds. */
const LONGEST_HINTED = 100;

/** The candidate within a third of the word's letters, or null: no hint is better than a silly one. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > LONGEST_HINTED) return null;
  let best: string | null = null;
  let least = Math.max(2, Math.ceil(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    // Two letters of three may be swapped; of one letter nothing would be left.
    if (distance < least && distance <= candidate.length) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const swap = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
