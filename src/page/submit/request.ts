/** The body of `POST /tasks` from what a form holds: only what was filled in. */

import type { JsonObject, JsonSchema } from './schema.ts';

/** Drawn by the same fields as a payload. */
export const OPTIONS: JsonSchema = {
  type: 'object',
  properties: {
    correlationId: { type: 'string', description: 'What it belongs to: an order, a customer' },
    tags: { type: 'array', description: 'A JSON list: ["nightly"]' },
    priority: {
      type: 'integer',
      minimum: 1,
      maximum: 10,
      description: '1 to 10, higher first; 5 unless set',
    },
    delaySeconds: { type: 'number', minimum: 0, description: 'How long it waits before it starts' },
    maxRetries: { type: 'integer', minimum: 0, description: 'For steps that say nothing of their own' },
    timeoutSeconds: { type: 'number', description: 'Longest one attempt may run' },
    deadlineSeconds: { type: 'number', description: 'Longest all of it may take' },
    dependencies: { type: 'array', description: 'Ids or names of tasks that must be complete first' },
    tenantId: { type: 'string', description: 'The tenant of the key unless set' },
    idempotencyKey: { type: 'string', description: 'The same key and body answer with the first task' },
    notificationUrl: { type: 'string', format: 'https://…', description: 'Gets a signed webhook at the end' },
    notificationTypes: {
      type: 'array',
      description: 'What else it is told: ["task.waiting", "task.compensated", "task.cancelled"]',
    },
    reason: { type: 'string', description: 'Why; kept in the journal' },
  },
};

export interface Draft {
  readonly name: string;
  /** The newest when null. */
  readonly version: string | null;
  readonly payload: unknown;
  readonly options: JsonObject;
}

export const bodyOf = ({ name, version, payload, options }: Draft): JsonObject => ({
  name: name.trim(),
  payload,
  ...(version === null ? {} : { workflowVersion: version }),
  ...options,
});
