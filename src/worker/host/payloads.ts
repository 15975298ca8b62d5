/**
 * Sends a large payload to a process once a task, not once a step. Both sides forget alike: each keeps the same number
 * of tasks and hears of them in the same order.
 */

import { LRUCache } from 'lru-cache';
import type { Job } from '../job.ts';
import { asOwn, isLarge } from '../own.ts';

type Payload = Job['payload'];

/** A job as it is sent; without a payload it has the one that its task had before. */
export type SentJob = Omit<Job, 'payload'> & { readonly payload?: Payload; readonly isKept?: true };

const MOST_TASKS = 64;

/** For one process, which hears of everything in the order written here. */
export class PayloadsSent {
  readonly #sent = new LRUCache<string, Payload>({ max: MOST_TASKS });

  write(job: Job): SentJob {
    const { payload, ...rest } = job;
    if (!isLarge(payload)) return job;
    // The same object: a task whose payload was read from the store again has another.
    if (this.#sent.get(job.taskId) === payload) return rest;
    this.#sent.set(job.taskId, payload);
    return { ...job, isKept: true };
  }
}

export class PayloadsKept {
  readonly #kept = new LRUCache<string, Payload>({ max: MOST_TASKS });

  read({ payload, isKept, ...job }: SentJob): Job {
    if (isKept && payload !== undefined) this.#kept.set(job.taskId, payload);
    else if (payload !== undefined) return { ...job, payload };
    const kept = this.#kept.get(job.taskId);
    if (kept === undefined) throw new Error(`assertion failed: no payload of task ${job.taskId} was sent`);
    return { ...job, payload: asOwn(kept) };
  }
}
