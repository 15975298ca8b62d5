/** A step that runs when all others have ended, and only if one failed. What does it is a kind of its own. */

import { z } from 'zod';
import type { Fault } from '../../errors.ts';
import type { StepDefinition } from '../definition.ts';
import { nameField } from '../fields.ts';
import { dependencyNames } from '../json/spellings.ts';
import type { Keys, StepKind, Tell } from './kind.ts';

export interface FailureHandlerFields {
  /**
   * Makes it a failure handler: it depends on nothing, runs once all other steps have ended and only if one failed,
   * or was skipped after failing, and finds the list of failures in its dependencies under this name.
   */
  readonly failuresAs?: string;
}

export interface FailureHandlerOptions {
  /** Runs after all other steps, only if one failed; a text is the name its list of failures arrives under. */
  readonly onFailure?: boolean | string;
}

/** The key the list of failures arrives under when it names none. */
export const FAILURES = 'failures';

const keys = {
  on_failure: z
    .union([z.boolean(), nameField], 'must be true, or the name its list of failures arrives under')
    .optional()
    .meta({
      description:
        'Runs after all other steps, only if one failed; true: the failures arrive under `failures`',
    }),
};

export interface Written {
  readonly on_failure?: boolean | string | undefined;
}

const isFailureHandler = ({ failuresAs }: StepDefinition): boolean => failuresAs !== undefined;

/** They come after everything else, so nothing is before or after them in the graph. */
function graphFaults(steps: readonly StepDefinition[]): Fault[] {
  const faults: Fault[] = [];
  const tell = (pointer: string, message: string): void => void faults.push({ pointer, message });
  const handlers = new Set(steps.filter(isFailureHandler).map(({ name }) => name));
  if (handlers.size === 0) return faults;
  if (handlers.size === steps.length)
    tell('/steps', 'there are only failure handlers, and nothing that could fail');
  steps.forEach(({ name, dependsOn, critical, condition }, index) => {
    if (handlers.has(name)) {
      const wrong = critical ? 'critical' : condition === undefined ? null : 'conditional';
      if (dependsOn.length > 0)
        tell(
          `/steps/${index}/depends_on`,
          `${name} handles failures: it runs after all other steps and depends on none`,
        );
      if (wrong !== null) tell(`/steps/${index}`, `${name} handles failures: it cannot be ${wrong}`);
      return;
    }
    for (const on of dependsOn) {
      if (handlers.has(on))
        tell(
          `/steps/${index}/depends_on`,
          `${name} depends on ${on}, which handles failures and runs after all other steps`,
        );
    }
  });
  return faults;
}

export const failureHandler = {
  label: () => 'if a step failed',
  is: isFailureHandler,
  keys,
  overrides: keys,
  view: {
    failuresAs: z.string().optional().meta({ description: 'A failure handler: the key of its list' }),
  },
  toDefinition({ on_failure: as }: Written) {
    if (as === undefined || as === false) return {};
    return { failuresAs: as === true ? FAILURES : as };
  },
  keyFaults(step: Keys, tell: Tell) {
    if (step['on_failure'] === undefined || step['on_failure'] === false) return;
    if (step['critical'] === true) tell(['critical'], 'a step that runs on failure cannot be critical');
    if (step['when'] !== undefined) tell(['when'], 'a step that runs on failure is chosen by that alone');
    const [first] = dependencyNames(step);
    if (first !== undefined)
      tell(first.path, 'a step that runs on failure waits for all others; it has no depends_on');
  },
  faults: () => [],
  references: () => [],
  graphFaults,
  pending: 'it handles failures: it runs if one stands when all other steps have ended',
  own: null,
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
