/** `troupe sessions`: what a runbook records of its executions, row by row or added up. */

import { type Command, InvalidArgumentError } from 'commander';
import type { Execution } from '../records/read.ts';
import {
  assertColumns,
  cellOf,
  columnsOf,
  type ExecutionGroup,
  grouped,
  matching,
  since,
  TIME_COLUMN,
} from '../records/sessions.ts';
import type { Cell as TableCell } from '../records/toon.ts';
import { durationMs } from '../workflow/duration.ts';
import { dateOrTimeMs, TIME_FORM } from '../workflow/time-text.ts';
import { type Colors, colorsFor, plain, print, printJson, say } from './output.ts';
import { openRecords, readFlow } from './record-file.ts';
import { type Cell, table } from './table.ts';

interface SessionsOptions {
  readonly agent?: string;
  readonly channel?: string;
  readonly status?: string;
  readonly phase?: string;
  readonly since?: number;
  readonly group?: string;
  readonly sum?: readonly string[];
  readonly json?: true;
}

export function addSessions(program: Command): void {
  program
    .command('sessions')
    .argument('<file>', 'a runbook: Markdown with session-toon blocks')
    .description('What a runbook records of its executions: a row for each step that was executed.')
    .option('--agent <name>', 'only rows of this agent')
    .option('--channel <name>')
    .option('--status <status>', 'success, failed, skipped or timeout')
    .option('--phase <phase>', 'only this step, as the rows name it: CheckInventory')
    .option('--since <time>', 'only rows from then on: 2026-05-01, 2026-05-01T08:00:00Z, or 2h ago', sinceMs)
    .option('--group <column>', 'count the rows by their values in a column, any of them')
    .option('--sum <column>', 'and add up a column; may be given more than once', collect)
    .option('--json', 'print {"rows":[…],"faults":[…]}, or {"groups":[…],"faults":[…]}')
    .addHelpText(
      'after',
      `\nA row says when it was in a column "${TIME_COLUMN}", an ISO 8601 time, as \`troupe run --record\` writes it;\n--since takes no row without it.` +
        '\nExits 1 when a block of the file is broken: the others are read all the same.',
    )
    .action(showSessions);
}

const collect = (column: string, columns: readonly string[] = []): string[] => [...columns, column];

function sinceMs(argument: string): number {
  const agoMs = durationMs(argument.replace(/ ago$/, ''));
  const fromMs = agoMs === null ? dateOrTimeMs(argument) : Date.now() - agoMs;
  if (fromMs !== null) return fromMs;
  throw new InvalidArgumentError(`Give a date, ${TIME_FORM}, or how long ago: 30m, 2h.`);
}

function showSessions(path: string, options: SessionsOptions): void {
  const { agent, channel, status, phase, group, sum = [], json } = options;
  const { text, blocks, faults } = openRecords(path);
  readFlow(path, text);
  const columns = columnsOf(blocks);
  const all = blocks.flatMap(({ executions }) => executions);
  if (all.length > 0) assertColumns(group === undefined ? sum : [group, ...sum], columns);
  const chosen = matching(all, { agent, channel, status, phase });
  const executions = options.since === undefined ? chosen : timely(chosen, options.since);
  const colors = colorsFor(process.stdout);
  if (group !== undefined || sum.length > 0) {
    const groups = grouped(executions, group ?? null, sum);
    if (json) printJson({ groups, faults });
    else print(groupTable(groups, group, sum, colors));
  } else if (json) {
    printJson({
      rows: executions.map((execution) => ({ phase: execution.phase, ...execution.cells })),
      faults,
    });
  } else if (executions.length === 0) say('No such rows.');
  else print(rowTable(executions, columns, colors));
}

function timely(chosen: readonly Execution[], fromMs: number): readonly Execution[] {
  const { executions, untimed } = since(chosen, fromMs);
  if (untimed > 0) say(`${untimed} of ${chosen.length} rows left out: they say no time with its zone.`);
  return executions;
}

/** Columns none of the rows has anything in are left out. */
function rowTable(executions: readonly Execution[], columns: readonly string[], colors: Colors): string {
  const used = columns.filter((column) => executions.some((execution) => cellOf(execution, column) !== null));
  const rows = executions.map((execution) =>
    used.map((column) => shown(cellOf(execution, column), column === 'status' ? colors : null)),
  );
  return table(used.map(title), rows, colors);
}

function groupTable(
  groups: readonly ExecutionGroup[],
  column: string | undefined,
  sums: readonly string[],
  colors: Colors,
): string {
  const rows = groups.map(({ value, executions, sums: added }) => [
    ...(column === undefined ? [] : [shown(value ?? '–', null)]),
    String(executions),
    ...sums.map((name) => String(added[name])),
  ]);
  return table([...(column === undefined ? [] : [column]), 'rows', ...sums].map(title), rows, colors);
}

const title = (column: string): string => plain(column).toUpperCase();

function shown(cell: TableCell, colors: Colors | null): Cell {
  const text = cell === null ? '' : plain(cell);
  if (colors === null) return { text, painted: text };
  const paint = { success: colors.green, failed: colors.red, timeout: colors.red }[text] ?? colors.gray;
  return { text, painted: paint(text) };
}
