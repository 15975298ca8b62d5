/** A step that a handler does, found by its name: what a step is unless it says something else. */

import { z } from 'zod';
import { isBuiltIn } from '../built-in.ts';
import type { StepDefinition } from '../definition.ts';
import { nameField } from '../fields.ts';
import { handlerOfClass } from '../json/spellings.ts';
import { MEMORY_FORMS, memoryMb } from '../memory-size.ts';
import type { Keys, StepKind, Tell } from './kind.ts';

export interface HandlerFields {
  /** Each attempt has a process of its own. */
  readonly isolation?: 'process';
  /** Most memory of that process, in MB. */
  readonly memoryMb?: number;
}

export interface HandlerOptions {
  /** Gives each attempt a process of its own, where the handler is one of a file. */
  readonly isolation?: 'process';
  /** Most memory of that process: `256MB`, `2GB`. */
  readonly memory?: string;
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
};

export interface Written {
  readonly name: string;
  readonly handler?: string | undefined;
  readonly handler_class?: string | undefined;
  readonly isolation?: 'process' | undefined;
  readonly memory?: string | undefined;
}

export const handler = {
  label: () => null,
  is: (step: StepDefinition) => !isBuiltIn(step.handler),
  keys,
  overrides: keys,
  view: {
    isolation: z.literal('process').optional(),
    memoryMb: z.number().optional().meta({ description: 'Most memory of its process' }),
  },
  toDefinition({ name, handler, handler_class, isolation, memory }: Written) {
    const mb = memoryMb(memory);
    return {
      handler: handler ?? (handler_class === undefined ? name : handlerOfClass(handler_class)),
      ...(isolation === undefined ? {} : { isolation }),
      ...(mb === null ? {} : { memoryMb: mb }),
    };
  },
  keyFaults({ isolation, memory }: Keys, tell: Tell) {
    if (memory !== undefined && isolation === undefined)
      tell(['memory'], 'is of a process of its own: give isolation: process as well');
  },
  faults: () => [],
  references: () => [],
  graphFaults: () => [],
  pending: null,
  own: null,
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
