/** The store's files as a stopped process leaves them: the database and what of its log is written. */

import { copyFileSync, existsSync, rmSync } from 'node:fs';

const PARTS = ['', '-wal'] as const;

export function copyStore(from: string, to: string): void {
  for (const part of PARTS) if (existsSync(from + part)) copyFileSync(from + part, to + part);
}

export function removeStore(path: string): void {
  for (const part of [...PARTS, '-shm', '-lock']) rmSync(path + part, { force: true });
}
