import { describe, expect, it } from 'vitest';
import { taskMachine } from '../../machines/index.ts';
import { accepts } from '../../src/page/tasks/acceptance.ts';
import type { TaskStatus } from '../../src/views/tasks.ts';

const STATES: readonly TaskStatus[] = [
  'pending',
  'running',
  'retrying',
  'paused',
  'complete',
  'failed',
  'cancelled',
];

describe('a verb for many tasks', () => {
  it.each(['retry', 'cancel'] as const)('%s is offered in the very states whose machine takes it', (verb) => {
    for (const status of STATES) {
      const taken = taskMachine.states[status]?.ownEvents.includes(`task.${verb}`) ?? false;
      expect([status, accepts(verb, { status })]).toEqual([status, taken]);
    }
  });
});
