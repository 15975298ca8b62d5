/**
 * This carrier keeps its books and its map in files of lines, which no crash of the server touches. Like a real one it does
 * what is asked under one idempotency key once, however often it is asked.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

interface Line {
  readonly key: string;
  readonly box: string;
  readonly to: string;
  readonly parcel: string;
}

const BOOKS = process.env.CARRIER_BOOKS ?? './.troupe/parcels.jsonl';
/** Addresses that were added since its map was printed. */
const MAP = process.env.CARRIER_MAP ?? './.troupe/carrier-map.txt';
/** The answer takes so long, after the parcel is in the books. */
const ANSWER_MS = Number(process.env.CARRIER_ANSWER_MS ?? 300);
/** It answers so many times, and then no more until the server is started anew. */
const ANSWERS = Number(process.env.CARRIER_ANSWERS ?? Number.POSITIVE_INFINITY);

/** The map does not have this street. */
export const UNKNOWN_STREET = 'Nowhere Lane';

export const isKnown = (address: string): boolean =>
  !address.endsWith(UNKNOWN_STREET) || linesOf(MAP).includes(address);

let answered = 0;

export async function ship(key: string, box: string, to: string, signal: AbortSignal): Promise<Line> {
  const books = linesOf(BOOKS).map((text) => JSON.parse(text) as Line);
  const line =
    books.find((each) => each.key === key) ?? write({ key, box, to, parcel: `P${books.length + 1}` });
  await wait(answered++ < ANSWERS ? ANSWER_MS : 600_000, undefined, { signal });
  return line;
}

const linesOf = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((text) => text !== '')
    : [];

function write(line: Line): Line {
  mkdirSync(dirname(BOOKS), { recursive: true });
  appendFileSync(BOOKS, `${JSON.stringify(line)}\n`);
  return line;
}
