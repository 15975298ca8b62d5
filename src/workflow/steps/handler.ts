/** A step that a handler does, found by its name: what a step is unless it says something else. */

import { z } from 'zod';
import type { Arguments } from '../arguments.ts';
import { isBuiltIn } from '../built-in.ts';
import { LIMITS, type StepDefinition } from '../definition.ts';
import { isJson, jsonObjectOf, nameField } from '../fields.ts';
import { handlerOfClass } from '../json/spellings.ts';
import { MEMORY_FORMS, memoryMb } from '../memory-size.ts';
import { type OutputReference, outputsIn, parseTemplate, textsOf } from '../template.ts';
import type { Keys, StepFault, StepKind, Tell } from './kind.ts';

export interface HandlerFields {
  /** Each attempt has a process of its own. */
  readonly isolation?: 'process';
  /** Most memory of that process, in MB. */
  readonly memoryMb?: number;
  /** Its handler gets this as `job.with`, with values in the place of its references. */
  readonly with?: Arguments;
}

export interface HandlerOptions {
  /** Gives each attempt a process of its own, where the handler is one of a file. */
  readonly isolation?: 'process';
  /** Most memory of that process: `256MB`, `2GB`. */
  readonly memory?: string;
  /** Its handler gets this as `job.with`; `${…}` references are filled in. */
  readonly with?: Arguments;
}

const keys = {
  handler: nameField.optional().meta({ description: "The step's name unless given" }),
  handler_class: nameField
    .refine((name) => handlerOfClass(name).trim() !== '', 'must end in a name, like Shop::ChargeCard')
    .optional()
    .meta({ description: '`handler` as Tasker spells it: the part after the last `::`' }),
  isolation: z
    .literal('process', 'must be "process", or left out')
    .optional()
    .meta({ description: 'Each attempt has a process of its own, which is ended at its timeout' }),
  memory: z
    .string(MEMORY_FORMS)
    .refine((value) => memoryMb(value) !== null, MEMORY_FORMS)
    .optional()
    .meta({ description: 'Most memory of that process: `256MB`, `2GB`' }),
  with: z
    .custom<Arguments>(isJson, 'must hold JSON alone: texts, numbers, true, false, null, lists and objects')
    .pipe(jsonObjectOf(LIMITS.argumentBytes))
    .optional()
    .meta({ type: 'object', description: 'What the handler gets as `job.with`; references are filled in' }),
};

export interface Written {
  readonly name: string;
  readonly handler?: string | undefined;
  readonly handler_class?: string | undefined;
  readonly isolation?: 'process' | undefined;
  readonly memory?: string | undefined;
  readonly with?: Arguments | undefined;
}

function faults({ with: written }: StepDefinition): StepFault[] {
  return textsOf(['with'], written).flatMap(({ path, text }) => {
    const [variable] = VARIABLE.exec(text) ?? [];
    const messages = variable === undefined ? parseTemplate(text).faults : [variable + NOT_FILLED];
    return messages.map((message) => ({ path, message }));
  });
}

const VARIABLE = /(?<!\$)\$\{ENV:[^}]*\}?/;

const NOT_FILLED =
  ' is not filled in here, for what stands here is shown, and sent to workers: let the handler read process.env';

const references = ({ with: written }: StepDefinition): OutputReference[] =>
  outputsIn(textsOf(['with'], written));

export const handler = {
  label: () => null,
  is: (step: StepDefinition) => !isBuiltIn(step.handler),
  keys,
  overrides: keys,
  view: {
    isolation: z.literal('process').optional(),
    memoryMb: z.number().optional().meta({ description: 'Most memory of its process' }),
    with: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'As it is written, with its references' }),
  },
  toDefinition({ name, handler, handler_class, isolation, memory, with: written }: Written) {
    const mb = memoryMb(memory);
    return {
      handler: handler ?? (handler_class === undefined ? name : handlerOfClass(handler_class)),
      ...(isolation === undefined ? {} : { isolation }),
      ...(mb === null ? {} : { memoryMb: mb }),
      ...(written === undefined ? {} : { with: written }),
    };
  },
  keyFaults({ isolation, memory }: Keys, tell: Tell) {
    if (memory !== undefined && isolation === undefined)
      tell(['memory'], 'is of a process of its own: give isolation: process as well');
  },
  faults,
  references,
  graphFaults: () => [],
  pending: null,
  own: null,
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
