/** Whatever happens to a task, the journal is enough to compute every snapshot of it again, and it gets unstuck. */

import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { SnapshotView } from '../../src/views/orchestrator.ts';
import type { HistoryEvent } from '../../src/views/tasks.ts';
import { PermanentError, RetryableError } from '../../src/worker/errors.ts';
import type { Handler } from '../../src/worker/job.ts';
import { gate, handlers, request, startTroupe, step, temporaryFolder, workflow } from '../support.ts';

const asked = { by: 'ann', reason: 'because' };

/** How each attempt of a step ends; after the last one given, with success. */
type Ending = 'fails' | 'failsForGood' | 'asksForTime' | 'hangs';

interface Plan {
  readonly steps: readonly {
    readonly dependsOn: readonly number[];
    readonly endings: readonly Ending[];
    readonly critical: boolean;
    readonly optional: boolean;
  }[];
  readonly delaySeconds: number;
  readonly verbs: readonly ('pause' | 'resume' | 'retry' | 'cancel' | 'skip' | 'complete' | 'retryStep')[];
}

const stepPlan = fc.record({
  dependsOn: fc.uniqueArray(fc.nat(6), { maxLength: 3 }),
  endings: fc.array(fc.constantFrom<Ending>('fails', 'failsForGood', 'asksForTime', 'hangs'), {
    maxLength: 3,
  }),
  critical: fc.boolean(),
  optional: fc.boolean(),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(stepPlan, { minLength: 1, maxLength: 7 }),
  delaySeconds: fc.constantFrom(0, 60),
  verbs: fc.array(fc.constantFrom('pause', 'resume', 'retry', 'skip', 'complete', 'retryStep', 'cancel'), {
    maxLength: 12,
  }),
});

const nameOf = (index: number): string => `s${index}`;

const stepsOf = ({ steps }: Plan) =>
  steps.map(({ dependsOn, critical, optional }, index) =>
    step(nameOf(index), dependsOn.filter((on) => on < index).map(nameOf), { critical, optional }),
  );

function handlersOf({ steps }: Plan) {
  const byName = steps.map(({ endings }, index): [string, Handler] => [
    nameOf(index),
    ({ attempt, dependencies }) => {
      switch (endings[attempt - 1]) {
        case 'fails':
          throw new Error('out of paper');
        case 'failsForGood':
          throw new PermanentError('no such card', { code: 'CARD_UNKNOWN', details: { card: [1, null] } });
        case 'asksForTime':
          throw new RetryableError('busy', { retryAfter: 7 });
        case 'hangs':
          return gate().promise;
        default:
          return { from: Object.keys(dependencies), '😀': [index, null, 'text'] };
      }
    },
  ]);
  return handlers(Object.fromEntries(byName));
}

/** One turn of the event loop for whatever is under way, so that verbs meet every stage of a task. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function say(troupe: Troupe, id: string, verb: Plan['verbs'][number], index: number): Promise<void> {
  const of = nameOf(index % troupe.getTask(null, id).steps.length);
  switch (verb) {
    case 'skip':
      await troupe.stepVerb(null, id, of, 'skip', asked);
      return;
    case 'complete':
      await troupe.stepVerb(null, id, of, 'complete', { ...asked, output: { by: 'hand' } });
      return;
    case 'retryStep':
      await troupe.stepVerb(null, id, of, 'retry', asked);
      return;
    default:
      await troupe.taskVerb(null, id, verb, asked);
  }
}

/** Lives a life: verbs at odd moments, refused or not, and time that moves on in between. */
async function live(troupe: Troupe, clock: ManualClock, plan: Plan): Promise<string> {
  const { task } = await troupe.submit(
    request('random', { delaySeconds: plan.delaySeconds, payload: { a: [1] } }),
  );
  for (const [index, verb] of plan.verbs.entries()) {
    for (let n = 0; n < 3 + (index % 3); n++) await turn();
    if (index % 2 === 0) clock.advance(31_000);
    await say(troupe, task.id, verb, index).catch((refusal: unknown) => {
      expect(refusal).toMatchObject({ code: 'WRONG_STATE' });
    });
  }
  await settle(troupe, clock, task.id);
  if (troupe.getTask(null, task.id).status === 'paused') {
    await troupe.taskVerb(null, task.id, 'resume', asked);
    await settle(troupe, clock, task.id);
  }
  return task.id;
}

const isAtRest = (troupe: Troupe, id: string): boolean =>
  ['complete', 'failed', 'cancelled', 'paused'].includes(troupe.getTask(null, id).status);

/** Time moves on until nothing more can happen by itself. A task that never comes to rest is stuck. */
async function settle(troupe: Troupe, clock: ManualClock, id: string): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const { backlog } = troupe.health();
    if (isAtRest(troupe, id) && backlog.running + backlog.queued + backlog.timers === 0) return;
    if (backlog.running + backlog.queued === 0 || n % 10 === 9) clock.advance(61_000);
    await turn();
  }
  expect.fail(`stuck: ${JSON.stringify(troupe.getTask(null, id).waitingFor)}`);
}

const statusIn = (snapshot: unknown): string => {
  const { value } = snapshot as AnyMachineSnapshot;
  return typeof value === 'string' ? value : (Object.keys(value as object)[0] ?? '');
};

const snapshotOf = ({ task, steps }: SnapshotView, actor: string): unknown =>
  actor === 'task' ? task : steps[actor.slice('step:'.length)];

/** Numbered from one without gaps, each actor going on from where it was, and each moment computable. */
function checkJournal(troupe: Troupe, id: string): HistoryEvent[] {
  const history = [...troupe.history(null, id)];
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
  const states = new Map<string, string>();
  for (const { seq, actor, from, to } of history) {
    expect(from).toBe(states.get(actor) ?? null);
    states.set(actor, to);
    expect(statusIn(snapshotOf(troupe.snapshot(null, id, seq), actor)), `${actor} after ${seq}`).toBe(to);
  }
  return history;
}

/** Returns the rows' content as XState would persist it. */
function stored(troupe: Troupe, id: string, steps: readonly string[]): Omit<SnapshotView, 'seq'> {
  const persisted = (name?: string): unknown =>
    JSON.parse(JSON.stringify(troupe.actor(id, name).getPersistedSnapshot()));
  return { task: persisted(), steps: Object.fromEntries(steps.map((name) => [name, persisted(name)])) };
}

function replayed(troupe: Troupe, id: string): Omit<SnapshotView, 'seq'> {
  const { task, steps } = troupe.snapshot(null, id);
  return JSON.parse(JSON.stringify({ task, steps })) as Omit<SnapshotView, 'seq'>;
}

describe('a random life', () => {
  it('is told by the journal exactly as it is stored, at every moment, and comes to an end', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const clock = new ManualClock();
        const options = { clock, workflows: [workflow('random', stepsOf(plan))], handlers: handlersOf(plan) };
        const troupe = await startTroupe(options);
        const id = await live(troupe, clock, plan);
        const history = checkJournal(troupe, id);
        const now = replayed(troupe, id);
        expect(stored(troupe, id, Object.keys(now.steps))).toEqual(now);

        const { status, steps } = troupe.getTask(null, id);
        const allEnded = steps.every((view) => view.status === 'complete' || view.status === 'skipped');
        expect(['complete', 'failed', 'cancelled']).toContain(status);
        if (status === 'complete') expect(allEnded).toBe(true);
        if (status === 'failed') expect(allEnded).toBe(false);
        for (const view of steps) {
          const { attempts } = troupe.getStep(null, id, view.name);
          expect(attempts.map(({ attempt }) => attempt)).toEqual(attempts.map((_, index) => index + 1));
          expect(attempts).toHaveLength(view.attempt);
          const completions = history.filter(
            ({ actor, to, from }) => actor === `step:${view.name}` && to === 'complete' && from !== to,
          );
          expect(completions.length).toBe(view.status === 'complete' ? 1 : 0);
          expect(attempts.filter((attempt) => attempt.status === 'running')).toEqual([]);
        }
        await troupe.close({ graceMs: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('is the same after a restart', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const clock = new ManualClock();
        const db = join(temporaryFolder(), 'troupe.db');
        const options = {
          db,
          clock,
          workflows: [workflow('random', stepsOf(plan))],
          handlers: handlersOf(plan),
        };
        const before = await startTroupe(options);
        const id = await live(before, clock, plan);
        const [view, then] = [before.getTask(null, id), replayed(before, id)];
        await before.close({ graceMs: 0 });
        const after = await startTroupe(options);
        expect(after.getTask(null, id)).toEqual(view);
        expect(stored(after, id, Object.keys(then.steps))).toEqual(then);
        await after.close({ graceMs: 0 });
      }),
      { numRuns: 15 },
    );
  });
});
