/** All of it: the crash matrix, then seeds. Counts what was tried, and lists what was found. */

import type { PointKind } from './life.ts';
import { tryMatrix } from './matrix.ts';
import type { Receiver } from './receiver.ts';
import { SCENARIOS } from './scenarios.ts';
import { type SeedReport, trySeed } from './seed.ts';

interface Place {
  /** Empty; for the stores. */
  readonly folder: string;
  readonly receiver: Receiver;
}

export interface SimulationReport {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
}

/** Every scenario is tried, or the one called `only`. */
export async function runMatrix(
  place: Place,
  {
    every = 1,
    only = null,
    untilFound = false,
  }: { every?: number; only?: string | null; untilFound?: boolean } = {},
): Promise<SimulationReport> {
  const kinds: Partial<Record<PointKind, number>> = {};
  const findings: string[] = [];
  const scenarios = SCENARIOS.filter(({ name }) => only === null || name === only);
  if (scenarios.length === 0) throw new Error(`there is no scenario called ${only}`);
  for (const scenario of scenarios) {
    const report = await tryMatrix({ ...place, scenario, every, untilFound });
    findings.push(...report.findings);
    for (const [kind, count] of Object.entries(report.points))
      kinds[kind as PointKind] = (kinds[kind as PointKind] ?? 0) + count;
  }
  const points = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const byKind = Object.entries(kinds).map(([kind, count]) => [`  ${kind}`, count] as const);
  return {
    counts: { scenarios: scenarios.length, 'points stopped at': points, ...Object.fromEntries(byKind) },
    findings,
  };
}

export async function runSeeds(place: Place, first: number, count: number): Promise<SimulationReport> {
  const totals: Partial<Record<keyof SeedReport['counts'], number>> = {};
  const findings: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const report = await trySeed(seed, place);
    findings.push(...report.findings);
    for (const [what, more] of Object.entries(report.counts)) {
      const key = what as keyof SeedReport['counts'];
      totals[key] = (totals[key] ?? 0) + more;
    }
  }
  return { counts: { seeds: count, ...totals }, findings };
}
