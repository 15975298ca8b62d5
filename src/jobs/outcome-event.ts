/** What the machine of a step hears of an outcome. */

import type { ActorEvent, Batch } from '../actors/batch.ts';
import type { Outcome } from '../worker/job.ts';

export function outcomeEvent(outcome: Outcome, batch: Batch): ActorEvent {
  const { token, record } = outcome;
  const recorded = record === undefined ? {} : { record };
  const event =
    outcome.status === 'complete'
      ? { type: 'attempt.complete', at: batch.now, token, output: outcome.output, ...recorded }
      : {
          type: 'attempt.failed',
          at: batch.now,
          token,
          error: outcome.error,
          dice: batch.dice(),
          ...recorded,
        };
  return event;
}
