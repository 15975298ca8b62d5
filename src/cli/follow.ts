/**
 * Following a task to its end over server-sent events. A broken connection is taken up where it stopped; whether the
 * task has ended is read from the task itself, so that nothing missed on the way can leave us waiting.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../errors.ts';
import type { Fact, TaskView } from '../views/tasks.ts';
import { type Client, taskPath } from './client.ts';
import { Failure } from './failure.ts';
import { readEvents } from './sse.ts';

export interface Listener {
  onFact(fact: Fact): void;
  /** The task as it was found on connecting, again after each interruption. */
  onTask(task: TaskView): void;
  /** Once for each interruption, however many tries end it. */
  onInterrupted(why: string): void;
}

/** Three minutes of trying in all: time for a restart, an end for a server that is gone. */
const RECONNECTS = 20;
const MAX_RECONNECT_MS = 10_000;

/** The server comments on silence every 15 s: a longer one is a dead connection. */
const SILENCE_MS = 45_000;

export const hasEnded = ({ status }: { readonly status: TaskView['status'] | Fact['fact'] }): boolean =>
  status === 'complete' || status === 'failed' || status === 'cancelled';

/** The task once it has ended. Rejects when the server refuses, or stays away. */
export async function followTask(client: Client, id: string, listener: Listener): Promise<TaskView> {
  const progress: Progress = { connected: false, lastEventId: null };
  let failures = 0;
  for (;;) {
    const startedAt = performance.now();
    try {
      return await followOnce(client, id, listener, progress);
    } catch (error) {
      if (performance.now() - startedAt > SILENCE_MS) failures = 0;
      if (!progress.connected || !isTemporary(error) || failures >= RECONNECTS) throw error;
      if (failures === 0) listener.onInterrupted(reasonOf(error));
    }
    await sleep(Math.min(MAX_RECONNECT_MS, 250 * 2 ** Math.min(failures, 10)));
    failures++;
  }
}

interface Progress {
  connected: boolean;
  lastEventId: string | null;
}

/** One connection: the ended task, or a rejection when it breaks before. */
async function followOnce(
  client: Client,
  id: string,
  listener: Listener,
  progress: Progress,
): Promise<TaskView> {
  const stream = await openEvents(client, id, progress.lastEventId);
  try {
    progress.connected = true;
    const { task } = await client.task(taskPath(id));
    listener.onTask(task);
    // After an interruption the end itself, and what came before it, is still to be heard.
    if (hasEnded(task) && progress.lastEventId === null) return task;
    for await (const { id: eventId, data } of stream.events) {
      const fact = factOf(data);
      if (fact !== null) listener.onFact(fact);
      if (fact?.actor === 'task' && hasEnded({ status: fact.fact })) {
        const { task: ended } = await client.task(taskPath(id));
        // Retried in the meantime, it lives again.
        if (hasEnded(ended)) return ended;
      }
      progress.lastEventId = eventId;
    }
  } finally {
    stream.close();
  }
  throw new Failure('the server ended the connection', { temporary: true });
}

/** Whatever breaks a connection; only a server that answered and refused will do so again. */
const isTemporary = (error: unknown): boolean => !(error instanceof Failure) || error.temporary;

async function openEvents(client: Client, id: string, lastEventId: string | null) {
  const controller = new AbortController();
  const response = await client.request(`/events?taskId=${encodeURIComponent(id)}`, {
    headers: {
      Accept: 'text/event-stream',
      ...(lastEventId === null ? {} : { 'Last-Event-ID': lastEventId }),
    },
    signal: controller.signal,
  });
  const timer = setTimeout(() => controller.abort(new Error('the connection fell silent')), SILENCE_MS);
  const close = () => {
    clearTimeout(timer);
    controller.abort();
  };
  return { events: readEvents(response.body, () => timer.refresh()), close };
}

function factOf(data: string): Fact | null {
  const fact: unknown = JSON.parse(data);
  const known = typeof fact === 'object' && fact !== null && 'fact' in fact && 'actor' in fact;
  return known ? (fact as Fact) : null;
}
