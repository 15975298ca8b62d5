/** Deliveries: those that are there, and sending a dead one again. */

import type { ActorEvent } from '../actors/batch.ts';
import { readContext } from '../actors/context-format.ts';
import type { Engine } from '../actors/engine.ts';
import { orUnreadable } from '../actors/unreadable.ts';
import type { WebhookView } from '../actors/views.ts';
import { Refusal } from '../errors.ts';
import type { Scope } from '../orchestrator.ts';
import type { WebhookRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

export interface WebhooksParts {
  readonly engine: Engine;
  readonly store: Store;
}

/** What a delivery has come to, as far as it is shown. */
interface DeliveryContext {
  readonly attempt?: number;
  readonly retryAt?: number;
  readonly error?: WebhookView['error'];
}

export class Webhooks {
  readonly #engine: Engine;
  readonly #store: Store;

  constructor(parts: WebhooksParts) {
    this.#engine = parts.engine;
    this.#store = parts.store;
  }

  list(scope: Scope, status?: WebhookView['status'], limit = 100): WebhookView[] {
    return this.#store.webhooks(scope, status ?? null, limit).map((row) => this.#webhookView(row));
  }

  async redeliver(scope: Scope, id: string, by: string): Promise<WebhookView> {
    const row = this.#store.webhook(id);
    if (row === null || (scope !== null && row.tenant !== scope)) {
      throw new Refusal('not_found', 'WEBHOOK_NOT_FOUND', `there is no webhook ${id}`);
    }
    await this.#engine.perform((batch) => {
      const event = { type: 'step.retry', at: batch.now, by } as ActorEvent;
      if (batch.take({ task: row.task, ref: row.ref }, event) === 'taken') return;
      const message = `webhook ${id} is ${row.status}: only a dead one is sent again`;
      throw new Refusal('conflict', 'WRONG_STATE', message);
    });
    return this.#webhookView(this.#store.webhook(id) ?? row);
  }

  #webhookView(row: WebhookRow): WebhookView {
    const actor = this.#store.actor(row.task, row.ref);
    const context = orUnreadable<DeliveryContext>(
      () => readContext(actor?.context ?? '{}'),
      () => ({}),
    );
    return {
      id: row.id,
      taskId: this.#store.taskByNo(row.task)?.id ?? '',
      tenantId: row.tenant,
      url: row.url,
      type: row.type as WebhookView['type'],
      status: row.status as WebhookView['status'],
      attempts: context.attempt ?? 0,
      nextAttemptAt: context.retryAt === undefined ? null : new Date(context.retryAt).toISOString(),
      createdAt: new Date(row.created_at).toISOString(),
      error: context.error ?? null,
    };
  }
}
