/** Attempts that ran when the last process ended: they go on, or are told that they were lost and start again. */

import { failure } from '../../machines/failure-codes.ts';
import type { StepContext } from '../../machines/index.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import type { Store } from '../store/store.ts';
import { type Address, AT_REST, definitionOf, dueAtOf, handlerKeyOf, isStep, readQueue } from './actor.ts';
import type { ActorCache } from './actor-cache.ts';
import type { ActorEvent, Attempt, Batch } from './batch.ts';
import type { Timers } from './timers.ts';

/** Before every address. */
const FIRST: Address = { task: 0, ref: 0 };
/** To SQLite, no limit. */
const ALL = -1;

interface Resumed {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly memory: ActorCache;
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
  return damaged.flatMap((queue) => store.queued(queue, FIRST, ALL).map((address) => ({ queue, address })));
}

export function resumeAttempts(parts: Resumed): void {
  const { store, dispatcher, memory, gate, timers, tell } = parts;
  const running = store.runningActors(AT_REST);
  const guilty = gate.convict(keysOf(memory, running));
  for (const address of running) {
    const actor = memory.readable(address.task, address.ref);
    const {
      token = '',
      remote = false,
      losses = 0,
      takenAt,
    } = (actor?.context ?? {}) as Partial<StepContext>;
    if (actor !== null && gate.adopt({ ...address, token, remote, losses })) {
      const { entry, ref } = actor;
      const dueAt = dueAtOf(actor);
      const key = handlerKeyOf(entry, ref);
      const slot = { key, tenant: entry.tenant, remote, isHindered: dueAt === null };
      dispatcher.reoccupy(token, slot, takenAt !== undefined);
      timers.watch(address.task, address.ref, dueAt);
      continue;
    }
    tell(address, (batch) => {
      const isHere = actor === null || dispatcher.isHere(handlerKeyOf(actor.entry, actor.ref));
      const where = isHere ? {} : { remote: true };
      const event = token === guilty ? endedTheProgram(token, batch) : lostEvent(token, batch);
      batch.take(address, { ...event, ...where });
      batch.run();
    });
  }
}

/** The keys of steps, by the token of the attempt that runs. */
function keysOf(memory: ActorCache, running: readonly Address[]): Map<string, string> {
  return new Map(
    running.flatMap(({ task, ref }) => {
      const actor = memory.readable(task, ref);
      const { token } = (actor?.context ?? {}) as Partial<StepContext>;
      if (actor === null || token === undefined || !isStep(ref)) return [];
      return [[token, `${actor.entry.id}/${definitionOf(actor.entry, ref).name}`] as const];
    }),
  );
}

/** The process died in which an attempt ran. */
export function lostEvent(token: string, batch: Batch): ActorEvent {
  return { type: 'attempt.lost', at: batch.now, token, dice: batch.dice() };
}

/** The program died while this attempt was alone on trial. */
function endedTheProgram(token: string, batch: Batch): ActorEvent {
  const message =
    'the program ended while this attempt ran alone, after it had ended twice before under it; find in the handler what ends it';
  const error = failure('WorkerDied', 'WORKER_DIED', message);
  return { type: 'attempt.failed', at: batch.now, token, error, dice: batch.dice() };
}
