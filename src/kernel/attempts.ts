/** The effects of steps and deliveries: they queue, attempts take places and go to workers, and are over. */

import type { Dispatcher } from '../scheduling/dispatcher.ts';
import type { AttemptAddress } from '../store/address.ts';
import {
  type Actor,
  addressIn,
  type DeliveryActor,
  handlerKeyOf,
  queueOf,
  STOPPING,
  type StepActor,
} from './actor.ts';
import type { Effect } from './turn.ts';

export type Attempt = AttemptAddress & {
  readonly token: string;
  /** For a worker elsewhere. */
  readonly remote: boolean;
  /** How often the process has died in which it ran. */
  readonly losses: number;
};

/** Collects the starts and ends of attempts that a batch makes. */
export class Attempts {
  readonly #dispatcher: Dispatcher;
  /** By token: to be sent to workers once the batch is committed. */
  readonly dispatches = new Map<string, Attempt>();
  /** Tokens of attempts that are over: their workers may stop. */
  readonly releases: string[] = [];
  /** Tokens of attempts whose steps wait until their workers have stopped. */
  readonly stops: string[] = [];

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  perform(effect: Effect, actor: StepActor | DeliveryActor, before: Actor | null): void {
    const { entry } = actor;
    switch (effect.type) {
      case 'enqueue':
        this.#dispatcher.enqueue(queueOf(entry, actor), addressIn(actor));
        break;
      case 'dequeue':
        this.#dispatcher.dequeue(queueOf(entry, actor), addressIn(actor));
        break;
      case 'dispatch': {
        const { token, remote = false, losses = 0 } = actor.context;
        if (token === undefined) throw new Error('assertion failed: a running attempt has a token');
        this.#dispatcher.occupy(token, { key: handlerKeyOf(entry, actor), tenant: entry.tenant, remote });
        const { kind, task, index } = actor;
        this.dispatches.set(token, { kind, task, index, token, remote, losses });
        break;
      }
      case 'release': {
        const token = before?.kind === actor.kind ? before.context.token : undefined;
        if (token === undefined) break;
        // It keeps its place until its worker has stopped.
        if (actor.state === STOPPING) {
          this.stops.push(token);
          break;
        }
        this.#dispatcher.free(token);
        this.dispatches.delete(token);
        this.releases.push(token);
        break;
      }
    }
  }
}
