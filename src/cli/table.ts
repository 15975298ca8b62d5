/**
 * Columns as wide as their widest cell, and text in lines. A terminal that is too narrow for that gets what fits it:
 * the last column, which tells most, on a line of its own, and names cut short. What is no terminal gets all.
 */

import { stripVTControlCharacters } from 'node:util';
import type { Colors } from './output.ts';

export interface Cell {
  readonly text: string;
  readonly painted: string;
}

/** Columns of a terminal; no bound for a file or a pipe. */
export const widthOf = ({
  isTTY,
  columns,
}: {
  readonly isTTY?: boolean;
  readonly columns?: number;
}): number => (isTTY === true && columns !== undefined && columns > 0 ? columns : Number.POSITIVE_INFINITY);

/** These columns are of no use when cut short. */
const WHOLE = new Set(['ID', 'STATUS', 'CREATED', 'AT', 'UTC', 'AGE', 'UNTIL', 'TASK ID', 'LINK']);
const GAP = '  ';
const LEAST = 8;

export function table(
  header: readonly string[],
  rows: readonly (readonly (Cell | string)[])[],
  colors: Colors,
  width = Number.POSITIVE_INFINITY,
): string {
  const titles = header.map((text) => ({ text, painted: colors.dim(text) }));
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? { text: cell, painted: cell } : cell)),
  );
  const widths = titles.map((title, column) =>
    cells.reduce((most, row) => Math.max(most, row[column]?.text.length ?? 0), title.text.length),
  );
  if (lengthOf(widths) <= width) return [titles, ...cells].map((row) => line(row, widths)).join('\n');
  const narrow = fitted(header.slice(0, -1), widths.slice(0, -1), width);
  return [titles.slice(0, -1), ...cells]
    .flatMap((row) => {
      const last = row[narrow.length];
      const room = WHOLE.has(header[narrow.length] ?? '') ? Number.POSITIVE_INFINITY : width - GAP.length;
      const below = last === undefined || last.text === '' ? [] : [GAP + cut(last, room)];
      return [line(row.slice(0, narrow.length), narrow), ...below];
    })
    .join('\n');
}

const lengthOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));

/** Takes from the widest until all fits. */
function fitted(header: readonly string[], widths: readonly number[], width: number): number[] {
  const narrow = [...widths];
  while (lengthOf(narrow) > width) {
    const open = narrow.map((each, column) => (WHOLE.has(header[column] ?? '') ? 0 : each));
    const widest = Math.max(...open);
    if (widest <= LEAST) break;
    narrow[open.indexOf(widest)] = widest - 1;
  }
  return narrow;
}

const line = (row: readonly Cell[], widths: readonly number[]): string =>
  row
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return cut(cell, width) + ' '.repeat(Math.max(0, width - cell.text.length));
    })
    .join(GAP)
    .trimEnd();

const cut = ({ text, painted }: Cell, width: number): string =>
  text.length <= width ? painted : `${text.slice(0, width - 1)}…`;

/** Parts one after the other, in lines that fit, those after the first indented. */
export function fold(parts: readonly string[], between: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last}${between}${part}`;
    if (last === undefined) lines.push(part);
    else if (stripVTControlCharacters(joined).length <= width) lines[lines.length - 1] = joined;
    else lines.push(indent + part);
  }
  return lines.join('\n');
}
