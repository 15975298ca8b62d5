/**
 * The record of a runbook: what its `session-toon` blocks say was executed, block by block under their headings.
 * A broken block is a fault with its line; the others still load.
 */

import { LIMITS } from '../workflow/definition.ts';
import type { FileFault } from '../workflow/file.ts';
import { parseHeading } from '../workflow/markdown/heading.ts';
import { phaseOf } from '../workflow/markdown/names.ts';
import { type CodeBlock, RECORD_LANG, type Section, sectionsOf } from '../workflow/markdown/sections.ts';
import { type Broken, type Cell, type Row, readTable, type Table } from './toon.ts';

/** One execution: its cells, and its line in the file. */
export interface Execution {
  /** The row's own `phase`, or else that of the heading it stands under. */
  readonly phase: string;
  readonly cells: Row;
  readonly line: number;
}

export interface RecordBlock {
  readonly heading: string;
  /** The phase in the heading. */
  readonly phase: string;
  readonly columns: readonly string[];
  readonly executions: readonly Execution[];
  /** The line of the block's header. */
  readonly line: number;
}

export interface Records {
  readonly blocks: readonly RecordBlock[];
  readonly faults: readonly FileFault[];
}

/** Never throws: whatever cannot be read is among the faults. */
export function readRecords(text: string): Records {
  const tooLarge = sizeFault(text);
  if (tooLarge !== null) return { blocks: [], faults: [tooLarge] };
  const blocks: RecordBlock[] = [];
  const faults: FileFault[] = [];
  for (const section of sectionsOf(text)) {
    for (const block of recordsIn(section)) {
      const table = tableAt(text, block);
      if ('faults' in table) faults.push(...table.faults);
      else blocks.push(recordOf(section, table));
    }
  }
  return { blocks, faults };
}

export function sizeFault(text: string): FileFault | null {
  const bytes = Buffer.byteLength(text);
  if (bytes <= LIMITS.workflowBytes) return null;
  const message = `the file is ${bytes} bytes; a runbook has at most ${LIMITS.workflowBytes} (8 MiB)`;
  return { line: 1, column: 1, message };
}

/** `Re-run Tests @ci #builds !` is `RerunTests`. */
export const phaseOfSection = (section: Section): string => phaseOf(titleOf(section));

/** The heading without its marks. */
export const titleOf = ({ heading }: Section): string => parseHeading(heading).name;

export const recordsIn = (section: Section): CodeBlock[] =>
  section.blocks.filter(({ lang }) => lang === RECORD_LANG);

export const tableAt = (text: string, block: CodeBlock): Table | Broken =>
  readTable(text, block.start, block.end, block.line + 1);

function recordOf(section: Section, { header, headerLine, rows, rowLines }: Table): RecordBlock {
  const phase = phaseOfSection(section);
  return {
    heading: titleOf(section),
    phase,
    columns: header.columns,
    executions: rows.map((cells, index) => ({
      phase: textOf(cells['phase']) || phase,
      cells,
      line: rowLines[index]?.line ?? headerLine.line,
    })),
    line: headerLine.line,
  };
}

const textOf = (cell: Cell | undefined): string => (cell === undefined || cell === null ? '' : String(cell));
