/** A random scenario: DAGs, child tasks, tasks that depend on tasks, attempts that fail or hang, deadlines, and people who meddle. */

import type { StepVerb, TaskVerb } from '../../../src/views/orchestrator.ts';
import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import { Random } from '../kill/random.ts';
import { toDescendant } from './family-moves.ts';
import { type FamilyPlan, familyStep, hasWaits, planFamily } from './family-plan.ts';
import {
  HANDLER,
  type Move,
  NO_ATTEMPTS,
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
  /** By the key of their root. */
  readonly families: Readonly<Record<string, FamilyPlan>>;
}

const TASK_VERBS: readonly TaskVerb[] = ['cancel', 'pause', 'resume', 'retry'];
const STEP_VERBS: readonly StepVerb[] = ['retry', 'skip', 'complete', 'reject'];

export function generate(random: Random): Generated {
  const leaf = dag(random, 'Leaf', { most: 2, below: [], plan: 'payload.item' });
  const kids = Array.from({ length: random.between(1, 2) }, (_, index) =>
    dag(random, `Kid${index}`, { most: 3, below: [leaf], plan: 'payload.item' }),
  );
  const roots = Array.from({ length: random.between(1, 3) }, (_, index) =>
    dag(random, `Flow${index}`, { most: 6, below: [...kids, leaf], plan: 'payload' }),
  );
  const workflows = [...roots, ...kids, leaf];
  const wishes: Wish[] = [];
  const moves: Move[] = [];
  const families: Record<string, FamilyPlan> = {};
  for (let left = random.between(1, 5); left > 0; left--) {
    const group = Array.from({ length: random.chance(0.2) ? 2 : 1 }, (_, index) => {
      const flow = random.pick(roots) ?? leaf;
      const key = `t${wishes.length + index}`;
      const family = planFamily(random, flow, workflows, { at: key });
      families[key] = family;
      return wish(random, flow, family, wishes);
    });
    wishes.push(...group);
    moves.push(submit(...group));
    while (random.chance(0.4)) moves.push(meddle(random, workflows, wishes));
  }
  const answers = Array.from({ length: random.between(0, 2) }, () => random.pick([200, 500, 503]) ?? 200);
  return { scenario: { name: 'random', workflows, moves, answers, ends: {} }, wishes, families };
}

interface Shape {
  /** The most steps. */
  readonly most: number;
  /** Workflows that it may run. */
  readonly below: readonly WorkflowDefinition[];
  readonly plan: 'payload' | 'payload.item';
}

function dag(random: Random, name: string, { most, below, plan }: Shape): WorkflowDefinition {
  const steps: Record<string, Partial<StepDefinition>> = {};
  const isSaga = random.chance(0.35);
  const isLeaf = below.length === 0;
  for (let count = random.between(1, most), index = 0; index < count; index++) {
    const dependsOn = Object.keys(steps).filter(() => random.chance(0.4));
    const back = isSaga && random.chance(0.6) ? { compensation } : {};
    if (!isLeaf && random.chance(0.25)) {
      const place = { steps, dependsOn, below: random.chance(0.7) ? below : [], plan };
      steps[`S${index}`] = { ...familyStep(random, `S${index}`, place), ...back };
      continue;
    }
    if (random.chance(plan === 'payload' ? 0.3 : 0.15)) {
      steps[`S${index}`] = { dependsOn, ...NO_ATTEMPTS, ...wait(random, `S${index}`) };
      continue;
    }
    steps[`S${index}`] = {
      dependsOn,
      maxAttempts: random.between(1, 3),
      optional: random.chance(0.15),
      critical: random.chance(0.1),
      ...(random.chance(plan === 'payload' ? 0.15 : 0.05) ? { withinMs: random.between(1, 12) * 500 } : {}),
      ...back,
    };
  }
  const drawn = workflow(name, steps);
  // Nobody gives a child more time than its workflow does: one that waits for longer would fail each time.
  const mayHaveDeadline = plan === 'payload' || !hasWaits(drawn, below);
  return mayHaveDeadline && random.chance(0.1)
    ? { ...drawn, deadlineMs: random.between(1, 30) * 500 }
    : drawn;
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
  flow: WorkflowDefinition,
  { at: key, plan, kids, lists }: FamilyPlan,
  earlier: readonly Wish[],
): Wish {
  const dependencies = earlier.map((other) => other.key).filter(() => random.chance(0.3));
  return {
    key,
    name: flow.name,
    plan,
    notify: random.chance(0.3),
    more: {
      payload: { kids, lists },
      dependencies,
      delaySeconds: random.chance(0.2) ? random.between(1, 100) : 0,
      signals: signalsOf(flow)
        .filter(() => random.chance(0.6))
        .map((signal) => ({ name: signal, data: null, id: `${key} ${signal}` })),
      deadlineSeconds: random.chance(0.2) ? random.between(1, 60) / 2 : null,
    },
  };
}

function meddle(random: Random, workflows: readonly WorkflowDefinition[], wishes: readonly Wish[]): Move {
  const { key, name } = random.pick(wishes) ?? { key: '', name: '' };
  const flow = workflows.find((each) => each.name === name);
  const hasChildren = flow?.steps.some(({ handler }) => handler === 'troupe.children') === true;
  if (!hasChildren || random.chance(0.5)) return at(random, verb(random, key, flow));
  // The child is told what a dice of its own says: the others fall the same whether there is a child or not.
  const own = new Random(random.between(0, 2 ** 31));
  const toChild = toDescendant(key, random.next(), (child, task) =>
    verb(
      own,
      child,
      workflows.find((each) => each.name === task.workflow?.name),
    ),
  );
  return at(random, toChild);
}

/** Something that a person may tell a task of this workflow, or a step of it; without one, the task is one handler. */
function verb(random: Random, key: string, flow: WorkflowDefinition | undefined): Move {
  if (random.chance(0.1)) return takeBack(key);
  if (random.chance(0.6)) return tell(random.pick(TASK_VERBS) ?? 'pause', key);
  const sent = flow === undefined ? undefined : random.pick(signalsOf(flow));
  if (sent !== undefined && random.chance(0.4))
    return signal(key, sent, `s${random.between(1, 3)} ${key} ${sent}`);
  const step = flow === undefined ? HANDLER : (random.pick(flow.steps)?.name ?? '');
  return tellStep(random.pick(STEP_VERBS) ?? 'skip', key, step);
}

/** Some come at once, others when the dice have let some time pass. */
function at(random: Random, move: Move): Move {
  let skips = random.between(0, 6);
  return { ...move, when: () => skips-- <= 0 };
}
