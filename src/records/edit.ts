/** Edits a record: cells by the official TOON encoder, put into a text whose other bytes stay. */

import { type Delimiter, encode, rawString } from '@toon-format/toon';
import type { BlockLine, Cell, Row } from './toon.ts';

/** Put in place of what stands between two offsets. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies the edits; at one place the one given first stands first. */
export function edited(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), inserted);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

export const endOf = ({ start, text }: BlockLine): number => start + text.length;

/** How lines end from here on, or else in the file, or else everywhere. */
export const lineBreakOf = (text: string, from: number): string =>
  /\r?\n/.exec(text.slice(from))?.[0] ?? /\r?\n/.exec(text)?.[0] ?? '\n';

/** A name as it stands in a header. */
export const encodedName = (name: string): string => encode({ [name]: 0 }).slice(0, -': 0'.length);

/** One line a row, not indented; a column the row has nothing for is left empty. */
export function encodedRows(
  rows: readonly Row[],
  columns: readonly string[],
  delimiter: Delimiter,
): string[] {
  // Under names of our own the cells come in the order of the columns, whatever those are called.
  const cells = rows.map((row) =>
    Object.fromEntries(columns.map((name, at) => [`c${at}`, written(row, name, at === 0)])),
  );
  return encode({ rows: cells }, { delimiter, indentSize: 1 })
    .split('\n')
    .slice(1)
    .map((line) => line.slice(1));
}

/** A row cannot start with nothing where the delimiter is a tab: it would pass for indentation. */
function written(row: Row, name: string, isFirst: boolean): unknown {
  const cell: Cell | undefined = Object.hasOwn(row, name) ? row[name] : undefined;
  if (cell === undefined) return isFirst ? '' : rawString('');
  return typeof cell === 'string' ? wellFormed(cell) : cell;
}

/** Half a character cannot be written as UTF-8. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
