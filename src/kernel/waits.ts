/** Does what the machine of a wait asks for: tells it what it waits for, filled in, when it begins. */

import { failure } from '../../machines/failure-codes.ts';
import type { WaitEvent } from '../../machines/index.ts';
import { waitOf } from '../workflow/steps/index.ts';
import type { Scope } from '../workflow/template.ts';
import { definitionOf, placeOf, type TaskEntry, type WaitActor } from './actor.ts';
import type { Batch } from './batch.ts';
import { offerKept } from './signals.ts';
import type { Effect } from './turn.ts';

export function performWaitEffect(batch: Batch, wait: WaitActor, effect: Effect): void {
  // One that is held has left the state that asks.
  if (effect.type === 'fill' && wait.state === 'pending.ready') batch.send(wait, askedBy(batch, wait));
  if (effect.type === 'listen' && wait.context.policy.for === 'signal')
    batch.later(() => offerKept(batch, wait));
}

function askedBy(batch: Batch, { entry, index }: WaitActor): WaitEvent {
  const definition = definitionOf(entry, index);
  const { now: at } = batch;
  const { correlation } = entry;
  const asked = waitOf(definition)?.ask(definition, {
    scope: scopeOf(batch, entry, index),
    now: at,
    correlation,
  });
  if (asked === undefined) throw new Error(`assertion failed: step ${definition.name} is a wait`);
  if ('invalid' in asked)
    return { type: 'wait.invalid', at, error: failure('WaitInvalid', 'WAIT_INVALID', asked.invalid) };
  return { type: 'wait.begin', at, ...asked };
}

/** References are looked up in the payload and in the outputs of the steps that it comes after or refers to. */
function scopeOf(batch: Batch, entry: TaskEntry, index: number): Scope {
  const outputs = (entry.workflow.inputs[index] ?? []).map(
    (on) => [definitionOf(entry, on).name, batch.actor(placeOf(entry, on))?.context.output ?? null] as const,
  );
  return { payload: entry.request.payload, dependencies: Object.fromEntries(outputs) };
}
