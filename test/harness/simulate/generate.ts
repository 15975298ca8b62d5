/** A random scenario: DAGs, tasks that depend on tasks, attempts that fail or hang, deadlines, and people who meddle. */

import type { StepVerb, TaskVerb } from '../../../src/views/orchestrator.ts';
import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import type { Random } from '../kill/random.ts';
import {
  type Act,
  type Move,
  type Plan,
  type Scenario,
  submit,
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
const STEP_VERBS: readonly StepVerb[] = ['retry', 'skip', 'complete'];

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
  for (let count = random.between(1, 6), index = 0; index < count; index++) {
    steps[`S${index}`] = {
      dependsOn: Object.keys(steps).filter(() => random.chance(0.4)),
      maxAttempts: random.between(1, 3),
      optional: random.chance(0.15),
      critical: random.chance(0.1),
      ...(random.chance(0.15) ? { withinMs: random.between(1, 12) * 500 } : {}),
    };
  }
  return workflow(name, steps, random.chance(0.1) ? { deadlineMs: random.between(1, 30) * 500 } : {});
}

function wish(
  random: Random,
  workflows: readonly WorkflowDefinition[],
  earlier: readonly Wish[],
  index: number,
): Wish {
  const flow = random.pick(workflows);
  if (flow === undefined) throw new Error('there is no workflow');
  const plan: Plan = Object.fromEntries(flow.steps.map(({ name }) => [name, acts(random)]));
  const dependencies = earlier.map(({ key }) => key).filter(() => random.chance(0.3));
  return {
    key: `t${index}`,
    name: flow.name,
    plan,
    notify: random.chance(0.3),
    more: {
      dependencies,
      delaySeconds: random.chance(0.2) ? random.between(1, 100) : 0,
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
  if (random.chance(0.6)) return at(random, tell(random.pick(TASK_VERBS) ?? 'pause', key));
  const steps = workflows.find((flow) => flow.name === name)?.steps ?? [];
  const step = random.pick(steps)?.name ?? '';
  return at(random, tellStep(random.pick(STEP_VERBS) ?? 'skip', key, step));
}

/** Some come at once, others when the dice have let some time pass. */
function at(random: Random, move: Move): Move {
  let skips = random.between(0, 6);
  return { ...move, when: () => skips-- <= 0 };
}
