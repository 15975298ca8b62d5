/** Misspelled events do not compile (F3): each of these lines is an error, and this file compiles because they are. */

import { expect, it } from 'vitest';
import type { Batch } from '../../src/kernel/batch.ts';

function misspelled(batch: Batch): void {
  const to = { task: 1, ref: 0 };
  const at = batch.now;
  // @ts-expect-error: dependency.resolved
  batch.send(to, { type: 'dependency.reslved', at, name: 'a', taskId: 'b' });
  // @ts-expect-error: step.hold
  batch.send(to, { type: 'step.hodl', at });
  // @ts-expect-error: attempt.complete
  batch.take(to, { type: 'attempt.completed', at, token: 'a', output: null });
}

it('a misspelled event does not compile (F3)', () => {
  expect(misspelled).toHaveLength(1);
});
