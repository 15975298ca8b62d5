/** A random scenario: DAGs, tasks that depend on tasks, attempts that fail or hang, deadlines, and people who meddle. */

import type { StepVerb, TaskVerb } from '../../../src/views/orchestrator.ts';
import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import type { Random } from '../kill/random.ts';
import {
  type Act,
  HANDLER,
  type Move,
  NO_ATTEMPTS,
  type Plan,
  type Scenario,
  signal,
  submit,
  takeBack,
  tell,
  tellStep,
  type Wish,
  workflow,
} from './scenario.ts';

export interface Generated {
  readonly scenario: Scenario;
  readonly wishes: readonly Wish[];
}

const TASK_VERBS: readonly TaskVerb[] = ['cancel', 'pause', 'resume', 'retry'];
const STEP_VERBS: readonly StepVerb[] = ['retry', 'skip', 'complete', 'reject'];

export function generate(random: Random): Generated {
  const workflows = Array.from({ length: random.between(1, 3) }, (_, index) => dag(random, `Flow${index}`));
  const wishes: Wish[] = [];
  const moves: Move[] = [];
  for (let left = random.between(1, 5); left > 0; left--) {
    const group = Array.from({ length: random.chance(0.2) ? 2 : 1 }, (_, index) =>
      wish(random, workflows, wishes, wishes.length + index),
    );
    wishes.push(...group);
    moves.push(submit(...group));
    while (random.chance(0.4)) moves.push(meddle(random, workflows, wishes));
  }
  const answers = Array.from({ length: random.between(0, 2) }, () => random.pick([200, 500, 503]) ?? 200);
  return { scenario: { name: 'random', workflows, moves, answers, ends: {} }, wishes };
}

function dag(random: Random, name: string): WorkflowDefinition {
  const steps: Record<string, Partial<StepDefinition>> = {};
  const isSaga = random.chance(0.35);
  for (let count = random.between(1, 6), index = 0; index < count; index++) {
    const dependsOn = Object.keys(steps).filter(() => random.chance(0.4));
    if (random.chance(0.3)) {
      steps[`S${index}`] = { dependsOn, ...NO_ATTEMPTS, ...wait(random, `S${index}`) };
      continue;
    }
    steps[`S${index}`] = {
      dependsOn,
      maxAttempts: random.between(1, 3),
      optional: random.chance(0.15),
      critical: random.chance(0.1),
      ...(random.chance(0.15) ? { withinMs: random.between(1, 12) * 500 } : {}),
      ...(isSaga && random.chance(0.6) ? { compensation } : {}),
    };
  }
  return workflow(name, steps, random.chance(0.1) ? { deadlineMs: random.between(1, 30) * 500 } : {});
}

const compensation = {
  handler: HANDLER,
  maxAttempts: 2,
  timeoutMs: 5_000,
  backoff: { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 'none' },
} as const;

/** One that waits for a signal is optional: not every task is sent one. */
function wait(random: Random, name: string): Partial<StepDefinition> {
  const dice = random.next();
  if (dice < 0.4) return { handler: 'troupe.sleep', sleep: random.between(1, 100_000) };
  const withinMs = random.between(1_000, 60_000);
  return dice < 0.8
    ? { handler: 'troupe.wait', optional: true, waitFor: { signal: `go-${name}`, withinMs } }
    : { handler: 'troupe.wait', waitFor: { approval: 'Go on?', withinMs, onTimeout: 'approve' } };
}

/** The signals that a task of the workflow may be sent. */
const signalsOf = ({ steps }: WorkflowDefinition): string[] =>
  steps.flatMap(({ waitFor }) => (waitFor?.signal === undefined ? [] : [waitFor.signal]));

function wish(
  random: Random,
  workflows: readonly WorkflowDefinition[],
  earlier: readonly Wish[],
  index: number,
): Wish {
  const flow = random.pick(workflows);
  if (flow === undefined) throw new Error('there is no workflow');
  const plan: Plan = Object.fromEntries(
    flow.steps.flatMap(({ name, compensation: back }) => [
      [name, acts(random)] as const,
      ...(back === undefined ? [] : [[`${name}.compensation`, acts(random)] as const]),
    ]),
  );
  const dependencies = earlier.map(({ key }) => key).filter(() => random.chance(0.3));
  return {
    key: `t${index}`,
    name: flow.name,
    plan,
    notify: random.chance(0.3),
    more: {
      dependencies,
      delaySeconds: random.chance(0.2) ? random.between(1, 100) : 0,
      signals: signalsOf(flow)
        .filter(() => random.chance(0.6))
        .map((signal) => ({ name: signal, data: null, id: `t${index} ${signal}` })),
      deadlineSeconds: random.chance(0.2) ? random.between(1, 60) / 2 : null,
    },
  };
}

const acts = (random: Random): Act[] =>
  Array.from({ length: random.chance(0.5) ? 0 : random.between(1, 3) }, () => {
    const dice = random.next();
    if (dice < 0.5) return 'fail';
    return dice < 0.7 ? 'hang' : dice < 0.8 ? 'permanent' : 'complete';
  });

function meddle(random: Random, workflows: readonly WorkflowDefinition[], wishes: readonly Wish[]): Move {
  const { key, name } = random.pick(wishes) ?? { key: '', name: '' };
  if (random.chance(0.1)) return at(random, takeBack(key));
  if (random.chance(0.6)) return at(random, tell(random.pick(TASK_VERBS) ?? 'pause', key));
  const flow = workflows.find((each) => each.name === name);
  const sent = flow === undefined ? undefined : random.pick(signalsOf(flow));
  if (sent !== undefined && random.chance(0.4))
    return at(random, signal(key, sent, `s${random.between(1, 3)} ${key} ${sent}`));
  const step = random.pick(flow?.steps ?? [])?.name ?? '';
  return at(random, tellStep(random.pick(STEP_VERBS) ?? 'skip', key, step));
}

/** Some come at once, others when the dice have let some time pass. */
function at(random: Random, move: Move): Move {
  let skips = random.between(0, 6);
  return { ...move, when: () => skips-- <= 0 };
}
