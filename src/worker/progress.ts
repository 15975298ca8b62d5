/** How far an attempt has come, as its handler says it: a share of the work, and a few words. */

import type { FailureCode } from '../../machines/failure-codes.ts';
import { PermanentError } from './errors.ts';

export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  readonly note: string | null;
}

/** The share itself, or what is done of how much. */
export type ProgressValue = number | { readonly done: number; readonly total: number };

const NOTE_CHARACTERS = 200;

/** Throws a permanent INVALID_PROGRESS for what is no share. More than all counts as all. */
export function progressFrom(value: ProgressValue, note?: string): Progress {
  const share = typeof value === 'number' ? value : value.done / value.total;
  if (typeof share !== 'number' || !(share >= 0) || (typeof value === 'object' && !(value.total > 0))) {
    const message =
      'job.progress: give a share from 0 to 1, or { done, total } with a total above 0 and nothing negative';
    throw new PermanentError(message, { code: 'INVALID_PROGRESS' satisfies FailureCode });
  }
  const counted = typeof value === 'object' ? `${value.done} of ${value.total}` : null;
  const words = note === undefined ? counted : counted === null ? `${note}` : `${counted} ${note}`;
  return { share: Math.min(share, 1), note: words === null ? null : words.slice(0, NOTE_CHARACTERS) };
}

/** `62 % done: 310 of 500 rows`. */
export const progressText = ({ share, note }: Progress): string =>
  `${Math.round(share * 100)} % done${note === null ? '' : `: ${note}`}`;
