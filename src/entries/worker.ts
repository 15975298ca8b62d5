/**
 * `troupe/worker`: what handlers and workers elsewhere import. It loads neither SQLite nor HTTP, and nothing of a worker
 * until one is started, so that a file of handlers costs its process next to nothing.
 */

import type { Worker, WorkerOptions } from '../remote-worker/worker.ts';

export type { ErrorCode } from '../error-codes.ts';
export { type Fault, Refusal, type RefusalKind } from '../errors.ts';
export type { NatsAddress, Worker, WorkerOptions, WorkerSettings } from '../remote-worker/worker.ts';
export { PermanentError, RetryableError } from '../worker/errors.ts';
export type { Handler, HandlerContext, HandlerEntry, Job, Outcome, OutcomeError } from '../worker/job.ts';

/**
 * Takes jobs for these handlers from NATS, or from the bus of a Troupe in this process. Resolves though no server is
 * there: it is looked for until it is. Rejects for what waiting does not mend, as INVALID_HANDLERS.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const worker = await import('../remote-worker/worker.ts');
  return worker.startWorker(options);
}
