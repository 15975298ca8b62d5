/**
 * The codes under which Troupe itself fails an attempt, and whether another may succeed. Handlers, servers and sockets
 * give theirs besides. `docs/error-codes.md` tells what each means; a test holds it equal to this list.
 */

import type { StepError } from './step-model.ts';

export const FAILURE_CODES = {
  // These befall the attempt.
  TIMEOUT: 'retryable',
  START_TIMEOUT: 'retryable',
  HEARTBEAT_TIMEOUT: 'retryable',
  WORKER_DIED: 'retryable',
  WORKER_LOST: 'retryable',
  ABORTED: 'retryable',
  HANDLER_MISSING: 'retryable',
  ISOLATION_UNAVAILABLE: 'final',
  ARGUMENTS_TOO_LARGE: 'final',

  // The handler gave these.
  OUTPUT_NOT_JSON: 'final',
  OUTPUT_TOO_DEEP: 'final',
  OUTPUT_TOO_LARGE: 'final',
  OUTCOME_TOO_LARGE: 'final',
  INVALID_PROGRESS: 'final',
  INVALID_RECORD: 'final',

  // Waits.
  WAIT_INVALID: 'final',
  WAIT_TIMEOUT: 'final',
  REJECTED: 'final',

  // Children.
  CHILD_FAILED: 'final',
  UNKNOWN_WORKFLOW: 'final',
  INVALID_PAYLOAD: 'final',
  TOO_DEEP: 'final',
  MAP_INVALID: 'final',
  MAP_TOO_LARGE: 'final',

  // References, of arguments and of calls.
  TEMPLATE_INVALID: 'final',
  TEMPLATE_MISSING: 'final',

  // Calls over HTTP, of steps and of webhooks.
  ADDRESS_NOT_ALLOWED: 'final',
  INVALID_URL: 'final',
  CONNECTION_FAILED: 'retryable',
  OUTPUT_ENCODED: 'final',
  VARIABLE_MISSING: 'final',

  // Time that a step or its task has in all.
  WITHIN: 'final',
  DEADLINE: 'final',
  HALTED: 'final',

  // Tasks.
  COMPENSATION_FAILED: 'final',
  DEPENDENCY_FAILED: 'final',
  TASK_CANCELLED: 'final',
  TASK_UNREADABLE: 'final',
} as const satisfies Record<string, 'retryable' | 'final'>;

export type FailureCode = keyof typeof FAILURE_CODES;

export const failure = (name: string, code: FailureCode, message: string): StepError => ({
  name,
  message,
  code,
  retryable: FAILURE_CODES[code] === 'retryable',
});

/** Tells whether an error has one of these codes; its own code may be any text. */
export const failedBy = (
  error: StepError | undefined,
  ...codes: readonly FailureCode[]
): error is StepError => codes.some((code) => error?.code === code);
