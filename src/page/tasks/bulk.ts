/** Tells one thing to many tasks, a few at a time. */

import { Problem, post } from '../api.ts';
import type { BulkVerb } from './acceptance.ts';

const AT_ONCE = 6;

export interface BulkResult {
  readonly done: number;
  readonly refused: readonly { readonly id: string; readonly why: string }[];
}

export async function tellAll(
  ids: readonly string[],
  verb: BulkVerb,
  reason: string,
  onProgress: (done: number) => void,
): Promise<BulkResult> {
  const waiting = [...ids];
  const refused: { id: string; why: string }[] = [];
  let done = 0;
  async function work(): Promise<void> {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await post(`/tasks/${encodeURIComponent(id)}/${verb}`, reason === '' ? {} : { reason });
        done++;
        onProgress(done);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refused.push({ id, why: error.detail });
        // It would say the same of all the others.
        if (error.status === 0 || error.status === 401) waiting.length = 0;
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done, refused };
}
