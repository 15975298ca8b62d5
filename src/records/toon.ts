/**
 * One `session-toon` block: `execution[N]{columns}:` and its rows, strictly by the official TOON library. Beside the
 * values it keeps where each line stands in the file, so that rows can be added without touching the others.
 */

import { type DecodeOptions, type Delimiter, decodeFromLines, decodeStreamSync } from '@toon-format/toon';
import { reasonOf } from '../errors.ts';
import type { FileFault } from '../workflow/file.ts';

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** A line of the block that is neither blank nor a comment. */
export interface BlockLine {
  readonly text: string;
  /** Offset into the file. */
  readonly start: number;
  /** Counted from 1, in the file. */
  readonly line: number;
}

export interface Header {
  readonly count: number;
  /** Offsets into the line: of the count, and of the brace that closes the columns. */
  readonly countAt: number;
  readonly countEnd: number;
  readonly columnsEnd: number;
  readonly delimiter: Delimiter;
  readonly columns: readonly string[];
}

export interface Table {
  readonly header: Header;
  readonly headerLine: BlockLine;
  readonly rowLines: readonly BlockLine[];
  readonly rows: readonly Row[];
}

const HEADER = /^( *(?:execution|"execution")\[)(0|[1-9]\d*)([\t|]?)\]\{(.*)\}: *$/s;
const FORM = 'execution[N]{phase,…}:';
/** So many broken rows are told one by one. */
const TOLD_ROWS = 10;

export interface Broken {
  readonly faults: readonly FileFault[];
}

/** The block between two offsets of the file; `line` is that of its first line. */
export function readTable(file: string, start: number, end: number, line: number): Table | Broken {
  const all = linesOf(file, start, end, line);
  const [headerLine, ...rowLines] = all.filter(({ text }) => !/^ *(?:#|$)/.test(text));
  if (headerLine === undefined) {
    return { faults: [{ line, column: 1, message: `the record is empty; write ${FORM}` }] };
  }
  const header = readHeader(headerLine);
  if ('message' in header) return { faults: [header] };
  const indent = indentOf(headerLine);
  const indentSize = Math.max(1, indentOf(rowLines[0] ?? headerLine) - indent);
  try {
    const toon = all.map((at) => outdent(at, indent));
    const rows = tableOf(decodeFromLines(toon, { indentSize }));
    if (rows?.length === rowLines.length) return { header, headerLine, rowLines, rows };
    return { faults: [faultAt(headerLine, `a record holds nothing but ${FORM} and its rows`)] };
  } catch (error) {
    const faults = diagnose(header, headerLine, rowLines, indentSize);
    return { faults: faults.length > 0 ? faults : [libraryFault(error, all)] };
  }
}

function linesOf(file: string, start: number, end: number, firstLine: number): BlockLine[] {
  let offset = start;
  return file
    .slice(start, end)
    .split('\n')
    .map((raw, index) => {
      const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      const at = { text, start: offset, line: firstLine + index };
      offset += raw.length + 1;
      return at;
    });
}

const indentOf = ({ text }: BlockLine): number => text.length - text.replace(/^ +/, '').length;

/** A block in a list is indented as a whole. */
const outdent = (line: BlockLine, indent: number): string =>
  line.text.slice(Math.min(indent, indentOf(line)));

function readHeader(headerLine: BlockLine): Header | FileFault {
  const [, before = '', digits = '', mark = '', names = ''] = HEADER.exec(headerLine.text) ?? [];
  if (digits === '') return faultAt(headerLine, `a record starts with ${FORM}`);
  try {
    const columns = columnsOf(names, mark);
    if (columns === null) return faultAt(headerLine, 'the columns of a record are plain names, not groups');
    return {
      count: Number(digits),
      countAt: before.length,
      countEnd: before.length + digits.length,
      columnsEnd: headerLine.text.lastIndexOf('}'),
      delimiter: mark === '|' || mark === '\t' ? mark : ',',
      columns,
    };
  } catch (error) {
    return faultAt(headerLine, wording(error));
  }
}

/** The library says what the names are, even of a table without rows, if it is shown one with a row. */
function columnsOf(names: string, mark: string): string[] | null {
  const cells = decodeFromLines([`names[0${mark}]: ${names}`], { strict: false });
  const width = typeof cells === 'object' && cells !== null && 'names' in cells ? cells.names : [];
  const row = Array.from(Array.isArray(width) ? width : [], () => '0').join(mark || ',');
  const columns: string[] = [];
  let objects = 0;
  for (const event of decodeStreamSync([`execution[1${mark}]{${names}}:`, ` ${row}`], { indentSize: 1 })) {
    if (event.type === 'startObject') objects++;
    if (event.type === 'key') columns.push(event.key);
  }
  // The document and the row are objects; a third is a group of columns.
  return objects > 2 ? null : columns.slice(1);
}

function tableOf(value: unknown): Row[] | null {
  if (!isObject(value) || Object.keys(value).length !== 1) return null;
  const { execution } = value;
  return Array.isArray(execution) && execution.every(isRow) ? execution : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRow = (value: unknown): value is Row => isObject(value) && Object.values(value).every(isCell);

const isCell = (value: unknown): value is Cell => value === null || typeof value !== 'object';

/** Everything wrong with a table at once, where the library stops at the first: each row is read on its own. */
function diagnose(
  header: Header,
  headerLine: BlockLine,
  rowLines: readonly BlockLine[],
  indentSize: number,
): FileFault[] {
  const indent = indentOf(headerLine);
  const opening = outdent(headerLine, indent).replace(/\[\d+/, '[1');
  const broken = rowLines.flatMap((row) => {
    if (indentOf(row) <= indent) return [faultAt(row, 'a row is indented under its header')];
    const fault = faultOf([opening, outdent(row, indent)], { indentSize });
    return fault === null ? [] : [faultAt(row, fault)];
  });
  const told = broken.slice(0, TOLD_ROWS);
  const next = broken[TOLD_ROWS];
  if (next !== undefined) {
    told.push({ ...next, message: `${broken.length - TOLD_ROWS} more rows are broken, from this one on` });
  }
  if (header.count === rowLines.length) return told;
  const message = `[${header.count}] does not agree with the ${rowLines.length} rows; write [${rowLines.length}]`;
  return [{ line: headerLine.line, column: header.countAt + 1, message }, ...told];
}

function faultOf(lines: readonly string[], options: DecodeOptions): string | null {
  try {
    decodeFromLines(lines, options);
    return null;
  } catch (error) {
    return wording(error);
  }
}

function libraryFault(error: unknown, lines: readonly BlockLine[]): FileFault {
  const line = error instanceof Error && 'line' in error ? Number(error.line) : 1;
  const at = lines[line - 1] ?? lines[0];
  return at === undefined ? { line: 1, column: 1, message: wording(error) } : faultAt(at, wording(error));
}

/** The library counts lines from the block's start; a fault has the file's. */
const wording = (error: unknown): string => reasonOf(error).replace(/^Line \d+: /, '');

const faultAt = (at: BlockLine, message: string): FileFault => ({
  line: at.line,
  column: indentOf(at) + 1,
  message,
});
