/** When a step that branches lead to is chosen: the branches that do, or-ed, each only if the step that asks has run. */

import type { Condition } from '../definition.ts';
import type { LinkedStep } from './link.ts';
import type { RunbookStep } from './steps.ts';

export function conditionOf(
  { choices }: LinkedStep,
  mayBeSkipped: ReadonlySet<RunbookStep>,
): Condition | null {
  const of = choices.map(
    ({ asker, condition }): Condition =>
      mayBeSkipped.has(asker) ? { op: 'and', of: [hasOutput(asker), condition] } : condition,
  );
  const [first] = of;
  if (first === undefined) return null;
  return of.length === 1 ? first : { op: 'or', of };
}

/** Otherwise the `Otherwise` of a step that was not chosen itself would hold. */
const hasOutput = ({ heading }: RunbookStep): Condition => ({
  op: 'not',
  of: { op: 'equals', value: { step: heading.name, path: [] }, to: null },
});

/** Steps that some outcome leaves unchosen: conditional ones, and what depends on nothing but such. */
export function skippableSteps(links: readonly LinkedStep[]): ReadonlySet<RunbookStep> {
  const skippable = new Set<RunbookStep>();
  const certain = new Map(links.map((link) => [link.step, link.dependsOn.size]));
  const dependents = new Map<RunbookStep, LinkedStep[]>();
  for (const link of links) {
    for (const step of link.dependsOn) {
      const known = dependents.get(step);
      if (known === undefined) dependents.set(step, [link]);
      else known.push(link);
    }
  }
  const queue = links
    .filter(({ choices, block }) => choices.length > 0 || block?.has('when') === true)
    .map(({ step }) => step);
  for (let step = queue.pop(); step !== undefined; step = queue.pop()) {
    if (skippable.has(step)) continue;
    skippable.add(step);
    for (const { step: dependent } of dependents.get(step) ?? []) {
      const left = (certain.get(dependent) ?? 0) - 1;
      certain.set(dependent, left);
      if (left === 0) queue.push(dependent);
    }
  }
  return skippable;
}
