/** Collects the errors and warnings of a runbook while it is read. */

import type { FileFault } from '../file.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export class Findings {
  readonly #faults: FileFault[] = [];
  readonly #warnings: FileFault[] = [];

  fault({ line, column }: Position, message: string): void {
    this.#faults.push({ line, column, message });
  }

  warn({ line, column }: Position, message: string): void {
    this.#warnings.push({ line, column, message });
  }

  addAll(other: Findings): void {
    for (const fault of other.#faults) this.#faults.push(fault);
    for (const warning of other.#warnings) this.#warnings.push(warning);
  }

  /** In the order of the document. */
  get faults(): FileFault[] {
    return shown(this.#faults);
  }

  get warnings(): FileFault[] {
    return shown(this.#warnings);
  }
}

/** A document that is broken throughout is not to be answered with more than it holds. */
const MAX_SHOWN = 100;

function shown(findings: readonly FileFault[]): FileFault[] {
  const sorted = findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const [next] = sorted.splice(MAX_SHOWN);
  if (next === undefined) return sorted;
  return [...sorted, { ...next, message: `and ${findings.length - MAX_SHOWN} more from here on` }];
}
