/** Checks that an output which a step refers to is there when an attempt begins: it is of a step before this one. */

import { type Graph, notBefore, stepsBefore } from './ancestry.ts';
import type { StepDefinition } from './definition.ts';
import { nearest } from './parse.ts';
import { outputReferences } from './steps/index.ts';
import type { StepFault } from './steps/kind.ts';

/** Finding the name that was meant costs a look at all before the step. */
const HINTS = 100;

/** Null stands for a step that could not be read, of which its edges are known alone. */
export function referenceFaults(
  steps: readonly (StepDefinition | null)[],
  graph: Graph,
): (StepFault & { readonly index: number })[] {
  const asked = steps.flatMap((step, index) =>
    step === null ? [] : outputReferences(step).map((reference) => ({ index, ...reference })),
  );
  return notBefore(asked, graph).map(({ index, path, source, step }, at) => {
    const of = steps[index];
    const before = [...stepsBefore(index, graph)].flatMap((on) => steps[on]?.name ?? []);
    const known = of?.failuresAs === undefined ? before : [of.failuresAs];
    const meant = at < HINTS ? nearest(step, known) : null;
    const hint = meant === null ? '' : `; did you mean "${meant}"?`;
    const why = graph.indexOf(step) === undefined ? ': there is no such step' : howTo(of);
    return { index, path, message: `${source}: "${step}" is not before this step${why}${hint}` };
  });
}

function howTo(step: StepDefinition | null | undefined): string {
  if (step?.compensates !== undefined)
    return `: a compensation may refer to "${step.compensates}", which it takes back, and to steps before that`;
  return step?.failuresAs === undefined
    ? '; let this one depend on it, or on a step after it (depends_on)'
    : `: it handles failures, and may refer to "${step.failuresAs}" alone`;
}
