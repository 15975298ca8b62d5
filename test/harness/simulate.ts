/**
 * `npm run simulate -- --seeds 1000 --seed 7`: stops the engine at every point of every scenario and goes on, then
 * plays random runs, the first with the seed given. One seed again, and nothing else: `--no-matrix --seeds 1 --seed S`;
 * one scenario: `--seeds 0 --scenario NAME`, and with `--until-found` no further than to the first stop that finds.
 * Exits 1 if anything is found.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Receiver } from './simulate/receiver.ts';
import { runMatrix, runSeeds } from './simulate/run.ts';
import { FOUND } from './simulate/sabotage.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'no-matrix': { type: 'boolean', default: false },
    scenario: { type: 'string' },
    'until-found': { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const seed = Number(values.seed);
if (![seeds, seed].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--seeds and --seed are whole numbers');
  process.exit(2);
}

const place = { folder: mkdtempSync(join(tmpdir(), 'troupe-simulate-')), receiver: await Receiver.start() };
try {
  const matrix = values['no-matrix']
    ? null
    : await runMatrix(place, {
        only: values.scenario ?? null,
        untilFound: values['until-found'],
      });
  const random = await runSeeds(place, seed, seeds);
  const counts = { ...matrix?.counts, ...random.counts };
  for (const [what, count] of Object.entries(counts)) console.log(`${what}: ${count}`);
  const findings = [...(matrix?.findings ?? []), ...random.findings];
  for (const finding of findings.slice(0, 50)) console.error(`${FOUND} ${finding}`);
  console.log(`findings: ${findings.length}${seeds > 0 ? `; first seed ${seed}` : ''}`);
  if (findings.length > 0) process.exitCode = 1;
} finally {
  place.receiver.close();
  rmSync(place.folder, { recursive: true });
}
