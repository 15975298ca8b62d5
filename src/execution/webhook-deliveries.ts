/** Delivers webhooks. */

import type { Attempt } from '../kernel/attempts.ts';
import type { Executor } from '../kernel/output-gate.ts';
import { refOf } from '../store/address.ts';
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

  runs({ kind }: Attempt): boolean {
    return kind === 'delivery';
  }

  adopt({ token }: Attempt): boolean {
    return this.#parts.pool.has(token);
  }

  start(attempt: Attempt): void {
    beginLocally(this.#parts, attempt, (reports, trace) =>
      this.#parts.pool.start(attempt.token, ({ signal }) => this.#deliver(attempt, trace, signal), reports),
    );
  }

  stop(token: string): void {
    this.#parts.pool.stop(token);
  }

  release(token: string): void {
    this.#parts.pool.release(token);
  }

  async #deliver(attempt: Attempt, { traceparent }: TraceScope, signal: AbortSignal): Promise<Outcome> {
    const { task, index, token } = attempt;
    const webhook = this.#parts.store.webhookOfActor(task, refOf(attempt));
    if (webhook === null) throw new Error(`assertion failed: delivery ${task}/${index} has its webhook`);
    const { id, url, body } = webhook;
    const outcome = await this.#sender.send(
      { id, url, body, ...(traceparent === undefined ? {} : { traceparent }) },
      signal,
    );
    return { ...outcome, token };
  }
}
