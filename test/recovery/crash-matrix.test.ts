/** The engine stopped wherever it can be stopped; `npm run simulate` stops it at every point, not every eighth. */

import { expect, it, onTestFinished } from 'vitest';
import { Receiver } from '../harness/simulate/receiver.ts';
import { runMatrix } from '../harness/simulate/run.ts';
import { isCaught, SABOTAGES } from '../harness/simulate/sabotage.ts';
import { temporaryFolder } from '../support.ts';

it('R14: a process stopped before or after any commit or send goes on to the same end, with children too', async () => {
  const receiver = await Receiver.start();
  onTestFinished(() => receiver.close());
  const { counts, findings } = await runMatrix({ folder: temporaryFolder(), receiver }, { every: 8 });
  expect(findings).toEqual([]);
  expect(counts['points stopped at']).toBeGreaterThan(100);
});

it.each(Object.keys(SABOTAGES))('a broken engine is caught: %s', async (sabotage) => {
  expect(await isCaught(sabotage, temporaryFolder())).toBe(true);
});
