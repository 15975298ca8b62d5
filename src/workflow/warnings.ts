/** Finds what a workflow may say and hardly means. Nothing is refused for it; `troupe validate` tells it. */

import type { StepDefinition } from './definition.ts';
import { durationText } from './duration.ts';
import { kindWarnings } from './steps/index.ts';
import type { StepFault, Surroundings } from './steps/kind.ts';

/** The index of a step, a path in it, and what is strange there. */
export type Warning = StepFault & { readonly index: number };

export const warningsOf = (steps: readonly StepDefinition[], given: Surroundings): Warning[] =>
  steps.flatMap((step, index) =>
    [...withinWarnings(step), ...kindWarnings(step, given)].map((warning) => ({ ...warning, index })),
  );

function withinWarnings({ name, timeoutMs, withinMs }: StepDefinition): StepFault[] {
  if (withinMs === undefined || timeoutMs === null || withinMs >= timeoutMs) return [];
  const [within, timeout] = [durationText(withinMs), durationText(timeoutMs)];
  const message = `${name} ends after ${within} in all, so that no attempt of it can take its timeout of ${timeout}: give it a longer within, or a shorter timeout`;
  return [{ path: ['within'], message }];
}
