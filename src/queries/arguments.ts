/** Makes the arguments of attempts again, of what they were made of: no copy of them is stored. */

import type { StepContext, WaitContext } from '../../machines/index.ts';
import { definitionOf, type TaskEntry } from '../kernel/actor.ts';
import { stepNamed } from '../kernel/task-effects.ts';
import { type Arguments, fillArguments } from '../workflow/arguments.ts';
import { outputReferences } from '../workflow/steps/index.ts';

/** `contextOf`: of another step. Null for a step without any, and where failures would be needed, which change. */
export function argumentsOf(
  entry: TaskEntry,
  index: number,
  contextOf: (index: number) => StepContext | WaitContext | null,
): Arguments | null {
  const step = definitionOf(entry, index);
  if (step.with === undefined) return null;
  const outputs = outputReferences(step).map(({ step: name }) => {
    const on = stepNamed(entry, name);
    return [name, on === null ? null : (contextOf(on)?.output ?? null)] as const;
  });
  const { payload } = entry.request;
  const made = fillArguments(step.with, { payload, dependencies: Object.fromEntries(outputs) });
  return 'filled' in made ? made.filled : null;
}
