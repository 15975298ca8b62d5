/** Finds the owner of the running code: an attempt, or the engine, whose own mistakes are no attempt's. */

import { expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { currentScope } from '../../src/worker/escape.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';

it('the engine works in no attempt, also when one has just asked it to', async () => {
  const inHandler: (string | null)[] = [];
  const inEngine: (string | null)[] = [];
  const scope = (): string | null => currentScope()?.token ?? null;
  // The engine reads the clock with each commit.
  const clock = {
    ...systemClock,
    now() {
      inEngine.push(scope());
      return systemClock.now();
    },
  };
  const works = () => void inHandler.push(scope());
  const troupe = await startTroupe({
    clock,
    handlers: handlers({ a: works, b: async () => works(), c: works }),
    workflows: [workflow('Order', [step('a'), step('b', ['a']), step('c', ['b'])])],
  });
  const { id } = (await troupe.submit(request('Order'))).task;
  await taskFact(troupe, id, 'complete');
  expect(new Set(inHandler).size).toBe(3);
  expect(inHandler).not.toContain(null);
  expect(new Set(inEngine)).toEqual(new Set([null]));
});
