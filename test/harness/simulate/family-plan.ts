// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Draws steps with child tasks for random runs, and plans what every task of a family is to do. */

import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import type { Random } from '../kill/random.ts';
import { type Act, HANDLER, NO_ATTEMPTS, type Plan } from './scenario.ts';

/** Each task of a family has one. */
export interface FamilyPlan {
  /** The key of the task: where it stands in its family. */
  readonly at: string;
  readonly plan: Plan;
  /** By step: the plan of its child, or of each of its children. */
  readonly kids?: Readonly<Record<string, FamilyPlan | readonly FamilyPlan[]>>;
  /** The lists that its steps make, for the maps behind them. */
  readonly lists?: Readonly<Record<string, readonly FamilyPlan[]>>;
}

/** A task finds its plan in its payload, and a child in the item there. */
export interface PlannedPayload extends Partial<FamilyPlan> {
  readonly key: string;
  readonly item?: FamilyPlan;
}

/** The steps drawn so far, and what may be drawn below them. */
export interface Place {
  readonly steps: Readonly<Record<string, Partial<StepDefinition>>>;
  readonly dependsOn: readonly string[];
  /** Workflows of children; empty: they are one handler each. */
  readonly below: readonly WorkflowDefinition[];
  /** Where the plan of the task is: its payload, or the `item` in it. */
  readonly plan: 'payload' | 'payload.item';
}

/** A step with a child, or with one for each element of a list that is in the payload or that a step makes. */
export function familyStep(random: Random, name: string, place: Place): Partial<StepDefinition> {
  const { below, dependsOn, plan } = place;
  const flow = random.pick(below);
  const isMap = flow === undefined || random.chance(0.6);
  const payload = isMap ? {} : { payload: { item: `\${${plan}.kids.${name}}` } };
  const source = isMap && random.chance(0.4) ? sourceOf(random, place) : undefined;
  const isTimed = random.chance(0.1) && !(flow !== undefined && hasWaits(flow, below));
  return {
    dependsOn,
    ...NO_ATTEMPTS,
    handler: 'troupe.children',
    optional: random.chance(0.15),
    critical: random.chance(0.1),
    ...(isTimed ? { withinMs: random.between(1, 12) * 500 } : {}),
    ...(flow === undefined ? {} : { run: { workflow: flow.name, ...payload } }),
    ...(isMap
      ? {
          forEach: {
            items: source === undefined ? `\${${plan}.kids.${name}}` : `\${steps.${source}.output.list}`,
            ...(flow === undefined ? { handler: HANDLER } : {}),
            concurrency: random.between(1, 3),
            tolerate: { count: random.between(0, 2) },
            collect: random.chance(0.7) ? ('outputs' as const) : ('counts' as const),
          },
        }
      : {}),
  };
}

/** A step before it whose list no other map takes; one that may be skipped makes none. */
function sourceOf(random: Random, { steps, dependsOn }: Place): string | undefined {
  const taken = new Set(Object.values(steps).map(({ forEach }) => producerOf(forEach?.items ?? '')));
  return random.pick(
    dependsOn.filter((on) => {
      const step = steps[on];
      const isWork = step?.handler === undefined && step?.optional === false;
      return isWork && !taken.has(on);
    }),
  );
}

/** The step that makes the list, or null where it comes with the task. */
const producerOf = (items: string): string | null =>
  /^\$\{steps\.(\w+)\.output\.list\}$/.exec(items)?.[1] ?? null;

/** Some step of it, or of a workflow that it runs, waits for the clock, a signal or a person. */
export function hasWaits({ steps }: WorkflowDefinition, flows: readonly WorkflowDefinition[]): boolean {
  return steps.some(({ sleep, waitFor, run }) => {
    const below = flows.find(({ name }) => name === run?.workflow);
    return sleep !== undefined || waitFor !== undefined || (below !== undefined && hasWaits(below, flows));
  });
}

/** The end of such a task, or of one below it, may hang on the time. */
export function hasTime(
  { steps, deadlineMs }: WorkflowDefinition,
  flows: readonly WorkflowDefinition[],
): boolean {
  if (deadlineMs !== undefined) return true;
  return steps.some(({ withinMs, run }) => {
    const below = flows.find(({ name }) => name === run?.workflow);
    return withinMs !== undefined || (below !== undefined && hasTime(below, flows));
  });
}

/** Plans a task, and its children where it has some: `most` is the length of the longest list. */
export function planFamily(
  random: Random,
  flow: WorkflowDefinition,
  flows: readonly WorkflowDefinition[],
  { at, most = 7 }: { at: string; most?: number },
): FamilyPlan {
  const plan: Record<string, readonly Act[]> = {};
  const kids: Record<string, FamilyPlan | readonly FamilyPlan[]> = {};
  const lists: Record<string, readonly FamilyPlan[]> = {};
  const chance = at.includes('/') ? 0.3 : 0.5;
  for (const { name, compensation, run, forEach } of flow.steps) {
    plan[name] = acts(random, chance);
    if (compensation !== undefined) plan[`${name}.compensation`] = acts(random, chance);
    const below = flows.find((each) => each.name === run?.workflow);
    const child = (index: number): FamilyPlan =>
      below === undefined
        ? { at: `${at}/${name}.${index}`, plan: { [HANDLER]: acts(random, chance) } }
        : planFamily(random, below, flows, { at: `${at}/${name}.${index}`, most: 3 });
    if (forEach === undefined) {
      if (below !== undefined) kids[name] = child(0);
      continue;
    }
    const list = Array.from({ length: random.between(0, most) }, (_, index) => child(index));
    const producer = producerOf(forEach.items);
    if (producer === null) kids[name] = list;
    else lists[producer] = list;
  }
  return { at, plan, kids, lists };
}

/** The plans of the children of a step. */
export function kidsOf(
  { kids, lists }: FamilyPlan,
  { name, forEach }: StepDefinition,
): readonly FamilyPlan[] {
  const producer = producerOf(forEach?.items ?? '');
  const found = producer === null ? kids?.[name] : lists?.[producer];
  return found === undefined ? [] : ([found].flat() as FamilyPlan[]);
}

/** The first attempts do this: with this chance there are some that may not just complete. */
const acts = (random: Random, chance: number): Act[] =>
  Array.from({ length: random.chance(chance) ? random.between(1, 3) : 0 }, () => {
    const dice = random.next();
    if (dice < 0.5) return 'fail';
    return dice < 0.7 ? 'hang' : dice < 0.8 ? 'permanent' : 'complete';
  });
