/** A short run of `npm run bit-flips`, and what the long ones have found, by name. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { flipBits } from '../harness/faults/bit-flips.ts';
import { temporaryFolder } from '../support.ts';

it('a bit that flips in a store stops no other task, and leaves no question without a clear answer', async () => {
  const seed = Date.now() % 1_000_000;
  const sql = readFileSync(new URL('../upgrades/stores/v2.sql', import.meta.url), 'utf8');
  const { counts, findings } = await flipBits({ sql, flips: 24, seed, folder: temporaryFolder() });
  expect(findings, `npm run bit-flips -- --seed ${seed}`).toEqual([]);
  expect(Object.keys(counts).length).toBeGreaterThan(1);
});
