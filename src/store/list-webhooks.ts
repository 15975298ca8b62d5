/** Deliveries that match a filter, the newest first. */

import type { WebhookRow } from './rows.ts';
import type { SqliteStore } from './sqlite-store.ts';

export const listWebhooks = (
  { statements }: SqliteStore,
  tenant: string | null,
  status: string | null,
  limit: number,
): WebhookRow[] => statements.webhooks.all({ tenant, status, limit }) as WebhookRow[];
