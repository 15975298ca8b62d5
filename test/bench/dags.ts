/** One task of many steps: a chain, a fan-out with its fan-in, and a chain of diamonds; milliseconds a step. */

import { join } from 'node:path';
import { createTroupe, type StepDefinition } from '../../src/index.ts';
import { LIMITS } from '../../src/workflow/definition.ts';
import { costsPer, type Figures, inFolder, measure, oneByOne } from './measure.ts';
import { orderRequest, outputOf, stepOf, workflowOf } from './order.ts';
import { section } from './section.ts';

const HANDLER = 'noop';
const noop = { name: HANDLER, run: () => outputOf(HANDLER), concurrency: null };
/** Steps side by side in each diamond. */
const FACETS = 98;

const step = (name: string, dependsOn: readonly string[]): StepDefinition => stepOf(name, HANDLER, dependsOn);

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`);

const chain = (steps: number): StepDefinition[] =>
  numbered('s', steps).map((name, i) => step(name, i === 0 ? [] : [`s${i - 1}`]));

/** Joined in groups, because a step may depend on so many and no more. */
function fan(steps: number): StepDefinition[] {
  const groupSize = LIMITS.dependenciesPerStep;
  const groups = Math.ceil((steps - 2) / (groupSize + 1));
  const middle = numbered('s', steps - 2 - groups);
  const joins = numbered('join', groups);
  return [
    step('start', []),
    ...middle.map((name) => step(name, ['start'])),
    ...joins.map((name, i) => step(name, middle.slice(i * groupSize, (i + 1) * groupSize))),
    step('end', joins),
  ];
}

function diamonds(steps: number): StepDefinition[] {
  return numbered('d', Math.max(1, Math.floor(steps / (FACETS + 2)))).flatMap((name, i) => {
    const facets = numbered(`${name}-`, FACETS);
    return [
      step(`${name}-top`, i === 0 ? [] : [`d${i - 1}-end`]),
      ...facets.map((facet) => step(facet, [`${name}-top`])),
      step(`${name}-end`, facets),
    ];
  });
}

const dag = (name: string, steps: readonly StepDefinition[]): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const workflows = [workflowOf(name, steps)];
    const troupe = await createTroupe({ db, handlers: [noop], workflows });
    const costs = await measure(troupe, db, () => oneByOne(troupe, { ...orderRequest, name }, 1));
    await troupe.close();
    return { [`${name}MsPerStep`]: costs.ms / steps.length, ...costsPer('Step', steps.length, costs, name) };
  });

await section({ steps: 5_000 }, async ({ steps }) => ({
  steps,
  ...(await dag('chain', chain(steps))),
  ...(await dag('fan', fan(steps))),
  ...(await dag('diamond', diamonds(steps))),
}));
