/** Turns an outcome into the event that the machine of a step takes. */

import type { FailureCode } from '../../machines/failure-codes.ts';
import type { StepEvent } from '../../machines/index.ts';
import { definitionOf, placeOf } from '../kernel/actor.ts';
import type { Batch } from '../kernel/batch.ts';
import { stepNamed } from '../kernel/task-effects.ts';
import type { AttemptAddress } from '../store/address.ts';
import type { Outcome, OutcomeError } from '../worker/job.ts';
import { holds } from '../workflow/condition.ts';

export function outcomeEvent(outcome: Outcome, address: AttemptAddress, batch: Batch): StepEvent {
  const { token, record } = outcome;
  const recorded = record === undefined ? {} : { record };
  const at = batch.now;
  if (outcome.status === 'complete') {
    const { output } = outcome;
    if (isMet(output, address, batch)) return { type: 'attempt.complete', at, token, output, ...recorded };
    const answer = (JSON.stringify(output) ?? 'null').slice(0, MOST_ANSWER);
    return { type: 'attempt.unmet', at, token, answer, ...recorded };
  }
  const { error } = outcome;
  const unknown = isUnknown(error, address, batch) ? { unknown: true as const } : {};
  return { type: 'attempt.failed', at, token, error, dice: batch.dice(), ...unknown, ...recorded };
}

/** A history has so much of an answer that was not the one waited for. */
const MOST_ANSWER = 1_024;

/** The answer is the one that its step waits for: any, of one that is not asked again. */
function isMet(output: unknown, address: AttemptAddress, batch: Batch): boolean {
  if (address.kind === 'delivery') return true;
  const entry = batch.task(address.task);
  const { until, name } = definitionOf(entry, address.index);
  if (until === undefined) return true;
  return holds(until, (step) => {
    if (step === null) return entry.request.payload;
    if (step === name) return output;
    const asked = stepNamed(entry, step);
    return asked === null ? null : (batch.actor(placeOf(entry, asked))?.context.output ?? null);
  });
}

/** The work was done, or nobody knows: only its outcome is not to be had. */
const WITHOUT_OUTCOME: ReadonlySet<string | null> = new Set([
  'ABORTED',
  'WORKER_DIED',
  'WORKER_LOST',
  'HEARTBEAT_TIMEOUT',
  'OUTPUT_NOT_JSON',
  'OUTPUT_TOO_DEEP',
  'OUTPUT_TOO_LARGE',
  'OUTPUT_ENCODED',
  'OUTCOME_TOO_LARGE',
  'INVALID_RECORD',
] satisfies FailureCode[]);

/** An HTTP call that failed so never reached its server. */
const UNREACHED: ReadonlySet<string | null> = new Set([
  'ADDRESS_NOT_ALLOWED' satisfies FailureCode,
  'INVALID_URL' satisfies FailureCode,
  'VARIABLE_MISSING' satisfies FailureCode,
  'TEMPLATE_INVALID' satisfies FailureCode,
  'TEMPLATE_MISSING' satisfies FailureCode,
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
]);

/** A handler that fails has said so; a server may have done the work whatever becomes of the call. */
function isUnknown(error: OutcomeError, { kind, task, index }: AttemptAddress, batch: Batch): boolean {
  if (kind === 'delivery') return false;
  if (batch.actor({ kind, task, index })?.context.policy.compensable !== true) return false;
  if (WITHOUT_OUTCOME.has(error.code)) return true;
  if (definitionOf(batch.task(task), index).http === undefined) return false;
  const { response, code } = error;
  if (response !== undefined) return response.status === 408 || response.status >= 500;
  return !UNREACHED.has(code);
}
