/** Questions to a record: which executions, and what they come to by the values of a column. */

import { Refusal } from '../errors.ts';
import { nearest } from '../workflow/parse.ts';
import { dateOrTimeMs } from '../workflow/time-text.ts';
import type { Execution, RecordBlock } from './read.ts';
import type { Cell } from './toon.ts';

/** The column a row says its time in, as ISO 8601. */
export const TIME_COLUMN = 'at';

/** Reads an ISO 8601 date, or a time with its zone; null for anything else that JavaScript would take. */
const cellMs = (value: Cell): number | null => (typeof value === 'string' ? dateOrTimeMs(value) : null);

/** All that is given must hold; case does not matter. */
export interface ExecutionFilter {
  readonly agent?: string | undefined;
  readonly channel?: string | undefined;
  readonly status?: string | undefined;
  readonly phase?: string | undefined;
}

export interface ExecutionGroup {
  /** The value that the rows share; null for rows that have nothing in the column. */
  readonly value: Cell;
  readonly executions: number;
  /** By column; cells that are no numbers do not count. */
  readonly sums: Readonly<Record<string, number>>;
}

export function matching(executions: readonly Execution[], filter: ExecutionFilter): Execution[] {
  const wanted = Object.entries(filter).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column, value: value.toLowerCase() }],
  );
  return executions.filter((execution) =>
    wanted.every(({ column, value }) => String(cellOf(execution, column) ?? '').toLowerCase() === value),
  );
}

/** Refused when no row says a time; `untimed` counts those of the others that say none. */
export function since(
  executions: readonly Execution[],
  fromMs: number,
): { readonly executions: readonly Execution[]; readonly untimed: number } {
  const timed = executions.flatMap((execution) => {
    const atMs = cellMs(cellOf(execution, TIME_COLUMN));
    return atMs === null ? [] : [{ execution, atMs }];
  });
  if (timed.length === 0 && executions.length > 0) {
    const message = `no row says when it was: that takes a column "${TIME_COLUMN}" of ISO 8601 times with their zone, as 2026-01-31T09:30:00Z`;
    throw new Refusal('NO_TIMES', message);
  }
  return {
    executions: timed.filter(({ atMs }) => atMs >= fromMs).map(({ execution }) => execution),
    untimed: executions.length - timed.length,
  };
}

/** In the order in which the values first appear; one group of all when there is no column to group by. */
export function grouped(
  executions: readonly Execution[],
  column: string | null,
  sums: readonly string[],
): ExecutionGroup[] {
  const groups = new Map<Cell, Execution[]>();
  for (const execution of executions) {
    const value = column === null ? null : cellOf(execution, column);
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [execution]);
    else group.push(execution);
  }
  return [...groups].map(([value, members]) => ({
    value,
    executions: members.length,
    sums: Object.fromEntries(sums.map((name) => [name, sumOf(members, name)])),
  }));
}

/** Every column of the record, in the order of its blocks. */
export const columnsOf = (blocks: readonly RecordBlock[]): string[] => [
  ...new Set(['phase', ...blocks.flatMap(({ columns }) => columns)]),
];

export function assertColumns(asked: readonly string[], columns: readonly string[]): void {
  const faults = asked
    .filter((name) => !columns.includes(name))
    .map((name) => {
      const hint = nearest(name, columns);
      const known = hint === null ? `there are ${columns.join(', ')}` : `did you mean "${hint}"?`;
      return { pointer: name, message: `no block has this column; ${known}` };
    });
  if (faults.length > 0) {
    throw new Refusal('UNKNOWN_COLUMN', 'the record has no such column', { faults });
  }
}

/** Empty, as cells from before a column was added are, is nothing. */
export function cellOf(execution: Execution, column: string): Cell {
  if (column === 'phase') return execution.phase;
  const cell = Object.hasOwn(execution.cells, column) ? execution.cells[column] : null;
  return cell === undefined || cell === '' ? null : cell;
}

/** Fifteen digits: 0.1 + 0.2 is 0.3 to whoever adds up money. */
function sumOf(executions: readonly Execution[], column: string): number {
  const sum = executions.reduce((total, execution) => {
    const cell = cellOf(execution, column);
    return typeof cell === 'number' ? total + cell : total;
  }, 0);
  return Number(sum.toPrecision(15));
}
