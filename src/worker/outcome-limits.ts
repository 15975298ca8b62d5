/**
 * The one table of limits for every part of an outcome, the same in this process and over NATS. A part of an error
 * that is longer is cut, and says so with its limit; an output or a record that is longer fails its attempt.
 */

import { LIMITS } from '../workflow/definition.ts';

export const OUTCOME_LIMITS = {
  nameCharacters: 200,
  messageCharacters: 4_000,
  codeCharacters: 200,
  stackCharacters: 8_000,
  stackFrames: 50,
  /** Longer is no HTTP date, and is left out. */
  retryAfterCharacters: 100,
  /** Errors in the chain of causes, and errors inside, each. */
  innerErrors: 8,
  innerStackCharacters: 4_000,
  innerDetailsBytes: 8 * 1024,
  detailsBytes: LIMITS.outputBytes,
  detailsDepth: LIMITS.jsonDepth,
  /** Fields found on what was thrown, when it names no `details`: all of them, and each. */
  fieldsBytes: 64 * 1024,
  fieldBytes: 16 * 1024,
  responseBodyBytes: 64 * 1024,
  responseHeaders: 50,
  responseHeaderCharacters: 1_000,
  /** The whole error as JSON: what it has most of is left out until it fits. */
  errorBytes: 512 * 1024,
  recordColumns: 1_000,
  recordNameCharacters: 100,
  recordCellCharacters: 4_000,
} as const;

/** The beginning of a text that is longer than `max` characters, which are named with it. */
export function cutText(text: string, max: number, what: string): string {
  if (text.length <= max) return text;
  const note = `… [cut: ${text.length} characters; a ${what} has at most ${max}]`;
  return startOf(text, Math.max(0, max - note.length)) + note;
}

/** No half of a character at the end. */
export function startOf(text: string, length: number): string {
  const start = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start;
}
