/** How what was asked for is written in the row of a task: without what nobody asked for, which most requests are made of. */

import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { TaskRequest } from '../workflow/task-request.ts';
import type { StoredRequest } from './actor.ts';

const UNASKED: StoredRequest = {
  payload: {},
  maxRetries: null,
  timeoutSeconds: null,
  notificationUrl: null,
  notificationTypes: [],
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
    notificationTypes: request.notificationTypes.length === 0 ? undefined : request.notificationTypes,
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

/**
 * The same request asks for the same things, in whatever order its fields came and in whatever trace; sent again, it may
 * bring more signals. One without the fields that came later has the hash that it had before there were any.
 */
export const hashOf = ({
  traceparent: _trace,
  signals: _signals,
  deadlineSeconds,
  notificationTypes,
  ...request
}: TaskRequest): string => {
  const later = {
    ...(deadlineSeconds == null ? {} : { deadlineSeconds }),
    ...(notificationTypes.length === 0 ? {} : { notificationTypes }),
  };
  return createHash('sha256')
    .update(stringify({ ...request, ...later }) ?? '')
    .digest('hex');
};
