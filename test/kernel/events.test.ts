/** Misspelled events do not compile (F3): each of these lines is an error, and this file compiles because they are. */

import { expect, it } from 'vitest';
import type { Batch } from '../../src/kernel/batch.ts';
import { stepAt, taskAt } from '../../src/store/address.ts';

function misspelled(batch: Batch): void {
  const at = batch.now;
  // @ts-expect-error: dependency.resolved
  batch.send(taskAt(1), { type: 'dependency.reslved', at, name: 'a', taskId: 'b' });
  // @ts-expect-error: step.hold
  batch.send(stepAt(1, 0), { type: 'step.hodl', at });
  // @ts-expect-error: attempt.complete
  batch.take(stepAt(1, 0), { type: 'attempt.completed', at, token: 'a', output: null });
}

function ofAnotherMachine(batch: Batch): void {
  const at = batch.now;
  // @ts-expect-error: a task is not held
  batch.send(taskAt(1), { type: 'step.hold', at });
  // @ts-expect-error: a step has no dependency on a task
  batch.send(stepAt(1, 0), { type: 'dependency.complete', at, taskId: 'b' });
  // @ts-expect-error: a delivery lives as a step does
  batch.take({ kind: 'delivery', task: 1, index: 0 }, { type: 'task.pause', at, by: 'a', reason: null });
  // @ts-expect-error: an actor has an address, and not the number of a row
  batch.send({ task: 1, ref: 0 }, { type: 'step.hold', at });
}

function contexts(batch: Batch): void {
  // @ts-expect-error: a task has no token
  batch.actor(taskAt(1))?.context.token;
  // @ts-expect-error: a step counts no steps
  batch.actor(stepAt(1, 0))?.context.stepCount;
}

it('a misspelled event does not compile, nor one of another machine (F3)', () => {
  for (const each of [misspelled, ofAnotherMachine, contexts]) expect(each).toHaveLength(1);
});
