/** A step that asks again until the answer is the one that is waited for. What asks is a kind of its own. */

import { z } from 'zod';
import { mapReferences, referencesOf } from '../condition.ts';
import type { Condition, StepDefinition } from '../definition.ts';
import { DURATION_FORMS, durationMs } from '../duration.ts';
import { durationField } from '../times.ts';
import { conditionOfWhen, type When, whenField } from '../when.ts';
import type { Keys, StepFault, StepKind, Tell } from './kind.ts';

export interface PollingFields {
  /** It is complete once this holds of its output; until then it is asked again. */
  readonly until?: Condition;
  /** The time between an answer and the next question. */
  readonly everyMs?: number;
}

export interface PollingOptions {
  /** Asks again until this holds of the answer: `output.status == done`. */
  readonly until?: string | Condition;
  /** The time between an answer and the next question: seconds, or `30s`, `5m`. */
  readonly every?: number | string;
}

const keys = {
  until: whenField.optional().meta({
    description: 'It is asked again until this holds of its output: `output.status == "done"`',
  }),
  every: durationField
    .refine((value) => durationMs(value) !== 0, DURATION_FORMS)
    .optional()
    .meta({ description: 'The time between an answer and the next question' }),
};

export interface Written {
  readonly name: string;
  readonly until?: When | undefined;
  readonly every?: number | string | undefined;
}

/** Stands for the step itself; no name holds a line break. */
const ITSELF = '\n';

const FORM = 'asks about the output of the step itself: write output.x';

function read(name: string, until: When): { readonly condition: Condition } | { readonly fault: string } {
  const parsed = conditionOfWhen(until, [ITSELF]);
  if ('fault' in parsed) return { fault: `cannot be read: ${parsed.fault}` };
  const own = referencesOf(parsed.condition).filter(({ step }) => step === ITSELF);
  if (own.some(({ path }) => path[0] !== 'output')) return { fault: FORM };
  return {
    condition: mapReferences(parsed.condition, ({ step, path }) =>
      step === ITSELF ? { step: name, path: path.slice(1) } : { step, path },
    ),
  };
}

function keyFaults(step: Keys, tell: Tell): void {
  const { name, until, every } = step;
  if (until === undefined && every !== undefined) tell(['every'], 'is for until: say what is waited for');
  if (until !== undefined && every === undefined)
    tell(['until'], 'needs every: the time between two questions');
  const { success, data } = whenField.safeParse(until);
  if (until === undefined || !success || typeof name !== 'string') return;
  const made = read(name, data);
  if ('fault' in made) tell(['until'], made.fault);
}

function warnings({ name, until, withinMs }: StepDefinition): StepFault[] {
  if (until === undefined || withinMs !== undefined) return [];
  const message = `${name} asks for ever if the answer never comes: give it an end, such as within: 1h`;
  return [{ path: ['until'], message }];
}

export const polling = {
  label: () => 'asks again until it is so',
  is: (step: StepDefinition) => step.until !== undefined,
  keys,
  overrides: keys,
  view: {
    until: z.record(z.string(), z.unknown()).optional(),
    everyMs: z.number().optional().meta({ description: 'The time between an answer and the next question' }),
  },
  toDefinition({ name, until, every }: Written): PollingFields {
    const made = until === undefined ? null : read(name, until);
    const everyMs = durationMs(every);
    if (made === null || 'fault' in made || everyMs === null) return {};
    return { until: made.condition, everyMs };
  },
  keyFaults,
  faults: () => [],
  warnings,
  references: () => [],
  graphFaults: () => [],
  pending: null,
  own: null,
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
