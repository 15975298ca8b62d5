/** Turns an outcome into the event that the machine of a step takes. */

import type { StepEvent } from '../../machines/index.ts';
import type { Batch } from '../kernel/batch.ts';
import type { Outcome } from '../worker/job.ts';

export function outcomeEvent(outcome: Outcome, batch: Batch): StepEvent {
  const { token, record } = outcome;
  const recorded = record === undefined ? {} : { record };
  const at = batch.now;
  if (outcome.status === 'complete')
    return { type: 'attempt.complete', at, token, output: outcome.output, ...recorded };
  return { type: 'attempt.failed', at, token, error: outcome.error, dice: batch.dice(), ...recorded };
}
