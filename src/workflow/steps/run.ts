/** A step that is another workflow: a child task, or one for each element of a list. */

import { z } from 'zod';
import { CHILDREN_HANDLER } from '../built-in.ts';
import { LIMITS, type StepDefinition } from '../definition.ts';
import { isJsonObject, jsonObjectOf, nameField, referenceField } from '../fields.ts';
import { asIs, Filling } from '../filling.ts';
import { strict } from '../parse.ts';
import { parseTemplate, soleSlot } from '../template.ts';
import { jsonFaults, jsonOutputs, textFaults, textOutputs } from '../text-template.ts';
import type { Asking, Children, Invalid, Keys, StepFault, StepKind, Tell } from './kind.ts';

export interface Run {
  /** `namespace/name`, or a bare name that means one workflow. */
  readonly workflow: string;
  /** The one that is current when the parent is submitted, unless given. */
  readonly version?: string;
  /** References in it are filled in; the payload of the parent is not handed on. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** One child for each element of a list. */
export interface ForEach {
  /** A reference to the list. */
  readonly items: string;
  /** The children are this one handler each, where no workflow is run. */
  readonly handler?: string;
  /** Most children that work at once. */
  readonly concurrency: number;
  /** So many may be lost: a number, or a share of all. */
  readonly tolerate: { readonly count: number } | { readonly percent: number };
  readonly collect: 'outputs' | 'counts';
}

export interface RunFields {
  readonly run?: Run;
  readonly forEach?: ForEach;
}

type Tolerate = number | string;

export interface RunOptions {
  /** A reference to a list: one child task for each element, which it finds as `payload.item`, its place as `payload.index`. */
  readonly forEach?: string;
  /** Most children at once, 50 unless given, at most 500; without `forEach`, most attempts of an inline handler here. */
  readonly concurrency?: number;
  /** So many children may be lost: a number, or a share such as `5%`; none unless given. */
  readonly tolerate?: Tolerate;
  /** `outputs` of the children in the order of the list, or `counts` alone. */
  readonly collect?: 'outputs' | 'counts';
  /** Runs another workflow as a child task; its result is the output. */
  readonly run?: {
    readonly workflow: string;
    readonly version?: string;
    readonly payload?: Readonly<Record<string, unknown>>;
  };
}

const runField = strict({
  workflow: referenceField.meta({ description: 'As `namespace/name`, or a bare name that means one' }),
  version: nameField
    .optional()
    .meta({ description: 'The current one when the parent is submitted, unless given' }),
  payload: jsonObjectOf(LIMITS.payloadBytes)
    .optional()
    .meta({ type: 'object', description: 'References in it are filled in' }),
}).meta({ id: 'Run', description: 'Another workflow as a child task; its result is the output' });

const MOST_AT_ONCE = 500;
const USUAL_AT_ONCE = 50;

const TOLERATE_FORMS = 'must be a whole number of at least 0, or a share such as 5%';

const keys = {
  run: runField.optional(),
  for_each: z
    .string('must be a reference to a list')
    .max(2_000)
    .optional()
    .meta({ description: 'A reference to a list: one child task for each of its elements' }),
  concurrency: z
    .int('must be a whole number')
    .min(1, 'must be at least 1: 1 is one after the other')
    .max(MOST_AT_ONCE, `must be at most ${MOST_AT_ONCE}`)
    .optional()
    .meta({ description: `Most children that work at once; ${USUAL_AT_ONCE} unless given` }),
  tolerate: z
    .union([z.int().min(0), z.string()], TOLERATE_FORMS)
    .refine((value) => typeof value === 'number' || shareOf(value) !== null, TOLERATE_FORMS)
    .optional()
    .meta({ description: 'So many children may be lost: a number, or `5%`' }),
  collect: z
    .enum(['outputs', 'counts'], 'must be outputs or counts')
    .optional()
    .meta({ description: 'The outputs of the children, or how many there were; `outputs` unless given' }),
};

/** Keys that mean nothing without `for_each`. */
const OF_EACH = ['concurrency', 'tolerate', 'collect'] as const;

/** Percent, or null. */
function shareOf(text: string): number | null {
  const [, share] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  return share !== undefined && Number(share) <= 100 ? Number(share) : null;
}

export interface Written {
  readonly name: string;
  readonly handler?: string | undefined;
  readonly run?: z.output<typeof runField> | undefined;
  readonly for_each?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly tolerate?: number | string | undefined;
  readonly collect?: 'outputs' | 'counts' | undefined;
}

function toDefinition(written: Written): RunFields & { readonly handler?: string } {
  const { run, for_each: items } = written;
  if (run === undefined && items === undefined) return {};
  return {
    handler: CHILDREN_HANDLER,
    ...(run === undefined ? {} : { run: runOf(run) }),
    ...(items === undefined ? {} : { forEach: forEachOf(written, items) }),
  };
}

const runOf = ({ workflow, version, payload }: z.output<typeof runField>): Run => ({
  workflow,
  ...(version === undefined ? {} : { version }),
  ...(payload === undefined ? {} : { payload }),
});

function forEachOf(written: Written, items: string): ForEach {
  const {
    name,
    handler = name,
    run,
    concurrency = USUAL_AT_ONCE,
    tolerate = 0,
    collect = 'outputs',
  } = written;
  return {
    items,
    ...(run === undefined ? { handler } : {}),
    concurrency,
    tolerate: typeof tolerate === 'number' ? { count: tolerate } : { percent: shareOf(tolerate) ?? 0 },
    collect,
  };
}

function keyFaults(step: Keys, tell: Tell): void {
  if (step['for_each'] !== undefined) return;
  for (const key of OF_EACH)
    if (step[key] !== undefined) tell([key], 'is about the children of a list: give for_each as well');
}

const faults = ({ run, forEach }: StepDefinition): StepFault[] => [
  ...(run?.payload === undefined ? [] : jsonFaults(['run', 'payload'], run.payload)),
  ...(forEach === undefined ? [] : listFaults(forEach.items)),
];

function listFaults(items: string): StepFault[] {
  const found = textFaults(['for_each'], items);
  if (found.length > 0 || soleSlot(items) !== null) return found;
  const isMixed = parseTemplate(items).parts.length > 1;
  const message = isMixed
    ? 'must be one reference to a list and nothing else'
    : // biome-ignore lint/suspicious/noTemplateCurlyInString: what to write, not a template.
      'must be a reference to a list, such as ${payload.items} or ${steps.cart.output.items}';
  return [{ path: ['for_each'], message }];
}

const references = ({ run, forEach }: StepDefinition) => [
  ...(run?.payload === undefined ? [] : jsonOutputs(['run', 'payload'], run.payload)),
  ...(forEach === undefined ? [] : textOutputs(['for_each'], forEach.items)),
];

/** Says what is spawned: one child, or one for each element of the list. */
function children(step: StepDefinition, { scope }: Asking): Children | Invalid {
  const { run, forEach } = step;
  const filling = new Filling(scope);
  const given = run?.payload === undefined ? {} : filling.json('payload', run.payload, asIs);
  const payload = isJsonObject(given) ? given : {};
  const [fault] = filling.faults;
  if (fault !== undefined) return { invalid: fault.message };
  const target = run === undefined ? { handler: forEach?.handler ?? step.name } : run;
  if (forEach === undefined)
    return { target, total: 1, window: 1, tolerate: 0, collect: 'result', payloadOf: () => payload };
  const list = filling.value('for_each', forEach.items);
  const [missing] = filling.faults;
  if (missing !== undefined) return { invalid: missing.message, code: 'MAP_INVALID' };
  if (!Array.isArray(list)) return { invalid: `for_each: ${found(list)} is no list`, code: 'MAP_INVALID' };
  const total = list.length;
  if (total > LIMITS.childrenPerStep) {
    const invalid = `for_each: the list has ${total} elements; at most ${LIMITS.childrenPerStep}. Make several steps of it`;
    return { invalid, code: 'MAP_TOO_LARGE' };
  }
  const { tolerate } = forEach;
  return {
    target,
    total,
    window: forEach.concurrency,
    tolerate: 'count' in tolerate ? tolerate.count : Math.floor((total * tolerate.percent) / 100),
    collect: forEach.collect,
    payloadOf: (index) => ({ ...payload, item: (list as unknown[])[index], index }),
  };
}

const found = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);

export const run = {
  label: ({ run, forEach }: StepDefinition) => {
    const what = run === undefined ? `handler ${forEach?.handler ?? ''}` : `workflow ${run.workflow}`;
    return forEach === undefined ? what : `each: ${what}`;
  },
  is: (step: StepDefinition) => step.run !== undefined || step.forEach !== undefined,
  keys,
  overrides: keys,
  view: {
    run: z
      .object({
        workflow: z.string(),
        version: z.string().optional(),
        payload: z.record(z.string(), z.unknown()).readonly().optional(),
      })
      .readonly()
      .optional(),
    forEach: z
      .object({
        items: z.string(),
        handler: z.string().optional(),
        concurrency: z.int(),
        tolerate: z.union([z.object({ count: z.int() }), z.object({ percent: z.number() })]),
        collect: z.enum(['outputs', 'counts']),
      })
      .readonly()
      .optional(),
  },
  toDefinition,
  keyFaults,
  faults,
  references,
  graphFaults: () => [],
  pending: null,
  own: {
    key: 'run',
    isGiven: (step: Keys) => step['run'] !== undefined || step['for_each'] !== undefined,
    // A list of children may be one handler each.
    takesHandler: (step: Keys) => step['for_each'] !== undefined && step['run'] === undefined,
    handler: CHILDREN_HANDLER,
    isFilledLate: false,
    instead: 'leave it out and name the workflow under run',
    attempts: null,
    wait: {
      policy: ({ optional, forEach, withinMs }: StepDefinition) => ({
        for: forEach === undefined ? 'child' : 'children',
        ...(withinMs === undefined ? {} : { withinMs }),
        ...(optional ? { optional } : {}),
      }),
      ask(step: StepDefinition, asking: Asking) {
        const plan = children(step, asking);
        if ('invalid' in plan) return plan;
        const { total, window, tolerate } = plan;
        const end = step.withinMs == null ? {} : { until: asking.now + step.withinMs };
        return { total, window, tolerate, ...end };
      },
      children,
    },
  },
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
