/** The names in a branch's condition made references: into the outputs of steps, or into the payload. */

import type { Condition, Reference } from '../definition.ts';
import { nameKey } from '../name-key.ts';
import type { RunbookStep } from './steps.ts';

/** The names that flow between steps. */
export interface Names {
  /** The steps that have an output of that name. */
  readonly makers: ReadonlyMap<string, readonly RunbookStep[]>;
  /** Inputs, wherever they come from. */
  readonly taken: ReadonlySet<string>;
}

export interface Resolved {
  readonly condition: Condition;
  /** The steps whose outputs it asks about. */
  readonly asks: ReadonlySet<RunbookStep>;
}

/**
 * A name is an output of the asking step, else of another step, else what steps take from the payload. One that no
 * flow line has is a field of the asking step's output or, where that has none, of the payload (`payload.x` for sure).
 */
export function resolveCondition(condition: Condition, asker: RunbookStep, names: Names): Resolved {
  const asks = new Set<RunbookStep>();
  const resolve = (part: Condition): Condition => {
    switch (part.op) {
      case 'not':
        return { op: 'not', of: resolve(part.of) };
      case 'and':
      case 'or':
        return { op: part.op, of: part.of.map(resolve) };
      case 'is':
      case 'equals':
        return ofFirstPresent(
          part,
          placesOf(part.value.path, asker, names).map(({ step, path }) => {
            if (step !== null) asks.add(step);
            return { step: step?.heading.name ?? null, path };
          }),
        );
    }
  };
  return { condition: resolve(condition), asks };
}

interface Place {
  readonly step: RunbookStep | null;
  readonly path: readonly string[];
}

/** Where a value of this name may be; a later place counts where the earlier ones have nothing. */
function placesOf(path: readonly string[], asker: RunbookStep, names: Names): Place[] {
  const [name = '', ...rest] = whole(path, names);
  const makers = names.makers.get(nameKey(name)) ?? [];
  if (makers.includes(asker)) return outputPlaces(asker, [name, ...rest]);
  if (makers.length > 0) return makers.flatMap((maker) => outputPlaces(maker, [name, ...rest]));
  const inPayload = { step: null, path: [name, ...rest] };
  if (names.taken.has(nameKey(name))) return [inPayload];
  if (name === 'payload' && rest.length > 0) return [{ step: null, path: rest }];
  return [{ step: asker, path }, inPayload];
}

/** `raw_data.csv` is one name where a flow line has it; the longest such counts. */
export function whole(path: readonly string[], { makers, taken }: Names): readonly string[] {
  for (let length = path.length; length > 1; length--) {
    const name = path.slice(0, length).join('.');
    if (makers.has(nameKey(name)) || taken.has(nameKey(name))) return [name, ...path.slice(length)];
  }
  return path;
}

/** A step with one output may return it bare; with several it returns an object of them. */
function outputPlaces(step: RunbookStep, path: readonly string[]): Place[] {
  const named = { step, path };
  return step.flow.outputs.length > 1 ? [named] : [named, { step, path: path.slice(1) }];
}

type Question = Extract<Condition, { op: 'is' | 'equals' }>;

function ofFirstPresent(question: Question, [first, ...rest]: readonly Reference[]): Condition {
  if (first === undefined) return question;
  const asked: Condition = { ...question, value: first };
  if (rest.length === 0) return asked;
  const absent: Condition = { op: 'equals', value: first, to: null };
  const otherwise: Condition = { op: 'and', of: [absent, ofFirstPresent(question, rest)] };
  const isForNothing = question.op === 'equals' && question.to === null;
  return isForNothing ? otherwise : { op: 'or', of: [asked, otherwise] };
}
