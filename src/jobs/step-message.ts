/** Writes what the machine of a remote attempt has its step told, as events of the step's machine. */

import type { StepEvent } from '../../machines/index.ts';
import type { RemoteEffect } from '../../machines/remote-events.ts';
import type { Attempt } from '../kernel/attempts.ts';
import type { Batch } from '../kernel/batch.ts';
import { outcomeEvent } from './outcome-event.ts';

export type StepMessage = Extract<RemoteEffect, { readonly type: `tell${string}` }>;

interface Loss {
  /** Null: it has given no name. */
  readonly worker: string | null;
  readonly returned?: boolean;
  readonly delivery?: number;
  readonly silentMs?: number;
}

export function tellStep(batch: Batch, attempt: Attempt, message: StepMessage): void {
  const { token } = attempt;
  const at = batch.now;
  switch (message.type) {
    case 'tellHindered':
      batch.take(attempt, { type: 'attempt.hindered', at, token });
      break;
    case 'tellSent':
      batch.take(attempt, { type: 'attempt.sent', at, token });
      break;
    case 'tellTaken':
      tellTaken(batch, attempt, message.params);
      break;
    case 'tellReturned':
      batch.take(attempt, lostEvent(attempt, batch, { ...message.params, returned: true }));
      break;
    case 'tellSilent':
      batch.take(attempt, lostEvent(attempt, batch, message.params));
      break;
    case 'tellFailed':
      batch.take(
        attempt,
        outcomeEvent({ token, status: 'failed', error: message.params.error }, attempt, batch),
      );
      break;
  }
}

/** A worker has it, after others that are gone: the last of too many ends the attempt. */
function tellTaken(
  batch: Batch,
  attempt: Attempt,
  { lost, worker, delivery }: Extract<StepMessage, { readonly type: 'tellTaken' }>['params'],
): void {
  for (const worker of lost)
    if (isUnder(batch, attempt)) batch.take(attempt, lostEvent(attempt, batch, { worker }));
  if (lost.length > 0 && !isUnder(batch, attempt)) return;
  const event: Extract<StepEvent, { type: 'attempt.taken' }> = {
    type: 'attempt.taken',
    at: batch.now,
    token: attempt.token,
  };
  if (worker !== null) event.worker = worker;
  if (delivery !== 0) event.delivery = delivery;
  batch.take(attempt, event);
}

const lostEvent = ({ token }: Attempt, batch: Batch, loss: Loss): StepEvent => {
  return { type: 'attempt.lost', at: batch.now, token, dice: batch.dice(), ...loss };
};

/** Says whether the step is still at this attempt. */
function isUnder(batch: Batch, attempt: Attempt): boolean {
  const actor = batch.actor(attempt);
  return actor?.state === 'running' && actor.context.token === attempt.token;
}
