/** Says the faults that a schema finds in words for the writer of a file. */

import { REQUIRED } from '../parse.ts';

/** A missing key has no place of its own, so it is named; and YAML makes a number of `version: 1.0`. */
export function inFile(path: readonly PropertyKey[], message: string): string {
  if (message === REQUIRED) return `${String(path.at(-1))} ${REQUIRED}`;
  const isUnquoted = /expected string, received (?:number|boolean)$/.test(message);
  return isUnquoted ? `${message}; put it in quotes` : message;
}
