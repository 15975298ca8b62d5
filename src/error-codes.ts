/**
 * Every code under which Troupe refuses, with the kind of its refusal. `docs/error-codes.md` tells what each means
 * and what to do; a test holds it equal to this list.
 */

import type { RefusalKind } from './errors.ts';

export const ERROR_CODES = {
  // Requests, whichever way they come.
  NOT_UTF8: 'malformed',
  NOT_JSON: 'malformed',
  DUPLICATE_KEY: 'invalid',
  INEXACT_NUMBER: 'invalid',
  INVALID_BODY: 'invalid',
  INVALID_QUERY: 'invalid',
  INVALID_PATH: 'invalid',
  INVALID_HEADER: 'invalid',
  INVALID_IDEMPOTENCY_KEY: 'invalid',
  INVALID_CURSOR: 'invalid',
  INVALID_EVENT_ID: 'invalid',
  INVALID_TENANT: 'invalid',
  FOREIGN_TENANT: 'invalid',
  TENANT_NOT_FOUND: 'not_found',
  UNKNOWN_SUBJECT: 'not_found',
  BODY_TOO_LARGE: 'too_large',
  ANSWER_TOO_LARGE: 'too_large',
  TOO_MANY_STREAMS: 'limited',
  NOT_READY: 'unavailable',
  STOPPING: 'unavailable',

  // Submissions.
  INVALID_TASK: 'invalid',
  INVALID_PAYLOAD: 'invalid',
  INVALID_WEBHOOK_URL: 'invalid',
  IDEMPOTENCY_KEY_REUSED: 'invalid',
  UNKNOWN_DEPENDENCY: 'invalid',
  DEPENDENCY_CYCLE: 'invalid',
  LIMIT_REACHED: 'limited',
  RATE_EXCEEDED: 'limited',
  COMMIT_FAILED: 'unavailable',

  // Workflows.
  INVALID_WORKFLOW: 'invalid',
  WORKFLOW_TOO_COMPLEX: 'invalid',
  AMBIGUOUS_WORKFLOW: 'invalid',
  UNKNOWN_WORKFLOW_VERSION: 'invalid',
  RESERVED_NAME: 'invalid',
  WORKFLOW_NOT_FOUND: 'not_found',
  VERSION_CONFLICT: 'conflict',
  MACHINE_NOT_FOUND: 'not_found',

  // Tasks, steps and webhooks that are there.
  TASK_NOT_FOUND: 'not_found',
  STEP_NOT_FOUND: 'not_found',
  STEP_NOT_SPAWNED: 'not_found',
  WEBHOOK_NOT_FOUND: 'not_found',
  NO_SUCH_MOMENT: 'not_found',
  NO_SUCH_ACTOR: 'invalid',
  UNREADABLE_EVENT: 'invalid',
  UNKNOWN_EVENT: 'invalid',
  INVALID_OUTPUT: 'invalid',
  INVALID_SIGNAL: 'invalid',
  UNKNOWN_SIGNAL: 'invalid',
  SIGNAL_ID_REUSED: 'invalid',
  SIGNAL_NOT_FOUND: 'not_found',
  SIGNALS_FULL: 'limited',
  WRONG_STATE: 'conflict',
  SET_ASIDE: 'conflict',
  TASK_UNREADABLE: 'unavailable',

  // Jobs of workers elsewhere.
  INVALID_JOB: 'invalid',
  INVALID_OUTCOME: 'invalid',
  INVALID_QUESTION: 'invalid',
  ATTEMPT_OVER: 'conflict',
  INPUTS_CHANGED: 'conflict',
  INPUTS_UNREADABLE: 'conflict',
  INPUTS_TOO_LARGE: 'too_large',
  OUTCOME_TOO_LARGE: 'too_large',
  NO_ORCHESTRATOR: 'unavailable',

  // Settings and handlers.
  INVALID_OPTIONS: 'invalid',
  INVALID_HANDLERS: 'invalid',
  INVALID_CONCURRENCY: 'invalid',
  INVALID_NAME: 'invalid',
  INVALID_KEY: 'invalid',
  INVALID_KEYS: 'invalid',
  INVALID_WEBHOOK_ALLOW: 'invalid',
  INVALID_WEBHOOK_SECRET: 'invalid',

  // The bus.
  INVALID_NATS_URL: 'invalid',
  INVALID_PREFIX: 'invalid',
  INVALID_SUBJECT: 'invalid',
  INVALID_PATTERN: 'invalid',
  NATS_CREDS: 'invalid',
  NATS_LOGIN: 'invalid',
  NATS_PERMISSION: 'invalid',
  NATS_REFUSED: 'invalid',
  NATS_TLS: 'invalid',
  NATS_TOO_OLD: 'invalid',
  NO_JETSTREAM: 'invalid',
  UNKNOWN_STREAM: 'not_found',
  CONSUMER_DIFFERS: 'conflict',
  OVERLAPPING_CONSUMER: 'conflict',
  STREAM_DIFFERS: 'conflict',
  STREAM_SUBJECTS_TAKEN: 'conflict',
  MESSAGE_TOO_LARGE: 'too_large',
  SLOW_SUBSCRIBER: 'limited',
  STREAM_FULL: 'limited',
  BUS_CLOSED: 'unavailable',
  BUS_UNAVAILABLE: 'unavailable',
  NO_RESPONDERS: 'unavailable',
  REQUEST_TIMEOUT: 'unavailable',

  // The store, its copies and its records.
  BINDING_UNUSABLE: 'unavailable',
  STORE_UNUSABLE: 'unavailable',
  STORE_TOO_NEW: 'unavailable',
  STORE_TOO_OLD: 'unavailable',
  COMPACT_FAILED: 'unavailable',
  BACKUP_DAMAGED: 'unavailable',
  BACKUP_INTO_ITSELF: 'invalid',
  FILE_EXISTS: 'conflict',
  INVALID_SNAPSHOTS: 'malformed',
  NOT_RESTORABLE: 'conflict',
  UNKNOWN_COLUMN: 'invalid',
  NO_TIMES: 'conflict',
} as const satisfies Record<string, RefusalKind>;

export type ErrorCode = keyof typeof ERROR_CODES;
