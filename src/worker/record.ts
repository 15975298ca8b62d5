/** The columns a handler adds to the record of its execution: cells of a table, of a length one can read. */

import type { FailureCode } from '../../machines/failure-codes.ts';
import { PermanentError } from './errors.ts';
import type { ExecutionRecord } from './job.ts';
import { OUTCOME_LIMITS as LIMIT } from './outcome-limits.ts';

/** Throws a permanent INVALID_RECORD that names the column and the limit. */
export function checkedColumns(columns: ExecutionRecord, before: ExecutionRecord = {}): ExecutionRecord {
  const why = recordFault({ ...before, ...columns });
  if (why === null) return columns;
  throw new PermanentError(`job.record: ${why}`, { code: 'INVALID_RECORD' satisfies FailureCode });
}

/** Returns the fault of a record, or null. */
export function recordFault(record: ExecutionRecord): string | null {
  const columns = Object.entries(record);
  if (columns.length > LIMIT.recordColumns)
    return `${columns.length} columns are too many; at most ${LIMIT.recordColumns}`;
  for (const [name, value] of columns) {
    if (name.length > LIMIT.recordNameCharacters)
      return `column ${name.slice(0, LIMIT.recordNameCharacters)}… has a name of ${name.length} characters; at most ${LIMIT.recordNameCharacters}`;
    const isCell = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    if (!isCell || String(value).length > LIMIT.recordCellCharacters)
      return `column ${name} must be a string of at most ${LIMIT.recordCellCharacters} characters, a number, a boolean or null`;
  }
  return null;
}
