/** Numbers and lengths of time given to a command. What is too small or too large is for the server to say. */

import { InvalidArgumentError } from 'commander';
import { durationMs } from '../workflow/duration.ts';
import { isKept } from '../workflow/number-text.ts';

const numberOf = (text: string): number | null =>
  /^-?\d+(?:\.\d+)?$/.test(text) && isKept(text) ? Number(text) : null;

export function numberArgument(text: string): number {
  const number = numberOf(text);
  if (number === null)
    throw new InvalidArgumentError('It is not a number in decimal digits, like 30 or 0.5.');
  return number;
}

/** Seconds, from a number of them or a length of time with its unit. */
export function secondsArgument(text: string): number {
  const number = numberOf(text);
  if (number !== null) return number;
  const ms = durationMs(text);
  if (ms !== null) return ms / 1_000;
  throw new InvalidArgumentError('It is no length of time: give seconds, or like 500ms, 30s, 5m, 2h, 3d.');
}
