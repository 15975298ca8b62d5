/** An end by time that no timer will bring is found, as a wait without an end is. */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import {
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  temporaryFolder,
  workflow,
} from '../support.ts';
import { openStore, spoil } from './stores.ts';

it('of a task with a deadline, and of a step with a time of its own', async () => {
  const db = join(temporaryFolder(), 'troupe.db');
  const workflows = [workflow('w', [step('slow', [], { withinMs: 60_000 })])];
  const slow = () => gate().promise;
  const troupe = await startTroupe({ db, workflows, clock: new ManualClock(), handlers: handlers({ slow }) });
  const { taskId } = await troupe.submit(request('w', { deadlineSeconds: 60 }));
  await stepFact(troupe, taskId, 'slow', 'running');
  await troupe.close({ graceMs: 0 });
  const problems = () => verifyStore(openStore(db)).findings.map(({ problem }) => problem);
  expect(problems()).toEqual([]);
  spoil(db, 'UPDATE actors SET timers = NULL, due_at = NULL');
  expect(problems()).toEqual([
    'its deadline stands, and no timer will bring it',
    'the end of its time (within) stands, and no timer will bring it',
  ]);
});
