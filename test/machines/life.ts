/** A machine driven by hand: one event after the other, purely, with its last effects and pending timers in view. */

import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition } from 'xstate';
import {
  type StepContext,
  type StepEvent,
  type StepPolicy,
  stepMachine,
  type TaskContext,
  type TaskEvent,
  type TaskInput,
  taskMachine,
} from '../../machines/index.ts';
import { take } from './plain.ts';

/** `{ retrying: 'backoff' }` is written `retrying.backoff`. */
export function stateOf({ value }: AnyMachineSnapshot): string {
  if (typeof value === 'string') return value;
  const [[parent, child] = []] = Object.entries(value as Record<string, string>);
  return `${parent}.${child}`;
}

interface Effect {
  readonly type: string;
  readonly params?: unknown;
}

interface Timer {
  readonly delayMs: number;
  readonly event: { readonly type: string };
}

export class Life<C, E extends { readonly type: string }> {
  readonly #machine: AnyStateMachine;
  readonly #timers = new Map<string, Timer>();
  #snapshot: AnyMachineSnapshot;
  #effects: readonly Effect[] = [];

  constructor(machine: AnyStateMachine, input: unknown) {
    this.#machine = machine;
    const [snapshot, effects] = initialTransition(machine, input);
    this.#snapshot = snapshot;
    this.#perform(effects);
  }

  /** `retrying.backoff` for `{ retrying: 'backoff' }`. */
  get state(): string {
    return stateOf(this.#snapshot);
  }

  get context(): C {
    return this.#snapshot.context as C;
  }

  get output(): unknown {
    return this.#snapshot.output;
  }

  get isOver(): boolean {
    return this.#snapshot.status === 'done';
  }

  /** The effects of the last event, timers aside. */
  get effects(): string[] {
    return this.#effects.map(({ type }) => type);
  }

  /** The same with their parameters. */
  get asked(): readonly Effect[] {
    return this.#effects;
  }

  /** The parameters of an effect the last event asked for. */
  paramsOf(effect: string): unknown {
    return this.#effects.find(({ type }) => type === effect)?.params;
  }

  /** Milliseconds until each pending timer fires, by its id. */
  get timers(): Record<string, number> {
    return Object.fromEntries([...this.#timers].map(([id, { delayMs }]) => [id, delayMs]));
  }

  hears(...events: readonly E[]): this {
    for (const event of events) {
      const { to, actions } = take(this.#machine, this.#snapshot, event);
      this.#snapshot = to;
      this.#perform(actions);
    }
    return this;
  }

  /** Its only pending timer fires. */
  rings(at: number, dice = 0): this {
    const [[id, timer] = [], ...others] = [...this.#timers];
    if (id === undefined || timer === undefined || others.length > 0) {
      throw new Error(`one timer should be pending, not ${this.#timers.size}`);
    }
    this.#timers.delete(id);
    return this.hears({ ...timer.event, at, dice } as unknown as E);
  }

  /** This timer fires, whatever others are pending. */
  fires(id: string, at: number, dice = 0): this {
    const timer = this.#timers.get(id);
    if (timer === undefined) throw new Error(`no timer ${id} is pending`);
    this.#timers.delete(id);
    return this.hears({ ...timer.event, at, dice } as unknown as E);
  }

  #perform(effects: readonly Effect[]): void {
    for (const { type, params } of effects) {
      if (type === 'xstate.cancel') this.#timers.delete((params as { sendId: string }).sendId);
      if (type !== 'xstate.raise') continue;
      const { event, id, delay } = params as { event: { type: string }; id: string; delay?: number };
      if (delay !== undefined) this.#timers.set(id, { delayMs: delay, event });
    }
    this.#effects = effects.filter(({ type }) => !type.startsWith('xstate.'));
  }
}

export type StepLife = Life<StepContext, StepEvent>;
export type TaskLife = Life<TaskContext, TaskEvent>;

export const stepLife = (policy: StepPolicy = {}): StepLife => new Life(stepMachine, { at: 0, policy });

export const taskLife = (input: Partial<TaskInput> = {}): TaskLife =>
  new Life(taskMachine, { at: 0, startAt: 0, stepCount: 2, rootCount: 1, unmet: 0, ...input });
