/** A workflow's graph as its records are read along: what comes before what, and the longest way through. */

import type { StepDefinition, WorkflowDefinition } from '../workflow/definition.ts';

/** Each step after all it depends on; failure handlers after everything else. */
export function stepsInOrder({ steps }: WorkflowDefinition): StepDefinition[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const unmet = new Map(steps.map((step) => [step.name, new Set(step.dependsOn).size]));
  const dependents = new Map<string, string[]>(steps.map(({ name }) => [name, []]));
  for (const step of steps) {
    for (const name of new Set(step.dependsOn)) dependents.get(name)?.push(step.name);
  }
  const ordered = steps.filter(({ dependsOn }) => dependsOn.length === 0);
  for (const { name } of ordered) {
    for (const dependent of dependents.get(name) ?? []) {
      const left = (unmet.get(dependent) ?? 0) - 1;
      unmet.set(dependent, left);
      const step = byName.get(dependent);
      if (left === 0 && step !== undefined) ordered.push(step);
    }
  }
  // Steps in a circle, which a faulty document may have, come last as they stand.
  const reached = new Set(ordered);
  ordered.push(...steps.filter((step) => !reached.has(step)));
  const isHandler = ({ failuresAs }: StepDefinition) => failuresAs !== undefined;
  return [...ordered.filter((step) => !isHandler(step)), ...ordered.filter(isHandler)];
}

/** The time from the start of the first step to the end of the last, were every step started as soon as it may be. */
export function criticalPathMs(
  ordered: readonly StepDefinition[],
  durationMs: (step: StepDefinition) => number,
): number {
  const endMs = new Map<string, number>();
  let lastMs = 0;
  for (const step of ordered) {
    const before = step.dependsOn.reduce((latest, name) => Math.max(latest, endMs.get(name) ?? 0), 0);
    const startMs = step.failuresAs === undefined ? before : lastMs;
    endMs.set(step.name, startMs + durationMs(step));
    lastMs = Math.max(lastMs, startMs + durationMs(step));
  }
  return lastMs;
}
