/** Deliveries: those that are there, and sending a dead one again. */

import type { StepError } from '../../machines/index.ts';
import { assert, Refusal } from '../errors.ts';
import { readContext } from '../kernel/context-format.ts';
import type { Engine } from '../kernel/engine.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import { addressOf } from '../store/address.ts';
import { listWebhooks } from '../store/list-webhooks.ts';
import type { WebhookRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { errorView } from '../views/errors.ts';
import type { Orchestrator } from '../views/orchestrator.ts';
import type { WebhookView } from '../views/tasks.ts';

export interface WebhooksParts {
  readonly engine: Engine;
  readonly store: SqliteStore;
}

/** These fields of a delivery are shown. */
interface DeliveryContext {
  readonly attempt?: number;
  readonly retryAt?: number;
  readonly error?: StepError;
}

export class Webhooks {
  readonly #engine: Engine;
  readonly #store: SqliteStore;

  constructor(parts: WebhooksParts) {
    this.#engine = parts.engine;
    this.#store = parts.store;
  }

  readonly listWebhooks: Orchestrator['listWebhooks'] = (scope, status, limit = 100) =>
    listWebhooks(this.#store, scope, status ?? null, limit).map((row) => this.#webhookView(row));

  readonly redeliverWebhook: Orchestrator['redeliverWebhook'] = async (scope, id, by) => {
    const row = this.#store.webhook(id);
    if (row === null || (scope !== null && row.tenant !== scope)) {
      throw new Refusal('WEBHOOK_NOT_FOUND', `there is no webhook ${id}`);
    }
    await this.#engine.perform((batch) => {
      const address = addressOf(row.task, row.ref);
      assert(address.kind === 'delivery', `webhook ${id} has a delivery`);
      if (batch.take(address, { type: 'step.retry', at: batch.now, by }) === 'taken') return;
      const message = `webhook ${id} is ${row.status}: only a dead one is sent again`;
      throw new Refusal('WRONG_STATE', message);
    });
    return this.#webhookView(this.#store.webhook(id) ?? row);
  };

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
      error: context.error === undefined ? null : errorView(context.error),
    };
  }
}
