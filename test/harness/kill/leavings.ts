/** A killed process leaves its store and a log of executions in a folder. */

import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from './protocol.ts';

export class Leavings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get db(): string {
    return join(this.#folder, 'troupe.db');
  }

  get log(): string {
    return join(this.#folder, 'executions.log');
  }

  /** The file as the dead process left it, for looking at: opening the file itself would recover it. */
  copy(): string {
    const copy = join(this.#folder, 'copy.db');
    for (const part of ['', '-wal']) {
      if (existsSync(this.db + part)) copyFileSync(this.db + part, copy + part);
    }
    return copy;
  }

  executions(): LogLine[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as LogLine);
  }
}
