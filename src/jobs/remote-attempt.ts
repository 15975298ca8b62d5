/** Attempts that workers elsewhere are to do, or do: each lives the life of `machines/remote-attempt.ts`. */

import { remoteAttemptMachine } from '../../machines/remote-attempt.ts';
import type {
  RemoteContext,
  RemoteEffect,
  RemoteEvent,
  RemoteInput,
  RemoteTimer,
} from '../../machines/remote-events.ts';
import type { HandlerKey } from '../kernel/actor.ts';
import type { Attempt } from '../kernel/attempts.ts';
import { CompiledMachine, type Effect, type Turn } from '../kernel/compiled-machine.ts';
import type { OutcomeAddress } from './read-outcome.ts';

const MACHINE = new CompiledMachine(remoteAttemptMachine);

/** A timer that the machine asks for, or calls off. It has one at a time. */
export type TimerEffect =
  | {
      readonly type: 'xstate.raise';
      readonly params: { readonly event: { readonly type: RemoteTimer }; readonly delay: number };
    }
  | { readonly type: 'xstate.cancel' };

type RemoteEffects = readonly (RemoteEffect | TimerEffect)[];

export class RemoteAttempt {
  readonly attempt: Attempt;
  readonly key: HandlerKey;
  readonly address: OutcomeAddress;
  #state: string;
  #context: RemoteContext;
  /** The machine has asked for these on its first turn. */
  readonly begun: RemoteEffects;
  /** Calls off the timer that the machine has asked for. */
  cancelTimer: () => void = () => undefined;

  constructor(attempt: Attempt, key: HandlerKey, address: OutcomeAddress, input: RemoteInput) {
    this.attempt = attempt;
    this.key = key;
    this.address = address;
    const turn = MACHINE.begin(input);
    this.#state = turn.state;
    this.#context = contextOf(turn);
    this.begun = remoteEffectsOf(turn.effects);
  }

  get token(): string {
    return this.attempt.token;
  }

  /** Nobody is seen to serve it, and it waits for whoever comes. */
  get isOffered(): boolean {
    return this.#state === 'offered';
  }

  /** Its time stands still: it could not be sent, or nobody is seen to serve it. */
  get isUntimed(): boolean {
    return this.isOffered || this.#state === 'unsent.untimed';
  }

  /** When its job began to wait for a worker in the stream, as `performance.now()`; null while it does not wait there. */
  get waitingSince(): number | null {
    return this.#state.startsWith('taken') || this.#state === 'answered' ? null : this.#context.sentAt;
  }

  /** Its worker has last said this share to be done, from 0 to 1. */
  get progress(): number | null {
    return this.#context.progress;
  }

  /** Returns what the event asks for. */
  take(event: RemoteEvent): RemoteEffects {
    const turn = MACHINE.take(this.#state, this.#context as unknown as Turn['context'], event);
    this.#state = turn.state;
    this.#context = contextOf(turn);
    return remoteEffectsOf(turn.effects);
  }
}

/** The machine's own types say what its context and effects are; compiled, it has lost them. */
const contextOf = ({ context }: Turn): RemoteContext => context as unknown as RemoteContext;
const remoteEffectsOf = (effects: readonly Effect[]): RemoteEffects => effects as RemoteEffects;

type StepAddress = Pick<OutcomeAddress, 'tenantId' | 'taskId' | 'step'>;

export const isSameStep = (one: StepAddress, other: StepAddress): boolean =>
  one.tenantId === other.tenantId && one.taskId === other.taskId && one.step === other.step;
