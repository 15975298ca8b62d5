/**
 * Predicts the end of an undisturbed task from its plan alone. These few lines are held against an engine of
 * thousands.
 */

import type { StepStatus, TaskStatus, TaskView } from '../../../src/views/tasks.ts';
import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import { type FamilyPlan, kidsOf } from './family-plan.ts';
import type { Generated } from './generate.ts';
import { type Act, HANDLER } from './scenario.ts';

export interface Expected {
  readonly status: TaskStatus;
  /** By name; null where it hangs on which of two came first. */
  readonly steps: Readonly<Record<string, StepStatus>> | null;
}

/** By key: the tasks wished for, and the descendants that they may have. */
export function expect({ wishes, families, scenario }: Generated): Map<string, Expected> {
  const expected = new Map<string, Expected>();
  for (const { key, name, more } of wishes) {
    const waits = more?.dependencies?.some((on) => expected.get(on)?.status !== 'complete') === true;
    const family = families[key];
    const flow = scenario.workflows.find((each) => each.name === name);
    if (waits || family === undefined || flow === undefined)
      expected.set(key, { status: 'pending', steps: null });
    else {
      const signals = new Set(more?.signals?.map((signal) => signal.name));
      for (const [at, end] of endsOf(flow, family, signals, scenario.workflows)) expected.set(at, end);
    }
  }
  return expected;
}

/** How the task ends, and those below it: of these, those whose end hangs on nothing but their own plan. */
function endsOf(
  flow: WorkflowDefinition,
  family: FamilyPlan,
  signals: ReadonlySet<string>,
  flows: readonly WorkflowDefinition[],
): Map<string, Expected> {
  const below = new Map<string, Expected>();
  const steps: Record<string, StepStatus> = {};
  let isHalted = false;
  for (const step of flow.steps) {
    const { name, dependsOn, optional, critical } = step;
    const isReady = dependsOn.every((on) => steps[on] === 'complete' || steps[on] === 'skipped');
    const succeeds = isReady && doesSucceed(step, family, signals, flows, below);
    steps[name] = !isReady ? 'pending' : succeeds ? 'complete' : optional ? 'skipped' : 'failed';
    if (critical && steps[name] === 'failed') isHalted = true;
  }
  const hasFailed = Object.values(steps).includes('failed');
  // The end of a step hangs on what had begun when its task failed.
  const isSaga = flow.steps.some(({ compensation }) => compensation !== undefined);
  const isOpen = isHalted || isSaga;
  const own = { status: hasFailed ? 'failed' : 'complete', steps: isOpen ? null : steps } as const;
  return new Map([[family.at, own], ...(isOpen ? [] : below)]);
}

/** The ends of the children of the step are added to those below. */
function doesSucceed(
  step: StepDefinition,
  family: FamilyPlan,
  signals: ReadonlySet<string>,
  flows: readonly WorkflowDefinition[],
  below: Map<string, Expected>,
): boolean {
  const { name, handler, maxAttempts, waitFor, run, forEach } = step;
  if (handler === HANDLER) return isDone(family.plan[name] ?? [], maxAttempts ?? 3);
  if (run === undefined && forEach === undefined)
    // The clock ends a sleep, and says yes to what it is asked; a signal comes with the task, or never.
    return waitFor?.signal === undefined || signals.has(waitFor.signal);
  const flow = flows.find((each) => each.name === run?.workflow);
  const lost = kidsOf(family, step).filter((kid) => {
    if (flow === undefined) return !isDone(kid.plan[HANDLER] ?? [], SINGLE_STEP_ATTEMPTS);
    const ends = endsOf(flow, kid, new Set(), flows);
    for (const [at, end] of ends) below.set(at, end);
    return ends.get(kid.at)?.status !== 'complete';
  });
  const tolerate = forEach === undefined || !('count' in forEach.tolerate) ? 0 : forEach.tolerate.count;
  return lost.length <= tolerate;
}

/** A task that is one handler has so many. */
const SINGLE_STEP_ATTEMPTS = 4;

function isDone(acts: readonly Act[], maxAttempts: number): boolean {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const act = acts[attempt] ?? 'complete';
    if (act === 'complete' || act === 'hold') return true;
    if (act === 'permanent') return false;
  }
  return false;
}

/** `tasks`: by key. */
export function departures(
  expected: ReadonlyMap<string, Expected>,
  tasks: ReadonlyMap<string, TaskView>,
): string[] {
  return [...tasks].flatMap(([key, { status, steps }]) => {
    const wanted = expected.get(key);
    if (wanted === undefined) return [];
    const wrong = steps.filter(({ name, status: is }) => wanted.steps !== null && wanted.steps[name] !== is);
    return [
      ...(status === wanted.status ? [] : [`${key} is ${status}, not ${wanted.status}`]),
      ...wrong.map(({ name, status: is }) => `${key}/${name} is ${is}, not ${wanted.steps?.[name]}`),
    ];
  });
}
