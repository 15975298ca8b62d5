/** Does what the machine of a wait asks for: tells it what it waits for, spawns and tells its children. */

import { failure } from '../../machines/failure-codes.ts';
import type { WaitContext, WaitEvent } from '../../machines/index.ts';
import { hasRoom } from '../../machines/wait-children.ts';
import { waitOf } from '../workflow/steps/index.ts';
import { type Actor, definitionOf, type WaitActor } from './actor.ts';
import type { Batch } from './batch.ts';
import { spawnLater, tellChildren } from './child-waves.ts';
import { askForChildren, collect, retryNext, spawnChildren } from './children.ts';
import { offerKept } from './signals.ts';
import type { Effect } from './turn.ts';
import { scopeOf } from './wait-scope.ts';

export function performWaitEffect(batch: Batch, wait: WaitActor, effect: Effect, before: Actor | null): void {
  switch (effect.type) {
    case 'fill':
      // One that is held has left the state that asks.
      if (wait.state === 'pending.ready') batch.send(wait, askedBy(batch, wait));
      return;
    case 'listen':
      if (wait.context.policy.for === 'signal') batch.later(() => offerKept(batch, wait));
      return;
    case 'spawnNext': {
      spawnChildren(batch, wait, contextOf(before).next ?? 0, wait.context.next ?? 0);
      if (hasRoom(wait.context)) spawnLater(batch, wait);
      return;
    }
    case 'pauseChildren':
      tellChildren(batch, wait, 'pause');
      return;
    case 'resumeChildren':
      tellChildren(batch, wait, 'resume');
      return;
    case 'cancelChildren':
      tellChildren(batch, wait, 'cancel');
      return;
    case 'retryNext':
      retryNext(batch, wait, (wait.context.told ?? 0) - (contextOf(before).told ?? 0));
      return;
    case 'collect':
      collect(batch, wait);
      return;
  }
}

const contextOf = (before: Actor | null): Partial<WaitContext> =>
  before?.kind === 'wait' ? before.context : {};

function askedBy(batch: Batch, wait: WaitActor): WaitEvent {
  const { entry, index } = wait;
  const definition = definitionOf(entry, index);
  const { now: at } = batch;
  const kind = waitOf(definition);
  if (kind === null) throw new Error(`assertion failed: step ${definition.name} is a wait`);
  const scope = scopeOf(batch, entry, index);
  const asked = kind.ask(definition, { scope, now: at, correlation: entry.correlation });
  if ('invalid' in asked)
    return {
      type: 'wait.invalid',
      at,
      error: failure('WaitInvalid', asked.code ?? 'WAIT_INVALID', asked.invalid),
    };
  return kind.children === null ? { type: 'wait.begin', at, ...asked } : askForChildren(batch, wait, asked);
}
