/** A step that a signal from outside ends, or the answer of a person. */

import { z } from 'zod';
import type { WaitPolicy } from '../../../machines/index.ts';
import { WAIT_HANDLER } from '../built-in.ts';
import type { StepDefinition } from '../definition.ts';
import { DURATION_FORMS, durationMs } from '../duration.ts';
import { isJsonObject, nameOf, proseOf } from '../fields.ts';
import { Filling } from '../filling.ts';
import { strict } from '../parse.ts';
import type { OutputReference } from '../template.ts';
import { textFaults, textOutputs } from '../text-template.ts';
import type { Asking, StepFault, StepKind, Surroundings } from './kind.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Waits for a signal of this name, or (with `approval`) for a person. */
export interface WaitFor {
  readonly signal?: string;
  /** References are filled in when it begins. Missing: the correlation of the task; null: only signals to its task. */
  readonly key?: string | null;
  /** The question, with references. */
  readonly approval?: string;
  /** Names of API keys; anybody unless given. */
  readonly who?: readonly string[];
  readonly withinMs?: number;
  readonly remindMs?: number;
  /** Missing: it fails. */
  readonly onTimeout?: 'approve' | 'reject';
  /** JSON Schema 2020-12 of the answer. */
  readonly schema?: JsonSchema;
}

export interface WaitForFields {
  readonly waitFor?: WaitFor;
}

type Duration = number | string;

export interface WaitForOptions {
  /** Waits for a signal from outside, or for the answer of a person. */
  readonly waitFor?:
    | {
        readonly signal: string;
        readonly key?: string | null;
        readonly within?: Duration;
        readonly schema?: JsonSchema;
      }
    | {
        readonly approval: string;
        readonly who?: readonly string[];
        readonly within?: Duration;
        readonly remind?: Duration;
        readonly onTimeout?: 'approve' | 'reject' | 'fail';
        readonly schema?: JsonSchema;
      };
}

export const MOST_SIGNAL_LENGTH = 100;
const MOST_PROMPT_LENGTH = 2_000;
const MOST_WHO = 100;

export const signalNameField = nameOf(MOST_SIGNAL_LENGTH)
  .refine((name) => name !== '.' && name !== '..', 'must not be "." or ".."')
  // Names that look alike are one.
  .normalize('NFC');

const duration = z
  .union([z.number(), z.string()], DURATION_FORMS)
  .refine((value) => durationMs(value) !== null, DURATION_FORMS);

const waitForField = strict({
  signal: signalNameField.optional().meta({ description: 'The name of the signal that ends it' }),
  key: z
    .string()
    .max(2_000)
    .nullable()
    .optional()
    .meta({ description: "The key that the signal must have; the task's correlation unless given" }),
  approval: proseOf(MOST_PROMPT_LENGTH)
    .refine((text) => text.trim() !== '', 'must ask something')
    .optional()
    .meta({ description: 'The question that a person answers' }),
  who: z
    .array(nameOf(255))
    .min(1, 'must name somebody; leave it out for anybody')
    .max(MOST_WHO)
    .optional()
    .meta({ description: 'Names of API keys that may answer' }),
  within: duration.optional().meta({ description: 'Ends the wait; without it only an answer does' }),
  remind: duration.optional().meta({ description: 'How often people are reminded' }),
  on_timeout: z
    .enum(['approve', 'reject', 'fail'])
    .optional()
    .meta({ description: 'What happens when nobody has answered in time; `fail` unless given' }),
  schema: z
    .custom<JsonSchema>(isJsonObject, 'must be a JSON Schema')
    .optional()
    .meta({ type: 'object', description: 'JSON Schema 2020-12 that the answer must fit' }),
})
  .superRefine((given, context) => {
    const tell = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    const { signal, approval } = given;
    if ((signal === undefined) === (approval === undefined)) {
      context.addIssue({ code: 'custom', message: 'must have either signal or approval' });
      return;
    }
    const others = signal === undefined ? (['key'] as const) : (['who', 'remind', 'on_timeout'] as const);
    for (const key of others)
      if (given[key] !== undefined)
        tell(key, `is for ${signal === undefined ? 'signals' : 'approvals'}: leave it out`);
    if (given.on_timeout !== undefined && given.within === undefined)
      tell('on_timeout', 'says what happens when within is over: give within as well');
  })
  .meta({ id: 'WaitFor' });

export interface Written {
  readonly wait_for?: z.output<typeof waitForField> | undefined;
}

function toDefinition({ wait_for: given }: Written): WaitForFields & { readonly handler?: string } {
  if (given === undefined) return {};
  const { signal, key, approval, who, within, remind, on_timeout: onTimeout, schema } = given;
  const withinMs = durationMs(within);
  const remindMs = durationMs(remind);
  const waitFor: WaitFor = {
    ...(signal === undefined ? {} : { signal }),
    ...(key === undefined ? {} : { key }),
    ...(approval === undefined ? {} : { approval }),
    ...(who === undefined ? {} : { who }),
    ...(withinMs === null ? {} : { withinMs }),
    ...(remindMs === null ? {} : { remindMs }),
    ...(onTimeout === undefined || onTimeout === 'fail' ? {} : { onTimeout }),
    ...(schema === undefined ? {} : { schema }),
  };
  return { handler: WAIT_HANDLER, waitFor };
}

/** Its texts that may have references, each with where it stands in a file. */
const textsIn = ({ key, approval }: WaitFor): (readonly [path: readonly string[], text: string])[] => [
  ...(typeof key === 'string' ? [[['wait_for', 'key'], key] as const] : []),
  ...(approval === undefined ? [] : [[['wait_for', 'approval'], approval] as const]),
];

const faults = ({ waitFor }: StepDefinition): StepFault[] =>
  waitFor === undefined ? [] : textsIn(waitFor).flatMap(([path, text]) => textFaults(path, text));

/** Every wait is to have an end; and only keys tell one caller from another. */
function warnings({ waitFor }: StepDefinition, { isKeyed }: Surroundings): StepFault[] {
  if (waitFor === undefined) return [];
  const { signal, who, withinMs } = waitFor;
  const ends =
    signal === undefined ? 'only a person ends this wait' : 'only the signal, or a person, ends this wait';
  const found: StepFault[] = [];
  if (withinMs === undefined)
    found.push({
      path: ['wait_for'],
      message: `${ends}: nothing else will, however long it takes; give it an end, such as within: 24h`,
    });
  if (who !== undefined && isKeyed === false)
    found.push({
      path: ['wait_for', 'who'],
      message:
        'is shown, and not enforced: without API keys nobody knows who calls, and anybody may answer; give the server --api-keys FILE',
    });
  return found;
}

const references = ({ waitFor }: StepDefinition): OutputReference[] =>
  waitFor === undefined ? [] : textsIn(waitFor).flatMap(([path, text]) => textOutputs(path, text));

function policy({ name, waitFor, optional }: StepDefinition): WaitPolicy {
  if (waitFor === undefined) throw new Error(`assertion failed: step ${name} waits`);
  const { signal, onTimeout, remindMs } = waitFor;
  return {
    for: signal === undefined ? 'approval' : 'signal',
    ...(optional ? { optional } : {}),
    ...(onTimeout === undefined ? {} : { onTimeout }),
    ...(remindMs === undefined ? {} : { remindMs }),
  };
}

function ask({ name, waitFor }: StepDefinition, { scope, now, correlation }: Asking) {
  if (waitFor === undefined) throw new Error(`assertion failed: step ${name} waits`);
  const { approval, key, withinMs } = waitFor;
  const filling = new Filling(scope);
  const end = withinMs === undefined ? {} : { until: now + withinMs };
  const asked =
    approval === undefined
      ? { ...end, key: keyOf(filling, key, correlation) }
      : { ...end, prompt: filling.text('approval', approval, (text) => text).slice(0, MOST_PROMPT_LENGTH) };
  const [fault] = filling.faults;
  return fault === undefined ? asked : { invalid: fault.message };
}

function keyOf(filling: Filling, key: string | null | undefined, correlation: string | null): string | null {
  if (key === undefined || key === null) return key === null ? null : correlation;
  const filled = filling.text('key', key, (text) => text);
  const { error } = signalKeyField.safeParse(filled);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined && filling.faults.length === 0)
    filling.invalid(`key: ${JSON.stringify(filled).slice(0, 120)} ${issue.message}`);
  return filled;
}

export const signalKeyField = nameOf(MOST_SIGNAL_LENGTH);

export const waitFor = {
  label: ({ waitFor }: StepDefinition) =>
    waitFor?.signal === undefined ? 'approval' : `signal ${waitFor.signal}`,
  is: (step: StepDefinition) => step.waitFor !== undefined,
  keys: { wait_for: waitForField.optional() },
  overrides: { wait_for: waitForField.optional() },
  view: {
    waitFor: z
      .object({
        signal: z.string().optional(),
        key: z.string().nullable().optional(),
        approval: z.string().optional(),
        who: z.array(z.string()).readonly().optional(),
        withinMs: z.number().optional(),
        remindMs: z.number().optional(),
        onTimeout: z.enum(['approve', 'reject']).optional(),
        schema: z.record(z.string(), z.unknown()).readonly().optional(),
      })
      .readonly()
      .optional(),
  },
  toDefinition,
  keyFaults: () => undefined,
  faults,
  warnings,
  references,
  graphFaults: () => [],
  pending: null,
  own: {
    key: 'wait_for',
    handler: WAIT_HANDLER,
    isFilledLate: false,
    instead: 'leave it out and say under wait_for what it waits for',
    attempts: null,
    wait: { policy, ask, children: null },
  },
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
