/**
 * The key `when` of a step: whether it is chosen, asked of the payload and of steps before it. Values are written
 * `payload.x` and `steps.y.output.z`, or by their path alone if the step depends on a single other one.
 */

import { z } from 'zod';
import {
  ConditionError,
  type Grammar,
  type ParsedCondition,
  readCondition,
  SIGNS,
} from './condition-parser.ts';
import { type Condition, LIMITS, type Reference } from './definition.ts';
import { isDeeperThan, isJsonObject, nameField } from './fields.ts';
import { strict } from './parse.ts';
import { keysOf } from './template.ts';

/** As it is written: in words, or in the form that definitions keep. */
export type When = string | Condition;

/** The names of the steps that this one depends on; null where they do not matter yet. */
type DependsOn = readonly string[] | null;

const KEY = String.raw`\.[\p{L}\p{M}\p{N}_-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\]|\['[^']*'\]`;
const ROOT = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_-]*`;
const NAME = String.raw`${ROOT}(?:${KEY})*(?=[\s()!=&|]|$)`;
const TOKEN = new RegExp(String.raw`\s+|${NAME}|${SIGNS}|[^\s"“”'‘’()!=&|]+|[\s\S]`, 'gu');
const WHOLE_NAME = new RegExp(`^(${ROOT})((?:${KEY})*)$`, 'u');

const FORMS = 'write payload.x, steps.name.output.x or steps["a name"].output.x';

/** The condition, or why there is none. */
export function conditionOfWhen(when: When, dependsOn: DependsOn): ParsedCondition {
  if (typeof when !== 'string') return { condition: when };
  const grammar: Grammar = {
    token: TOKEN,
    isNothing: (token) => /^\s/.test(token),
    reference: (text) => referenceOf(text, dependsOn),
    noValue: (text) => (/^(?:payload|steps)[.[]/.test(text) ? notCompared(text) : null),
    end: 'the end',
  };
  return readCondition(when, grammar);
}

const notCompared = (text: string): string =>
  `${text} cannot be compared with: on the right stands a value as it is, and a text that looks so in quotes`;

function referenceOf(text: string, dependsOn: DependsOn): Reference {
  const [, root = '', accessors = ''] = WHOLE_NAME.exec(text) ?? [];
  const keys = root === '' ? null : keysOf(accessors);
  if (keys === null) throw new ConditionError(`expected a value where "${text}" is; ${FORMS}`);
  if (root === 'payload') {
    if (keys.length === 0)
      throw new ConditionError('the payload is always there: ask about a value in it, payload.x');
    return { step: null, path: keys };
  }
  if (root === 'steps') {
    const [step, output, ...path] = keys;
    if (step === undefined || output !== 'output')
      throw new ConditionError(`"${text}" is no value; ${FORMS}`);
    return { step, path };
  }
  const path = [root, ...keys];
  if (dependsOn === null) return { step: null, path };
  const [step, ...more] = dependsOn;
  if (step !== undefined && more.length === 0) return { step, path };
  const why =
    step === undefined ? 'the step depends on no other' : `the step depends on ${dependsOn.length} others`;
  throw new ConditionError(`"${text}" says not where it comes from, for ${why}; ${FORMS}`);
}

const valueField = strict({
  step: nameField.nullable(),
  path: z.array(z.string().max(LIMITS.nameLength, `must be at most ${LIMITS.nameLength} characters`)),
});

const partsField = z.array(z.lazy(() => conditionField)).min(1, 'must have at least one condition');

/** In the form that definitions keep. */
const conditionField: z.ZodType<Condition> = z.discriminatedUnion(
  'op',
  [
    strict({ op: z.literal('is'), value: valueField }),
    strict({
      op: z.literal('equals'),
      value: valueField,
      to: z.union(
        [z.string(), z.number(), z.boolean(), z.null()],
        'must be a text, a number, true, false or null',
      ),
    }),
    strict({ op: z.literal('not'), of: z.lazy(() => conditionField) }),
    strict({ op: z.enum(['and', 'or']), of: partsField }),
  ],
  { error: () => 'must be is, equals, not, and, or' },
);

const FORM = 'must be a condition, such as: payload.kind == gift';
const MAX_CHARACTERS = 2_000;

/** Checks all but which steps there are. */
export const whenField = z
  .custom<When>((value) => typeof value === 'string' || isJsonObject(value), FORM)
  .superRefine((when, context) => {
    const tell = (message: string): void => context.addIssue({ code: 'custom', message });
    if (typeof when !== 'string') {
      if (isDeeperThan(when, LIMITS.jsonDepth)) tell(`must be nested at most ${LIMITS.jsonDepth} deep`);
      else
        for (const issue of conditionField.safeParse(when).error?.issues ?? [])
          context.addIssue({ ...issue });
      return;
    }
    if (when.length > MAX_CHARACTERS) return tell(`must be at most ${MAX_CHARACTERS} characters`);
    const parsed = conditionOfWhen(when, null);
    if ('fault' in parsed) tell(`cannot be read: ${parsed.fault}`);
  })
  .meta({
    type: ['string', 'object'],
    description:
      'It is only run if this holds: `payload.x`, `steps.y.output.z == value`, `not`, `and`, `or`, brackets; or a condition as definitions keep it',
  });
