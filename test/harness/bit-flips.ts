/** `npm run bit-flips -- --flips 1000 --seed 7`: single bits of a store flipped, and what a server makes of each. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flipBits } from './faults/bit-flips.ts';

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [flips, seed] = [Number(values.flips), Number(values.seed)];
if (![flips, seed].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--flips and --seed are whole numbers');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-flips-'));
console.log(`seed ${seed}`);
const sql = readFileSync(new URL('../upgrades/stores/v2.sql', import.meta.url), 'utf8');
const { counts, findings } = await flipBits({ sql, flips, seed, folder });
rmSync(folder, { recursive: true });
for (const [what, count] of Object.entries(counts).sort(([, a], [, b]) => b - a))
  console.log(`${count}: ${what}`);
console.log(`findings: ${findings.length}`);
for (const finding of findings.slice(0, 20)) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
