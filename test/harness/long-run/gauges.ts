/**
 * Measures what a process and its store take up over time, and whether that goes on growing. Linux only: it reads
 * /proc.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';

export interface Sample {
  readonly atMs: number;
  /** Which life of the server. */
  readonly life: number;
  readonly rssBytes: number;
  readonly handles: number;
  readonly storeBytes: number;
  readonly logBytes: number;
}

const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Null while there is no such process. */
export function sample(pid: number | null, db: string, life: number, atMs: number): Sample | null {
  if (pid === null) return null;
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (kilobytes === undefined) return null;
    const handles = readdirSync(`/proc/${pid}/fd`).length;
    const [storeBytes, logBytes] = [size(db), size(`${db}-wal`)];
    return { atMs, life, rssBytes: Number(kilobytes) * 1024, handles, storeBytes, logBytes };
  } catch {
    // It died in this moment.
    return null;
  }
}

export interface Growth {
  readonly samples: number;
  /** Largest in the middle third of the last life, and in the last. */
  readonly middle: number;
  readonly last: number;
  /** The slope of the straight line through both thirds. */
  readonly perMinute: number;
}

/** Returns the growth in the last life, without its first third, in which everything warms up. */
export function growthOf(samples: readonly Sample[], read: (sample: Sample) => number): Growth {
  const lastLife = samples.at(-1)?.life;
  const life = samples.filter((each) => each.life === lastLife);
  const third = Math.floor(life.length / 3);
  const largest = (some: readonly Sample[]): number =>
    some.reduce((max, each) => Math.max(max, read(each)), 0);
  const warm = life.slice(third);
  return {
    samples: warm.length,
    middle: largest(life.slice(third, -third || undefined)),
    last: largest(third === 0 ? life : life.slice(-third)),
    perMinute: slope(warm.map((each) => [each.atMs / 60_000, read(each)])),
  };
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (pick: 0 | 1): number => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  const up = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0);
  const across = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  return across === 0 ? 0 : up / across;
}
