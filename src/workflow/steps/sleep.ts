/** A step that the clock ends: after a length of time, or at a time. */

import { z } from 'zod';
import { SLEEP_HANDLER } from '../built-in.ts';
import { LIMITS, type StepDefinition } from '../definition.ts';
import { durationMs } from '../duration.ts';
import { Filling } from '../filling.ts';
import { parseTemplate, type Scope } from '../template.ts';
import { textFaults, textOutputs } from '../text-template.ts';
import { timeMs } from '../time-text.ts';
import type { StepFault, StepKind } from './kind.ts';

export interface SleepFields {
  /** Milliseconds; or a text that gives a time when it is filled in. */
  readonly sleep?: number | string;
}

export interface SleepOptions {
  /** Waits so long (`3d`, or seconds), until a time (ISO 8601), or as `${…}` says when the step begins. */
  readonly sleep?: number | string;
}

const FORMS =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what to write, not a template.
  'must be a length of time (30s, 5m, 2h, 3d, or seconds, at most 10 years), a time like 2030-01-31T08:00:00Z, or a reference to one, such as ${payload.ship_at}';

const isReference = (text: string): boolean =>
  parseTemplate(text).parts.some((part) => typeof part !== 'string');

const sleepField = z
  .union([z.number(), z.string()], FORMS)
  .refine(
    (value) =>
      durationMs(value) !== null ||
      (typeof value === 'string' && (isReference(value) || timeMs(value) !== null || hasFaults(value))),
    FORMS,
  )
  .meta({ description: '`3d`, seconds, a time, or a reference to one of these; the clock ends it' });

/** It is told of as a template. */
const hasFaults = (text: string): boolean => parseTemplate(text).faults.length > 0;

export interface Written {
  readonly sleep?: number | string | undefined;
}

function faults({ sleep }: StepDefinition): StepFault[] {
  return typeof sleep === 'string' ? textFaults(['sleep'], sleep) : [];
}

/** The time that the text gives, epoch milliseconds, or why it gives none. */
function timeOf(text: string, scope: Scope, now: number): number | { readonly invalid: string } {
  const filling = new Filling(scope);
  const value = filling.value('sleep', text);
  const [fault] = filling.faults;
  if (fault !== undefined) return { invalid: fault.message };
  const ms = durationMs(value);
  if (ms !== null) return now + ms;
  const at = typeof value === 'string' ? timeMs(value) : null;
  if (at !== null && at <= now + LIMITS.delaySeconds * 1_000) return at;
  const found = JSON.stringify(value).slice(0, 100);
  return {
    invalid: `sleep: ${found} is no time: give seconds, a length such as 3d, or a time with its zone, at most ten years ahead`,
  };
}

export const sleep = {
  label: () => 'sleep',
  is: (step: StepDefinition) => step.sleep !== undefined,
  keys: { sleep: sleepField.optional() },
  overrides: { sleep: sleepField.optional() },
  view: {
    sleep: z
      .union([z.number(), z.string()])
      .optional()
      .meta({ description: 'Milliseconds, or the text that gives the time' }),
  },
  toDefinition({ sleep }: Written) {
    if (sleep === undefined) return {};
    return { handler: SLEEP_HANDLER, sleep: durationMs(sleep) ?? sleep };
  },
  keyFaults: () => undefined,
  faults,
  references: ({ sleep }: StepDefinition) => (typeof sleep === 'string' ? textOutputs(['sleep'], sleep) : []),
  graphFaults: () => [],
  pending: null,
  own: {
    key: 'sleep',
    handler: SLEEP_HANDLER,
    isFilledLate: false,
    instead: 'leave it out and say under sleep how long',
    attempts: null,
    wait: {
      policy: ({ optional }) => ({ for: 'sleep', ...(optional ? { optional: true } : {}) }),
      ask({ name, sleep }, { scope, now }) {
        if (sleep === undefined) throw new Error(`assertion failed: step ${name} sleeps`);
        const until = typeof sleep === 'number' ? now + sleep : timeOf(sleep, scope, now);
        return typeof until === 'number' ? { until } : until;
      },
      children: null,
    },
  },
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
