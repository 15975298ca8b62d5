import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskInput } from '../../machines/index.ts';
import { DEADLINE } from '../../machines/task-deadline.ts';
import type { StepLife } from './life.ts';
import { complete as completeStep, fail, lose, start } from './step-events.ts';
import { tell } from './task-events.ts';
import { type Plan, World } from './world.ts';

/** Workers, clocks and people do these deeds, each only where it can be done. */
const DEEDS = [
  'start',
  'complete',
  'fail',
  'failForGood',
  'lose',
  'timer',
  'skip',
  'resolve',
  'retryStep',
  'pause',
  'resume',
  'retryTask',
  'deadline',
] as const;
type Deed = (typeof DEEDS)[number];

const plans = fc
  .array(fc.record({ on: fc.array(fc.nat()), critical: fc.boolean(), optional: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((drafts) =>
    drafts.map(({ on, critical, optional }, index): Plan => {
      const earlier = index === 0 ? [] : [...new Set(on.slice(0, 3).map((n) => n % index))];
      return { on: earlier, critical, optional: optional && !critical };
    }),
  );
/** Some tasks have none. */
const deadlines = fc.constantFrom<Pick<TaskInput, 'deadlineMs'>>({}, { deadlineMs: 60_000 });
const deeds = fc.array(fc.tuple(fc.constantFrom(...DEEDS), fc.nat()), { maxLength: 60 });

const tokenOf = (step: StepLife): string => step.context.token ?? '';

/** False when nothing of the kind can be done now. */
function deed(world: World, kind: Deed, index: number): boolean {
  const step = world.steps.get(index);
  const state = step?.state ?? 'unspawned';
  const tellIf = (can: boolean, told: (step: StepLife) => void): boolean => {
    if (can) world.tellStep(index, told);
    return can;
  };
  const tellTaskIf = (can: boolean, verb: 'pause' | 'resume' | 'retry'): boolean => {
    if (can) world.tellTask(tell(verb));
    return can;
  };
  switch (kind) {
    case 'start':
      return tellIf(state.endsWith('queued'), (it) => it.hears(start(`t${it.context.attempt + 1}`)));
    case 'complete':
      return tellIf(state === 'running', (it) => it.hears(completeStep(tokenOf(it))));
    case 'fail':
      return tellIf(state === 'running', (it) => it.hears(fail(tokenOf(it))));
    case 'failForGood':
      return tellIf(state === 'running', (it) => it.hears(fail(tokenOf(it), { retryable: false })));
    case 'lose':
      return tellIf(state === 'running', (it) => it.hears(lose(tokenOf(it))));
    case 'timer':
      return tellIf(Object.keys(step?.timers ?? {}).length > 0, (it) => it.rings(0));
    case 'skip':
    case 'resolve': {
      if (state === 'unspawned') world.spawnAhead(index);
      else if (step?.isOver === true) return false;
      const resolve = { at: 0, output: null, by: 'ann' };
      const type = kind === 'skip' ? 'step.skip' : 'step.complete';
      return tellIf(true, (it) => it.hears({ type, ...resolve }));
    }
    case 'retryStep': {
      const held = world.task.state === 'paused';
      return tellIf(state === 'failed', (it) => it.hears({ type: 'step.retry', at: 0, held }));
    }
    case 'pause':
      return tellTaskIf(['running', 'retrying'].includes(world.task.state), 'pause');
    case 'resume':
      return tellTaskIf(world.task.state === 'paused', 'resume');
    case 'retryTask':
      return tellTaskIf(world.task.state === 'failed', 'retry');
    case 'deadline': {
      if (!world.expireTask()) return false;
      const { state: after, context } = world.task;
      if (after === 'paused') expect(context.deadline?.over, 'all its steps have ended').toBe('off');
      else expect([after, context.error?.code]).toEqual(['failed', 'DEADLINE']);
      return true;
    }
  }
}

const isMet = (world: World, index: number): boolean =>
  ['complete', 'skipped'].includes(world.standing(index) ?? '');

function checkInvariants(world: World, workflow: readonly Plan[]): void {
  const { task, steps } = world;
  const counts = world.counts();
  const told = Object.fromEntries(Object.entries(task.context.counts).filter(([, n]) => n !== 0));
  expect(told, 'the task counts its steps as they are').toEqual(counts);
  const criticalFailures = workflow.filter(
    ({ critical }, index) => critical && world.standing(index) === 'failed',
  );
  expect(task.context.halted, 'and the failures that halt it').toBe(criticalFailures.length);

  const states = [...steps.values()].map(({ state }) => state);
  const moving = (counts.active ?? 0) + (counts.backoff ?? 0) > 0;
  const hasPassed = task.context.deadline?.over === 'passed';
  const isHolding = task.state === 'paused' || task.context.halted > 0 || hasPassed;
  if (hasPassed) expect(moving, 'nothing outlives the deadline').toBe(false);
  const isArmed = task.timers[DEADLINE] !== undefined;
  // Paused, it may only have to say that it is complete.
  const isDone = workflow.every((_, index) => isMet(world, index));
  if (task.context.deadline !== undefined && !task.isOver && !isDone)
    expect(isArmed, 'a task under way has its deadline before it').toBe(task.state !== 'failed');
  if (task.state === 'paused') expect(states.filter((state) => state.endsWith('queued'))).toEqual([]);
  if (!isHolding) expect(counts.held ?? 0, 'nobody is held for nothing').toBe(0);
  if (!moving)
    expect(['paused', 'failed', 'complete'], 'a task where nothing moves is over, or paused').toContain(
      task.state,
    );
  if (moving && task.state !== 'paused') {
    expect(task.state).toBe((counts.active ?? 0) > 0 ? 'running' : 'retrying');
  }
  for (const [index, { on }] of workflow.entries()) {
    expect(world.spawns.get(index) ?? 0, 'no step is spawned twice').toBeLessThanOrEqual(1);
    const isReady = on.every((dependency) => isMet(world, dependency));
    if (isReady) expect(steps.has(index), 'a step whose dependencies are met is spawned').toBe(true);
    else if (steps.has(index))
      expect(['complete', 'skipped'], 'and before, only by hand').toContain(world.standing(index));
  }
}

/** Does whatever leads to the end, with workers that succeed. */
function finish(world: World): void {
  const helpful: readonly Deed[] = ['resume', 'retryTask', 'start', 'complete'];
  const mostRounds = 50;
  for (let round = 0, progress = true; progress && round < mostRounds; round++) {
    progress = false;
    for (const index of [0, ...world.steps.keys()]) {
      for (const kind of helpful) progress = deed(world, kind, index) || progress;
      if (world.steps.get(index)?.state === 'retrying.backoff') progress = deed(world, 'timer', index);
    }
  }
}

describe('a task and its steps', () => {
  it('keep their invariants whatever workers, clocks and people do, and can always be finished', () => {
    fc.assert(
      fc.property(plans, deeds, deadlines, (workflow, story, deadline) => {
        const world = new World(workflow, deadline);
        checkInvariants(world, workflow);
        for (const [kind, n] of story) {
          if (deed(world, kind, n % workflow.length)) checkInvariants(world, workflow);
          if (world.task.isOver) break;
        }
        finish(world);
        expect(world.task.state).toBe('complete');
      }),
      { numRuns: 400 },
    );
  });

  it('end together when the task is cancelled, whatever has happened', () => {
    fc.assert(
      fc.property(plans, deeds, deadlines, (workflow, story, deadline) => {
        const world = new World(workflow, deadline);
        for (const [kind, n] of story) {
          if (world.task.isOver) return;
          deed(world, kind, n % workflow.length);
        }
        if (world.task.isOver) return;
        world.tellTask(tell('cancel'));
        expect(world.task.state).toBe('cancelled');
        expect(world.task.timers).toEqual({});
        for (const step of world.steps.values()) {
          expect(['complete', 'skipped', 'cancelled', 'failed']).toContain(step.state);
          expect(step.timers).toEqual({});
        }
      }),
      { numRuns: 200 },
    );
  });
});
