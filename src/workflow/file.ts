/**
 * A workflow file, YAML or Markdown, to the one definition every way of writing a workflow ends in. Bad content is
 * never thrown: all that is wrong with a file comes back at once, each problem with its line and column.
 */

import { type Fault, problemCount, Refusal } from '../errors.ts';
import { LIMITS, type WorkflowDefinition } from './definition.ts';
import type { FileFormat } from './file-format.ts';
import { parseMarkdownWorkflow } from './markdown/parse.ts';
import type { Surroundings } from './steps/kind.ts';
import { parseYamlWorkflow } from './yaml/parse.ts';

/** One problem and where it is; line and column count from 1. */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `definition` is null exactly when there are faults. */
export interface WorkflowFile {
  readonly definition: WorkflowDefinition | null;
  readonly faults: readonly FileFault[];
  readonly warnings: readonly FileFault[];
}

/** A file as it was written. */
export interface WorkflowSource {
  readonly format: FileFormat;
  readonly text: string;
}

export interface FileOptions extends Surroundings {
  /** Which of the file's `environments` is merged over its steps (`TROUPE_ENV`); null for none. */
  readonly environment: string | null;
  /** Fills in `${ENV:NAME}`; null refuses it, for files that are not the operator's own. */
  readonly variables: Readonly<Record<string, string | undefined>> | null;
}

/** The most lines of Markdown; a megabyte of headings takes seconds. */
const MAX_LINES = 200_000;

export function parseWorkflowFile(text: string, format: FileFormat, options: FileOptions): WorkflowFile {
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.workflowBytes) {
    const message = `the file is ${bytes} bytes; a workflow file has at most ${LIMITS.workflowBytes} (8 MiB): make several workflows of it`;
    return { definition: null, faults: [{ line: 1, column: 1, message }], warnings: [] };
  }
  const lines = format === 'markdown' ? lineCountOf(text) : 0;
  if (lines > MAX_LINES) {
    const message = `the file has ${lines} lines; a runbook has at most ${MAX_LINES}`;
    return { definition: null, faults: [{ line: 1, column: 1, message }], warnings: [] };
  }
  switch (format) {
    case 'yaml':
      return parseYamlWorkflow(text, options);
    case 'markdown':
      return parseMarkdownWorkflow(text, options);
  }
}

function lineCountOf(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Refuses with INVALID_WORKFLOW and every fault, its pointer being `line:column`. */
export function loadWorkflow(text: string, format: FileFormat, options: FileOptions): WorkflowDefinition {
  const { definition, faults } = parseWorkflowFile(text, format, options);
  if (definition !== null && faults.length === 0) return definition;
  const count = problemCount(faults);
  const [first] = faults;
  const example = first === undefined ? '' : `, first at ${first.line}:${first.column}: ${first.message}`;
  throw new Refusal('INVALID_WORKFLOW', `the workflow has ${count}${example}`, {
    faults: faults.map(
      ({ line, column, message }): Fault => ({
        pointer: `${line}:${column}`,
        message,
        line,
        column,
      }),
    ),
  });
}
