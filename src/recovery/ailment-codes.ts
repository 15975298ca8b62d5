/** The codes under which the doctor tells what it finds, beside those of refusals that it met. */

import type { ErrorCode } from '../error-codes.ts';

export const AILMENT_CODES = [
  'CLOCK_SET_BACK',
  'DISK_FAILS',
  'DISK_FULL',
  'FOLDER_READ_ONLY',
  'INVALID_SETTING',
  'LOG_TOO_LONG',
  'MACHINE_LACKING',
  'NOT_A_STORE',
  'NO_TEMPORARY_FOLDER',
  'OUT_OF_MEMORY',
  'ROWS_DAMAGED',
  'STORE_DAMAGED',
  'STORE_EMPTY',
  'STORE_LOCKED',
  'STORE_MISSING',
  'STORE_NOT_A_FILE',
  'STORE_READ_ONLY',
  'STORE_TRUNCATED',
  'STORE_UNREADABLE',
  'TASK_DAMAGED',
  'TIMERS_OVERDUE',
  'UNSERVED',
  'UPGRADE_FAILS',
  'WEBHOOKS_DEAD',
] as const;

export type AilmentCode = ErrorCode | (typeof AILMENT_CODES)[number];
