/**
 * The crash matrix. A scenario is played once without a stop, and at every point the disk and the world are kept as a
 * stopped process would leave them; from each of these another process goes on. All must end as the first did.
 */

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { auditStore } from './audit.ts';
import { copyStore, removeStore } from './disk.ts';
import { Life, type PointKind } from './life.ts';
import { type Portrait, portrait } from './portrait.ts';
import type { Receiver } from './receiver.ts';
import { restFaults } from './rest-faults.ts';
import type { Scenario } from './scenario.ts';
import { newWorld, type World } from './world.ts';

interface Point {
  readonly kind: PointKind;
  readonly db: string;
  readonly world: World;
}

export interface MatrixOptions {
  readonly scenario: Scenario;
  /** Empty; for the stores. */
  readonly folder: string;
  readonly receiver: Receiver;
  /** Goes on from every nth point only. */
  readonly every?: number;
  /** Goes on from no further point once it has found something. */
  readonly untilFound?: boolean;
}

export interface MatrixReport {
  /** Points gone on from, by kind. */
  readonly points: Readonly<Partial<Record<PointKind, number>>>;
  readonly findings: readonly string[];
}

const dice = (): number => 0.5;

export async function tryMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const { scenario, folder, every = 1, untilFound = false } = options;
  const db = join(folder, 'uninterrupted.db');
  const kept: Point[] = [];
  let seen = 0;
  const uninterrupted = await finish(options, db, newWorld(), (kind, world) => {
    seen++;
    if (seen % every !== 0) return;
    const copy = join(folder, `${seen}.db`);
    copyStore(db, copy);
    kept.push({ kind, db: copy, world: structuredClone(world) });
  });
  const findings = uninterrupted.faults.map((fault) => `${scenario.name}, uninterrupted: ${fault}`);
  findings.push(...wrongEnds(scenario, uninterrupted.portrait));
  const points: Partial<Record<PointKind, number>> = {};
  // A run that fails by itself is not made clearer by stopping it.
  if (findings.length > 0) return { points, findings };
  for (const [index, point] of kept.entries()) {
    points[point.kind] = (points[point.kind] ?? 0) + 1;
    const where = `${scenario.name}, stopped at point ${(index + 1) * every} (${point.kind})`;
    const resumed = await finish(options, point.db, point.world, () => undefined);
    findings.push(...resumed.faults.map((fault) => `${where}: ${fault}`));
    findings.push(
      ...differences(uninterrupted.portrait, resumed.portrait).map((what) => `${where}: ${what}`),
    );
    removeStore(point.db);
    if (untilFound && findings.length > 0) break;
  }
  removeStore(db);
  return { points, findings };
}

interface Finished {
  readonly portrait: Portrait;
  readonly faults: readonly string[];
}

async function finish(
  { scenario, receiver }: MatrixOptions,
  db: string,
  world: World,
  onPoint: (kind: PointKind, world: World) => void,
): Promise<Finished> {
  const options = { scenario, receiver, db, world, random: dice };
  const life = await Life.start({
    ...options,
    onPoint: (kind) => {
      onPoint(kind, world);
      return false;
    },
  });
  const faults: string[] = [];
  let seen: Portrait = {};
  try {
    const stuck = await life.play();
    if (stuck !== null) faults.push(stuck);
    seen = portrait(life.troupe);
    faults.push(...restFaults(life.troupe, world));
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    await life.close();
  }
  faults.push(...auditStore(db, world));
  return { portrait: seen, faults };
}

function wrongEnds({ name, ends }: Scenario, seen: Portrait): string[] {
  return Object.entries(ends).flatMap(([key, end]) => {
    const status = (seen[key] as { status?: string } | undefined)?.status;
    return status === end ? [] : [`${name}, uninterrupted: ${key} is ${status}, not ${end}`];
  });
}

function differences(wanted: Portrait, seen: Portrait): string[] {
  const keys = new Set([...Object.keys(wanted), ...Object.keys(seen)]);
  return [...keys]
    .filter((key) => !isDeepStrictEqual(wanted[key], seen[key]))
    .map((key) => `${key} is ${JSON.stringify(seen[key])}, uninterrupted ${JSON.stringify(wanted[key])}`);
}
