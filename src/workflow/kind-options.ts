/** TypeScript says the kind of a step with the keys of `steps/`, in camel case, checked as in a file. */

import { z } from 'zod';
import type { Fault } from '../errors.ts';
import { COMPENSATION_ENDING } from './compensations.ts';
import { isJsonObject } from './fields.ts';
import { type Problem, pointerTo, problemsOf } from './parse.ts';
import {
  contradictions,
  type InCamelCase,
  inCamelCase,
  KIND_KEYS,
  type KindOptions,
  kindFields,
} from './steps/index.ts';

/** A handler is a function too, and has one name here. */
const { handler: _, handler_class: __, ...KEYS } = KIND_KEYS;

const schema = z.object(KEYS);

type Option = InCamelCase<keyof typeof KEYS>;

/** Each key with the option that stands for it: one that `KindOptions` lacks does not compile below. */
const PAIRS = Object.keys(KEYS).map((key) => [key, inCamelCase(key) as Option] as const);

export const KIND_OPTIONS = Object.fromEntries(PAIRS.map(([, option]) => [option, true])) as Record<
  Option,
  true
>;

interface Given extends KindOptions {
  readonly dependsOn?: readonly string[];
  readonly when?: unknown;
  readonly critical?: boolean;
  readonly optional?: boolean;
  readonly handler?: unknown;
}

/** `inline`: the name that its handler gets if it is a function; that of its compensation has the ending of its step. */
export function kindOfOptions(
  name: string,
  step: Given,
  inline: string,
): { readonly fields: ReturnType<typeof kindFields> } | { readonly faults: readonly Fault[] } {
  const keys = Object.fromEntries(
    PAIRS.flatMap(([key, option]) =>
      step[option] === undefined || isOfHandler(key, step)
        ? []
        : [[key, asWritten(key, step[option], inline)]],
    ),
  );
  const faults: Fault[] = [];
  const tell = ([key, ...path]: readonly PropertyKey[], message: string): void =>
    void faults.push({ pointer: pointerTo(['steps', name, optionOf(String(key)), ...path]), message });
  const { success, data, error } = schema.safeParse(keys);
  const problems: readonly Problem[] = success ? [] : problemsOf(error);
  for (const { path, message } of problems) tell(path, message);

  const isInline = typeof step.handler === 'function';
  const handler = isInline ? inline : typeof step.handler === 'string' ? step.handler : undefined;
  // A handler named after its step says nothing new.
  const written = handler === name ? undefined : handler;
  const { critical, optional, when, dependsOn } = step;
  contradictions({ ...keys, name, handler: written, critical, optional, when, depends_on: dependsOn }, tell);
  if (isInline && step.isolation !== undefined)
    tell(['isolation'], 'is for handlers in files: a function runs in the process that it is in');
  if (!success || faults.length > 0) return { faults };
  return { fields: kindFields({ ...data, name, handler }) };
}

/** Without a list, the concurrency of a step is that of its handler. */
const isOfHandler = (key: string, { forEach }: Given): boolean =>
  key === 'concurrency' && forEach === undefined;

/** The fields of a wait and of a compensation are in camel case too. */
function asWritten(key: string, value: unknown, inline: string): unknown {
  if (key === 'compensation') return compensationAsWritten(value, inline + COMPENSATION_ENDING);
  if (key !== 'wait_for' || !isJsonObject(value)) return value;
  const { onTimeout, ...same } = value;
  return onTimeout === undefined ? same : { ...same, on_timeout: onTimeout };
}

function compensationAsWritten(value: unknown, inline: string): unknown {
  if (typeof value === 'function') return inline;
  if (!isJsonObject(value)) return value;
  const { maxAttempts, backoff, handler, ...same } = value;
  return {
    ...same,
    ...(handler === undefined ? {} : { handler: typeof handler === 'function' ? inline : handler }),
    ...(maxAttempts === undefined ? {} : { retry_limit: maxAttempts }),
    ...(isJsonObject(backoff) ? { backoff: backoffAsWritten(backoff) } : {}),
  };
}

function backoffAsWritten({ baseMs, maxMs, ...same }: Readonly<Record<string, unknown>>): unknown {
  return {
    ...same,
    ...(baseMs === undefined ? {} : { base: `${String(baseMs)}ms` }),
    ...(maxMs === undefined ? {} : { max: `${String(maxMs)}ms` }),
  };
}

const optionOf = (key: string): string => (key === 'depends_on' ? 'dependsOn' : inCamelCase(key));
