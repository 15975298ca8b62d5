/** Tells how many questions wait for a person, on every page of the page. */

import type { ApprovalList } from '../../views/approvals.ts';
import { get } from '../api.ts';
import { OVERHEARD } from '../shared-events.ts';
import { useLive } from '../use-live.ts';

export type Count = Pick<ApprovalList, 'count' | 'atLeast'>;

/** Null until it has come. */
export const useApprovalCount = (): Count | null =>
  useLive('approval count', (signal) => get<Count>('/approvals?limit=1', { signal }), OVERHEARD).data;

export const countText = ({ count, atLeast }: Count): string =>
  `${count.toLocaleString()}${atLeast ? ' or more' : ''}`;

/** None is no news. */
export function ApprovalCount() {
  const of = useApprovalCount();
  return of === null || of.count === 0 ? null : <span class="count">{countText(of)}</span>;
}
