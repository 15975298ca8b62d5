/** A receiver is told these types of news about a task: the first two always, the others by asking for them. */

export const ENDS_TOLD = ['task.complete', 'task.failed'] as const;

export const ASKED_TYPES = ['task.waiting', 'task.compensated', 'task.cancelled'] as const;

/** Told only where the submission asks for it. */
export type AskedType = (typeof ASKED_TYPES)[number];

export const WEBHOOK_TYPES = [...ENDS_TOLD, ...ASKED_TYPES] as const;

export type WebhookType = (typeof WEBHOOK_TYPES)[number];
