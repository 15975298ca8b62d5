/** Orders under way while something falls over, and what must be true of them afterwards. */

import { expect } from 'vitest';
import type { Troupe } from '../../src/troupe.ts';
import { request, taskFact } from '../support.ts';
import { STEPS } from './order.ts';
import type { TestProcess } from './processes.ts';

export async function submitOrders(troupe: Troupe, count: number, stepMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push((await troupe.submit(request('Order', { payload: { ms: stepMs } }))).taskId);
  return ids;
}

export async function allComplete(troupe: Troupe, ids: readonly string[]): Promise<void> {
  for (const id of ids) await taskFact(troupe, id, 'complete');
}

/** Each step of each order was begun by a worker once, and nothing was tried again. */
export function expectOnce(troupe: Troupe, ids: readonly string[], workers: readonly TestProcess[]): void {
  const counts = starts(workers);
  for (const id of ids)
    for (const name of STEPS) expect(counts.get(`${id}/${name}`), `${id}/${name}`).toBe(1);
  for (const id of ids) expect(troupe.getTask(null, id).retryCount).toBe(0);
}

/**
 * Each attempt was begun by a worker at most once, and a completed step never again. A worker that could not be heard
 * for long enough loses its attempt, and then there is another.
 */
export function expectOnceAnAttempt(
  troupe: Troupe,
  ids: readonly string[],
  workers: readonly TestProcess[],
): void {
  const counts = starts(workers);
  for (const id of ids) {
    for (const { name, attempt } of troupe.getTask(null, id).steps)
      expect(counts.get(`${id}/${name}`), `${id}/${name}`).toBeLessThanOrEqual(attempt);
  }
}

/** How often each step of each task was begun. */
function starts(workers: readonly TestProcess[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { event, taskId, step } of workers.flatMap(({ messages }) => messages.seen)) {
    if (event === 'start') counts.set(`${taskId}/${step}`, (counts.get(`${taskId}/${step}`) ?? 0) + 1);
  }
  return counts;
}
