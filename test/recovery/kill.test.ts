/** A short kill run; `npm run kill` is the long one. */

import { expect, it } from 'vitest';
import { MapRun } from '../harness/kill/map-run.ts';
import { KillRun } from '../harness/kill/run.ts';
import { temporaryFolder } from '../support.ts';

it('a process killed again and again loses nothing it acknowledged and repeats nothing it completed', async () => {
  const seed = Date.now() % 1_000_000;
  const { findings, counts } = await new KillRun({
    seed,
    kills: 5,
    tasks: 25,
    folder: temporaryFolder(),
  }).run();
  expect(findings.violations, `seed ${seed}`).toEqual([]);
  expect(counts).toMatchObject({ kills: 5 });
  expect(counts['tasks acknowledged'], `seed ${seed}`).toBeGreaterThanOrEqual(25);
});

it('R24: a process killed in the middle of a map has a child for each element, once, and no more at work than may', async () => {
  const seed = Date.now() % 1_000_000;
  const { violations, counts } = await new MapRun({
    seed,
    kills: 2,
    items: 400,
    folder: temporaryFolder(),
  }).run();
  expect(violations, `seed ${seed}`).toEqual([]);
  expect(counts).toMatchObject({ kills: 2, 'children stored': 400 });
});
