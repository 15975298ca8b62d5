/** Moments of the past are what the journal makes of them, in whichever order they are looked at. */

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Checkpoints } from '../../src/history/checkpoints.ts';
import { replay } from '../../src/history/replay.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { Troupe } from '../../src/troupe.ts';
import { handlers, request, startTroupe, step, taskFact, temporaryFolder, workflow } from '../support.ts';

const STEPS = 150;

/** Some steps fail once, so that timers are armed and go off; about 700 events in all. */
async function longTask(): Promise<{ troupe: Troupe; id: string; db: string }> {
  const db = join(temporaryFolder(), 'troupe.db');
  const soon = { strategy: 'fixed', baseMs: 1, maxMs: 1, jitter: 'none' } as const;
  const steps = Array.from({ length: STEPS }, (_, index) =>
    step(`s${index}`, index < 7 ? [] : [`s${index - 7}`], { handler: 'work', backoff: soon }),
  );
  const work = ({ attempt, step: name }: { attempt: number; step: string }) => {
    if (attempt === 1 && name.endsWith('3')) throw new Error('not yet');
    return { name };
  };
  const troupe = await startTroupe({
    db,
    handlers: handlers({ work }),
    workflows: [workflow('Long', steps)],
  });
  const { taskId } = await troupe.submit(request('Long'));
  await taskFact(troupe, taskId, 'complete');
  return { troupe, id: taskId, db };
}

test('a checkpoint holds what replaying from the beginning gives, and so does one computed from it', async () => {
  const { id, db } = await longTask();
  const store = new SqliteStore(db, { readOnly: true });
  const row = store.taskById(id) ?? expect.fail('the task is stored');
  const last = store.lastSeq(row.no);
  const checkpoints = new Checkpoints(store);
  const plain = (actors: ReadonlyMap<number, { state: string; context: object }>) =>
    [...actors].map(([ref, { state, context }]) => [ref, state, context]);
  const check = (seq: number): void => {
    const checkpoint = checkpoints.at(row, seq);
    expect(plain(checkpoint.actors)).toEqual(plain(replay(store.journal(row.no), seq)));
    // Timers too, which replaying does not tell: as for one that has never looked at this task.
    expect(checkpoint).toEqual(new Checkpoints(store).at(row, seq));
  };
  expect(last).toBeGreaterThan(600);
  fc.assert(fc.property(fc.integer({ min: 1, max: last }), check), { numRuns: 40 });
  check(last);
  store.close();
});

test('the history from any event on is the end of the whole', async () => {
  const { troupe, id } = await longTask();
  const whole = [...troupe.history(null, id)];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length }), (after) => {
      expect([...troupe.history(null, id, after)]).toEqual(whole.slice(after));
    }),
    { numRuns: 40 },
  );
});
