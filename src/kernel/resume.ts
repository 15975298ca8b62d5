/** Attempts that ran when the last process ended: they go on, or are told that they were lost and start again. */

import { failure } from '../../machines/failure-codes.ts';
import type { StepEvent } from '../../machines/index.ts';
import { WITHIN } from '../../machines/step-time.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import { type Address, type AttemptAddress, addressOf, attemptsAmong } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { AT_REST, definitionOf, dueAtOf, handlerKeyOf, readQueue, STOPPING, timeoutAtOf } from './actor.ts';
import type { ActorCache } from './actor-cache.ts';
import type { Attempt } from './attempts.ts';
import type { Batch } from './batch.ts';
import type { Timers } from './timers.ts';

/** Before every row. */
const FIRST = { task: 0, ref: 0 };
/** To SQLite, no limit. */
const ALL = -1;

interface Resumed {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly cache: ActorCache;
  readonly gate: {
    adopt(attempt: Attempt): boolean;
    convict(ran: ReadonlyMap<string, string>): string | null;
  };
  readonly timers: Timers;
  readonly tell: (address: Address, work: (batch: Batch) => void) => void;
}

/** Finds actors that wait in a queue whose name is damaged. */
export function unreadableQueues(store: Store): { queue: string; address: Address }[] {
  const damaged = store.queues().filter((queue) => readQueue(queue) === null);
  return damaged.flatMap((queue) =>
    store.queued(queue, FIRST, ALL).map((row) => ({ queue, address: addressOf(row.task, row.ref) })),
  );
}

export function resumeAttempts(parts: Resumed): void {
  const { store, dispatcher, cache, gate, timers, tell } = parts;
  const running = attemptsAmong(store.runningActors(AT_REST));
  const guilty = gate.convict(keysOf(cache, running));
  for (const address of running) {
    const actor = cache.readable(address);
    const { token = '', remote = false, losses = 0, takenAt } = actor?.context ?? {};
    if (actor?.state === STOPPING) {
      // A worker elsewhere was told to stop, or ends by itself; at the latest its time does.
      if (!remote && !gate.adopt({ ...address, token, remote, losses }))
        tell(address, (batch) => void batch.take(address, lostEvent(token, batch)));
      continue;
    }
    if (actor !== null && gate.adopt({ ...address, token, remote, losses })) {
      const { entry } = actor;
      const key = handlerKeyOf(entry, actor);
      const slot = { key, tenant: entry.tenant, remote, isHindered: timeoutAtOf(actor) === null };
      dispatcher.reoccupy(token, slot, takenAt !== undefined);
      timers.watch(address, dueAtOf(actor));
      continue;
    }
    tell(address, (batch) => {
      // It is not to start again when there is no time left for it.
      if ((actor?.timers[WITHIN] ?? Number.POSITIVE_INFINITY) <= batch.now) batch.fire(address, WITHIN);
      const isHere = actor === null || dispatcher.isHere(handlerKeyOf(actor.entry, actor));
      const where = isHere ? {} : { remote: true };
      const event = token === guilty ? endedTheProgram(token, batch) : lostEvent(token, batch);
      batch.take(address, { ...event, ...where });
      batch.run();
    });
  }
}

/** The keys of steps, by the token of the attempt that runs. */
function keysOf(cache: ActorCache, running: readonly AttemptAddress[]): Map<string, string> {
  return new Map(
    running.flatMap((address) => {
      const actor = cache.readable(address);
      const token = actor?.context.token;
      if (actor === null || token === undefined || actor.kind !== 'step') return [];
      return [[token, `${actor.entry.id}/${definitionOf(actor.entry, actor.index).name}`] as const];
    }),
  );
}

/** The process died in which an attempt ran. */
export function lostEvent(token: string, batch: Batch): StepEvent & { readonly type: `attempt.${string}` } {
  return { type: 'attempt.lost', at: batch.now, token, dice: batch.dice() };
}

/** The program died while this attempt was alone on trial. */
function endedTheProgram(token: string, batch: Batch): StepEvent & { readonly type: `attempt.${string}` } {
  const message =
    'the program ended while this attempt ran alone, after it had ended twice before under it; find in the handler what ends it';
  const error = failure('WorkerDied', 'WORKER_DIED', message);
  return { type: 'attempt.failed', at: batch.now, token, error, dice: batch.dice() };
}
