/** A question waits for a person, until it ends in one of these ways. */

import type { Approval, ApprovalList } from '../../views/approvals.ts';
import type { StepView } from '../../views/tasks.ts';

export interface Question extends Omit<Approval, 'token'> {
  /** Answers it without a key; missing where only some may answer. */
  readonly link?: string;
}

/** How a question ended, in words. */
export interface Ending {
  readonly status: StepView['status'];
  readonly text: string;
}

export interface Questions extends Omit<ApprovalList, 'approvals'> {
  /** A page of them, the longest asked first. */
  readonly open: readonly Question[];
  readonly endings: ReadonlyMap<string, Ending>;
}

/** Tells questions apart; asked again, one is the same. */
export const keyOf = ({ taskId, step }: Pick<Question, 'taskId' | 'step'>): string => `${taskId} ${step}`;

export function endingOf({ status, error, resolvedBy, output }: StepView): Ending | null {
  switch (status) {
    case 'pending':
    case 'waiting':
      return null;
    case 'complete':
      return { status, text: approvedText(resolvedBy ?? byOf(output)) };
    case 'cancelled':
      return { status, text: 'its task was cancelled' };
    default:
      return { status, text: error?.message ?? `${status} by ${resolvedBy ?? 'somebody'}` };
  }
}

const approvedText = (by: string | null): string =>
  by === 'timeout' ? 'approved, since nobody answered in time' : `approved by ${by ?? 'somebody'}`;

/** A plain yes says whose it is. */
function byOf(output: unknown): string | null {
  const { by } = (output ?? {}) as { readonly by?: unknown };
  return typeof by === 'string' ? by : null;
}
