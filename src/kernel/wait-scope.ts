/** References of a wait are looked up in the payload and in the outputs of the steps that it comes after or refers to. */

import type { Scope } from '../workflow/template.ts';
import { definitionOf, placeOf, type TaskEntry } from './actor.ts';
import type { Batch } from './batch.ts';

export function scopeOf(batch: Batch, entry: TaskEntry, index: number): Scope {
  const outputs = (entry.workflow.inputs[index] ?? []).map(
    (on) => [definitionOf(entry, on).name, batch.actor(placeOf(entry, on))?.context.output ?? null] as const,
  );
  return { payload: entry.request.payload, dependencies: Object.fromEntries(outputs) };
}
