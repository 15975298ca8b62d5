/** Measures a piece of work: time, CPU, commits, memory and disk, of this process and of its store. */

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { toPromise } from 'xstate';
import type { TaskRequest, Troupe } from '../../src/index.ts';

export type Figures = Readonly<Record<string, number>>;

export interface Costs {
  readonly ms: number;
  readonly cpuMs: number;
  /** Each is one fsync of the log; a checkpoint, every 32 MB, adds two that are not counted. */
  readonly commits: number;
  readonly diskBytes: number;
}

export const peakMemoryMb = (): number => process.resourceUsage().maxRSS / 1_024;

export async function measure(troupe: Troupe, db: string, work: () => Promise<unknown>): Promise<Costs> {
  const commitsBefore = await commitsOf(troupe);
  const bytesBefore = storedBytes(db);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    ms,
    cpuMs: (user + system) / 1_000,
    commits: (await commitsOf(troupe)) - commitsBefore,
    diskBytes: storedBytes(db) - bytesBefore,
  };
}

/** `natsCpuMsPerOrder` for the prefix `nats` and the unit `Order`. */
export function costsPer(unit: string, count: number, costs: Costs, prefix = ''): Figures {
  const named = (name: string): string =>
    prefix === '' ? name : `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    [named(`cpuMsPer${unit}`)]: costs.cpuMs / count,
    [named(`fsyncsPer${unit}`)]: costs.commits / count,
    [named('peakMemoryMb')]: peakMemoryMb(),
    [named(`diskBytesPer${unit}`)]: costs.diskBytes / count,
  };
}

export const perSecond = (count: number, { ms }: Pick<Costs, 'ms'>): number => count / (ms / 1_000);

/** Returns the bytes of the file itself, with the rest of the log copied into it. */
function storedBytes(db: string): number {
  const connection = new Database(db);
  connection.pragma('wal_checkpoint(PASSIVE)');
  connection.close();
  return statSync(db).size;
}

const commitsOf = async (troupe: Troupe): Promise<number> =>
  Number(/^troupe_commits (\d+)/m.exec((await troupe.metrics()).text)?.[1] ?? 0);

export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Each look costs the engine something. */
const LOOK_EVERY_MS = 25;

/** Resolves once as many tasks as that are complete. `hint` says more cheaply when that cannot be yet. */
export async function completed(troupe: Troupe, count: number, hint?: () => number): Promise<void> {
  if (hint !== undefined) while (hint() < count) await pause(2);
  while (troupe.health().tasks.complete < count) await pause(hint === undefined ? LOOK_EVERY_MS : 1);
}

/** How long each of some tasks takes from submission to its end, one after the other. */
export async function oneByOne(troupe: Troupe, request: TaskRequest, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    const { taskId } = await troupe.submit(request);
    await toPromise(troupe.actor(taskId));
    times.push(performance.now() - started);
  }
  return times;
}

/** Runs in a folder that is gone afterwards. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
