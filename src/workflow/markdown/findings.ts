/** What is wrong with a runbook, or merely odd, collected while it is read. */

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
    for (const fault of other.faults) this.#faults.push(fault);
    for (const warning of other.warnings) this.#warnings.push(warning);
  }

  /** In the order of the document. */
  get faults(): FileFault[] {
    return this.#faults.toSorted(byPosition);
  }

  get warnings(): FileFault[] {
    return this.#warnings.toSorted(byPosition);
  }
}

const byPosition = (a: Position, b: Position): number => a.line - b.line || a.column - b.column;
