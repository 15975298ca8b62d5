/** A task counts its compensations by themselves, beside the standings that they have like all its steps. */

import { failure } from './failure-codes.ts';
import { add } from './standing-counts.ts';
import { asCauses } from './step-failures.ts';
import type { Standing, StepError } from './step-model.ts';
import type { TaskContext, TaskEvent } from './task-model.ts';

/** The compensations of its workflow. */
export interface Compensations {
  readonly count: number;
  /** So many wait for no other. */
  readonly first: number;
  /** They run only when somebody asks for it. */
  readonly byHand?: true;
}

/** It takes back, or has. */
export interface Compensation {
  /** Steps to take back. */
  readonly total: number;
  /** Compensations that have ended, also those of steps that had done nothing, by standing. */
  readonly ended: Readonly<Partial<Record<Standing, number>>>;
  /** The compensations that have failed, by name, and why. */
  readonly failed: readonly { readonly step: string; readonly why: string }[];
  /** The error with which it began. */
  readonly error?: StepError & { readonly step: string | null };
}

/** Why the task ends. */
export type EndingBy = 'cancel' | 'deadline' | 'failure';

type Report = Extract<TaskEvent, { from: Standing }>;

/** All compensations have ended, one way or another. */
export function isTakenBack({ compensation, compensations }: TaskContext): boolean {
  if (compensation === undefined) return false;
  const ended = Object.values(compensation.ended).reduce((sum, n) => sum + n, 0);
  return ended === compensations?.count;
}

export const owedAfter = ({ owed = 0 }: TaskContext, owes: number): Pick<TaskContext, 'owed'> => ({
  owed: owed + owes,
});

const ENDED: ReadonlySet<Standing> = new Set(['complete', 'skipped', 'failed', 'cancelled']);

/** After the report of a compensation. */
export function compensationAfter(
  { compensation, finishedAt }: TaskContext,
  event: Report,
  to: Standing,
): Pick<TaskContext, 'compensation' | 'error' | 'mending'> {
  if (compensation === undefined) return {};
  const { from, step } = event;
  let { ended, failed } = compensation;
  if (ENDED.has(from) && (ended[from] ?? 0) > 0) ended = add(ended, from, -1);
  if (ENDED.has(to)) ended = add(ended, to, 1);
  if (from === 'failed') failed = failed.filter((other) => other.step !== step);
  if (event.type === 'step.failed')
    failed = [...failed, { step, why: event.error.message.slice(0, MOST_WHY) }];
  return {
    compensation: { ...compensation, ended, failed },
    error: failed.length === 0 ? compensation.error : notTakenBack(failed, compensation.error),
    // Others were told that the task has failed, and are not told anew.
    ...(finishedAt === undefined ? {} : { mending: true as const }),
  };
}

const MOST_WHY = 200;
const MOST_NAMED = 5;

function notTakenBack(failed: Compensation['failed'], first: TaskContext['error']): TaskContext['error'] {
  const told = failed.slice(0, MOST_NAMED).map(({ step, why }) => `${step} failed: ${why}`);
  const more = failed.length > MOST_NAMED ? `; and ${failed.length - MOST_NAMED} more` : '';
  const message = `${told.join('; ')}${more}. Retry or complete ${failed.length === 1 ? 'it' : 'them'} by hand`;
  return {
    ...failure('CompensationFailed', 'COMPENSATION_FAILED', message),
    ...asCauses(first),
    step: failed[0]?.step ?? null,
  };
}
