/**
 * Rows added to the record of a runbook. Every byte of the file stays but for the count and the columns in the header
 * of a block that gets rows, and a delimiter at the end of its older rows for each new column. What would not read
 * back is not written.
 */

import { LIMITS } from '../workflow/definition.ts';
import type { FileFault } from '../workflow/file.ts';
import { RECORD_LANG, type Section, sectionsOf } from '../workflow/markdown/sections.ts';
import { type Edit, edited, encodedName, encodedRows, endOf, lineBreakOf, wellFormed } from './edit.ts';
import { phaseOfSection, recordsIn, sizeFault, tableAt, titleOf } from './read.ts';
import type { Broken, Row, Table } from './toon.ts';

/** One execution to write down, under the heading of its phase. */
export interface RecordRow {
  readonly phase: string;
  readonly columns: Row;
}

export interface Appended {
  readonly text: string;
  /** Why rows were not written; one for each heading concerned. */
  readonly faults: readonly FileFault[];
}

const STANDARD_COLUMNS = ['phase', 'agent', 'channel', 'input', 'output', 'duration_ms', 'status'];

/** The rows go to the last readable block under their heading, or to a new one at the end of its section. */
export function appendRecords(text: string, rows: readonly RecordRow[]): Appended {
  const tooLarge = sizeFault(text);
  if (tooLarge !== null) return { text, faults: [tooLarge] };
  const sections = sectionsByPhase(text);
  const edits: Edit[] = [];
  const faults: FileFault[] = [];
  const counts = new Map<string, number>();
  for (const [key, group] of byPhase(rows)) {
    const section = sections.get(key);
    const table = section === undefined ? null : lastTable(text, section);
    if (section === undefined) faults.push(noHeading(group));
    else if (table !== null && 'faults' in table) faults.push(...notRecorded(section, group, table));
    else {
      edits.push(...(table === null ? created(text, section, group) : grown(text, table, group)));
      counts.set(key, (table?.header.count ?? 0) + group.length);
    }
  }
  return checked(text, edited(text, edits), counts, faults);
}

/** Case does not tell steps apart. */
const keyOf = (phase: string): string => phase.toLowerCase();

function sectionsByPhase(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  for (const section of sectionsOf(text)) {
    const key = keyOf(phaseOfSection(section));
    if (!sections.has(key)) sections.set(key, section);
  }
  return sections;
}

function byPhase(rows: readonly RecordRow[]): Map<string, RecordRow[]> {
  const groups = new Map<string, RecordRow[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row.phase));
    if (group === undefined) groups.set(keyOf(row.phase), [row]);
    else group.push(row);
  }
  return groups;
}

/** Null where there is no block yet; what is wrong with the last one where all are broken. */
function lastTable(text: string, section: Section): Table | Broken | null {
  let broken: Broken | null = null;
  for (const block of recordsIn(section).reverse()) {
    const table = tableAt(text, block);
    if (!('faults' in table)) return table;
    broken ??= table;
  }
  return broken;
}

function noHeading(group: readonly RecordRow[]): FileFault {
  const message = `no heading is the phase ${group[0]?.phase}, so ${rowCount(group)} not recorded`;
  return { line: 1, column: 1, message };
}

function notRecorded(section: Section, group: readonly RecordRow[], { faults }: Broken): FileFault[] {
  const what = `${rowCount(group)} not recorded, as the record under "${titleOf(section)}" is broken`;
  return faults.slice(0, 1).map((fault) => ({ ...fault, message: `${what}: ${fault.message}` }));
}

const rowCount = ({ length }: readonly RecordRow[]): string =>
  length === 1 ? 'a row was' : `${length} rows were`;

function grown(text: string, { header, headerLine, rowLines }: Table, group: readonly RecordRow[]): Edit[] {
  const rows = group.map(cellsOf);
  const known = new Set(header.columns);
  const added = columnsOf(rows).filter((name) => !known.has(name));
  const insertion = (at: number, inserted: string): Edit => ({ start: at, end: at, text: inserted });
  const { start } = headerLine;
  const [indent = ''] = /^ */.exec(rowLines[0]?.text ?? ` ${headerLine.text}`) ?? [];
  const newLine = lineBreakOf(text, start) + indent;
  const lines = encodedRows(rows, [...header.columns, ...added], header.delimiter);
  const empty = header.delimiter.repeat(added.length);
  return [
    { start: start + header.countAt, end: start + header.countEnd, text: String(header.count + rows.length) },
    insertion(start + header.columnsEnd, added.map((name) => header.delimiter + encodedName(name)).join('')),
    ...(added.length === 0 ? [] : rowLines.map((line) => insertion(endOf(line), empty))),
    insertion(endOf(rowLines.at(-1) ?? headerLine), lines.map((line) => newLine + line).join('')),
  ];
}

function created(text: string, { contentEnd }: Section, group: readonly RecordRow[]): Edit[] {
  const rows = group.map(cellsOf);
  const columns = [...new Set([...STANDARD_COLUMNS, ...columnsOf(rows)])];
  const lines = [
    '',
    '',
    `\`\`\`${RECORD_LANG}`,
    `execution[${rows.length}]{${columns.map(encodedName).join(',')}}:`,
    ...encodedRows(rows, columns, ',').map((line) => ` ${line}`),
    '```',
  ];
  return [{ start: contentEnd, end: contentEnd, text: lines.join(lineBreakOf(text, 0)) }];
}

function cellsOf({ phase, columns }: RecordRow): Row {
  const cells = Object.entries({ phase, ...columns });
  return Object.fromEntries(cells.map(([name, cell]) => [wellFormed(name), cell]));
}

const columnsOf = (rows: readonly Row[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];

/** All or nothing: a code block left open, say, would swallow a new one. */
function checked(
  before: string,
  after: string,
  counts: ReadonlyMap<string, number>,
  faults: readonly FileFault[],
): Appended {
  const unchanged = (message: string): Appended => ({
    text: before,
    faults: [...faults, { line: 1, column: 1, message }],
  });
  if (sizeFault(after) !== null) {
    const most = `${LIMITS.workflowBytes} bytes (8 MiB)`;
    return unchanged(`no rows were recorded, as the file would exceed ${most}: move older rows elsewhere`);
  }
  const sections = sectionsByPhase(after);
  for (const [key, count] of counts) {
    const section = sections.get(key);
    const table = section === undefined ? null : lastTable(after, section);
    if (table === null || 'faults' in table || table.header.count !== count) {
      return unchanged(
        'no rows were recorded, as they would not read back: is a code block or a comment open?',
      );
    }
  }
  return { text: after, faults };
}
