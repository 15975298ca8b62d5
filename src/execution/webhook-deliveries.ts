/** Delivers webhooks. */

import { isWebhook } from '../kernel/actor.ts';
import type { Attempt } from '../kernel/batch.ts';
import type { Executor } from '../kernel/output-gate.ts';
import type { TraceScope } from '../tracing/spans.ts';
import type { WebhookSender } from '../webhooks/send.ts';
import type { Outcome } from '../worker/job.ts';
import { beginLocally, type LocalParts } from './local.ts';

export class WebhookExecutor implements Executor {
  readonly #parts: LocalParts;
  readonly #sender: WebhookSender;

  constructor(parts: LocalParts, sender: WebhookSender) {
    this.#parts = parts;
    this.#sender = sender;
  }

  runs({ ref }: Attempt): boolean {
    return isWebhook(ref);
  }

  adopt({ token }: Attempt): boolean {
    return this.#parts.pool.has(token);
  }

  start(attempt: Attempt): void {
    beginLocally(this.#parts, attempt, (reports, trace) =>
      this.#parts.pool.start(attempt.token, ({ signal }) => this.#deliver(attempt, trace, signal), reports),
    );
  }

  release(token: string): void {
    this.#parts.pool.release(token);
  }

  async #deliver(
    { task, ref, token }: Attempt,
    { traceparent }: TraceScope,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const webhook = this.#parts.store.webhookOfActor(task, ref);
    if (webhook === null) throw new Error(`assertion failed: a delivery without its webhook ${task}/${ref}`);
    const { id, url, body } = webhook;
    const outcome = await this.#sender.send(
      { id, url, body, ...(traceparent === undefined ? {} : { traceparent }) },
      signal,
    );
    return { ...outcome, token };
  }
}
