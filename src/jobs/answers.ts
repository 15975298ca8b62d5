/** How an orchestrator says no to a worker who asks for the parts of a job, or gives those of an outcome. */

import type { ErrorCode } from '../error-codes.ts';
import { Refusal, reasonOf } from '../errors.ts';

export interface No {
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/** `otherwise`: the code of what was not meant as a refusal. */
export function noOf(thrown: unknown, otherwise: ErrorCode): No {
  const message = reasonOf(thrown);
  return { error: { code: thrown instanceof Refusal ? thrown.code : otherwise, message } };
}

export const attemptOver = (): Refusal =>
  new Refusal('ATTEMPT_OVER', 'the attempt of this token is over, or is not of this step');
