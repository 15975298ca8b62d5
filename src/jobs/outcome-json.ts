/**
 * The JSON of what a worker elsewhere sends. What JSON would not keep is the fault of its attempt, which is told so and
 * ends: thrown away with its message, the attempt would wait for its timeout and be made again.
 */

import { isRefusal, type Refusal } from '../errors.ts';
import { isJsonObject } from '../workflow/fields.ts';
import { ownJsonOf, textOf } from '../workflow/json-body.ts';

/** Refuses as `ownJsonOf` does where it cannot be told whose outcome it is, or what it says. */
export function outcomeJson(data: Uint8Array): unknown {
  try {
    return ownJsonOf(data);
  } catch (error) {
    const instead = isLoss(error) ? failureFor(data, error) : null;
    if (instead === null) throw error;
    return instead;
  }
}

const isLoss = (error: unknown): error is Refusal =>
  isRefusal(error, 'INEXACT_NUMBER') || isRefusal(error, 'DUPLICATE_KEY');

/** An output is refused for good. A failure stays what it is, and says in its details what was left out of them. */
function failureFor(data: Uint8Array, loss: Refusal): unknown {
  const body: unknown = JSON.parse(textOf(data));
  if (!isJsonObject(body) || !loss.faults.every(({ pointer }) => /^\/(?:output|error)\//.test(`${pointer}/`)))
    return null;
  const { token, status, error } = body;
  const why = loss.message.replace(/^the body/, 'the outcome');
  if (status === 'failed' && isJsonObject(error)) {
    const isOfDetails = loss.faults.every(({ pointer }) => pointer.startsWith('/error/details'));
    return isOfDetails ? { ...body, error: { ...error, details: `left out: ${why}` } } : null;
  }
  if (status !== 'complete') return null;
  const failure = { name: 'PermanentError', message: why, code: loss.code, retryable: false };
  return { token, status: 'failed', error: failure };
}
