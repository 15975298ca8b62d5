/**
 * This agency stands for the hotel, the airline and the car rental. Their books are one file of lines, which no crash of the
 * server touches. Like real ones they do what is asked under one idempotency key once, however often it is asked.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Line {
  readonly key: string;
  readonly did: 'booked' | 'given back';
  readonly what: string;
  readonly number: string;
}

const FILE = process.env.TRIP_BOOKS ?? './.troupe/trip.jsonl';
/** The answer to a cancellation takes so long, after the cancellation is in the books. */
const ANSWER_MS = Number(process.env.TRIP_ANSWER_MS ?? 0);

export function book(key: string, what: string): Line {
  return find(key) ?? write({ key, did: 'booked', what, number: `B${lines().length + 1}` });
}

/** The agency gives back what was booked under the key `of`; null if nothing was. */
export async function giveBack(key: string, of: string, signal: AbortSignal): Promise<Line | null> {
  const booking = find(of);
  if (booking === null) return null;
  const line = find(key) ?? write({ ...booking, key, did: 'given back' });
  if (ANSWER_MS > 0) await wait(ANSWER_MS, undefined, { signal });
  return line;
}

const lines = (): Line[] =>
  existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => JSON.parse(text) as Line)
    : [];

const find = (key: string): Line | null => lines().find((line) => line.key === key) ?? null;

function write(line: Line): Line {
  mkdirSync(dirname(FILE), { recursive: true });
  appendFileSync(FILE, `${JSON.stringify(line)}\n`);
  return line;
}
