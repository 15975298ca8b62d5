/**
 * Predicts the end of an undisturbed task from its plan alone. These few lines are held against an engine of
 * thousands.
 */

import type { StepStatus, TaskStatus, TaskView } from '../../../src/views/tasks.ts';
import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import { HANDLER, type Plan, type Wish } from './scenario.ts';

export interface Expected {
  readonly status: TaskStatus;
  /** By name; null where it hangs on which of two came first. */
  readonly steps: Readonly<Record<string, StepStatus>> | null;
}

/** By key. */
export function expect(
  wishes: readonly Wish[],
  workflows: readonly WorkflowDefinition[],
): Map<string, Expected> {
  const expected = new Map<string, Expected>();
  for (const { key, name, plan = {}, more } of wishes) {
    const steps = workflows.find((flow) => flow.name === name)?.steps ?? [];
    const waits = more?.dependencies?.some((on) => expected.get(on)?.status !== 'complete') === true;
    const signals = new Set(more?.signals?.map((signal) => signal.name));
    expected.set(key, waits ? { status: 'pending', steps: null } : endOf(steps, plan, signals));
  }
  return expected;
}

function endOf(definitions: readonly StepDefinition[], plan: Plan, signals: ReadonlySet<string>): Expected {
  const steps: Record<string, StepStatus> = {};
  let isHalted = false;
  for (const { name, dependsOn, maxAttempts, optional, critical, waitFor, handler } of definitions) {
    const isReady = dependsOn.every((on) => steps[on] === 'complete' || steps[on] === 'skipped');
    // The clock ends a sleep, and says yes to what it is asked; a signal comes with the task, or never.
    const succeeds =
      handler === HANDLER
        ? doesSucceed(plan[name] ?? [], maxAttempts ?? 3)
        : waitFor?.signal === undefined || signals.has(waitFor.signal);
    steps[name] = !isReady ? 'pending' : succeeds ? 'complete' : optional ? 'skipped' : 'failed';
    if (critical && steps[name] === 'failed') isHalted = true;
  }
  const hasFailed = Object.values(steps).includes('failed');
  // The end of a step hangs on what had begun when its task failed.
  const isSaga = definitions.some(({ compensation }) => compensation !== undefined);
  return { status: hasFailed ? 'failed' : 'complete', steps: isHalted || isSaga ? null : steps };
}

function doesSucceed(acts: Plan[string], maxAttempts: number): boolean {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const act = acts[attempt] ?? 'complete';
    if (act === 'complete' || act === 'hold') return true;
    if (act === 'permanent') return false;
  }
  return false;
}

export function departures(expected: ReadonlyMap<string, Expected>, tasks: readonly TaskView[]): string[] {
  return tasks.flatMap(({ idempotencyKey, status, steps }) => {
    const wanted = expected.get(idempotencyKey ?? '');
    if (wanted === undefined) return [];
    const wrong = steps.filter(({ name, status: is }) => wanted.steps !== null && wanted.steps[name] !== is);
    return [
      ...(status === wanted.status ? [] : [`${idempotencyKey} is ${status}, not ${wanted.status}`]),
      ...wrong.map(
        ({ name, status: is }) => `${idempotencyKey}/${name} is ${is}, not ${wanted.steps?.[name]}`,
      ),
    ];
  });
}
