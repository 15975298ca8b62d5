/** How what was asked for is written in the row of a task: without what nobody asked for, which most requests are made of. */

import type { StoredRequest } from './actor.ts';

const UNASKED: StoredRequest = {
  payload: {},
  maxRetries: null,
  timeoutSeconds: null,
  notificationUrl: null,
  tags: [],
  initiator: null,
  reason: null,
  sourceSystem: null,
  onDependencyFailure: 'wait',
};

export const writeRequest = (request: StoredRequest): string =>
  JSON.stringify({
    ...request,
    maxRetries: request.maxRetries ?? undefined,
    timeoutSeconds: request.timeoutSeconds ?? undefined,
    notificationUrl: request.notificationUrl ?? undefined,
    tags: request.tags.length === 0 ? undefined : request.tags,
    initiator: request.initiator ?? undefined,
    reason: request.reason ?? undefined,
    sourceSystem: request.sourceSystem ?? undefined,
    onDependencyFailure: request.onDependencyFailure === 'wait' ? undefined : request.onDependencyFailure,
  });

export const readRequest = (text: string): StoredRequest => ({
  ...UNASKED,
  ...(JSON.parse(text) as Partial<StoredRequest>),
});
