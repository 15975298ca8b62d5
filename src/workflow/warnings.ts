/** Finds what a workflow may say and hardly means. Nothing is refused for it; `troupe validate` tells it. */

import type { StepDefinition, WorkflowDefinition } from './definition.ts';
import { durationText } from './duration.ts';
import { kindWarnings } from './steps/index.ts';
import type { Surroundings } from './steps/kind.ts';

/** A path into the definition as JSON, and what is strange there. */
export interface Warning {
  readonly path: readonly ['steps', number, ...string[]];
  readonly message: string;
}

/** `given`: where it is to run, as far as that is known. */
export const warningsOf = ({ steps }: WorkflowDefinition, given: Surroundings = {}): Warning[] =>
  steps.flatMap((step, index) => [
    ...stepWarnings(step).map(([key, message]): Warning => ({ path: ['steps', index, key], message })),
    ...kindWarnings(step, given).map(
      ({ path, message }): Warning => ({ path: ['steps', index, ...path], message }),
    ),
  ]);

function stepWarnings({ name, timeoutMs, withinMs }: StepDefinition): [key: string, message: string][] {
  if (withinMs === undefined || timeoutMs === null || withinMs >= timeoutMs) return [];
  const [within, timeout] = [durationText(withinMs), durationText(timeoutMs)];
  const message = `${name} ends after ${within} in all, so that no attempt of it can take its timeout of ${timeout}: give it a longer within, or a shorter timeout`;
  return [['within', message]];
}
