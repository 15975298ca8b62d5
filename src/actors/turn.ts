/**
 * A turn: one machine takes one event, and out come the next snapshot and the effects it asks for, as data.
 * Uses the machines' own `transition` with one scope that collects effects; XState's `transition()` builds an
 * actor for every call and is six times slower.
 */

import { type AnyMachineSnapshot, type AnyStateMachine, createActor } from 'xstate';
import { stepMachine, taskMachine } from '../../machines/index.ts';

export type Kind = 'task' | 'step';

export interface Effect {
  readonly type: string;
  readonly params: unknown;
}

export interface Turn {
  readonly snapshot: AnyMachineSnapshot;
  readonly effects: readonly Effect[];
}

/** Written beside every snapshot; one is only opened by the version that wrote it. */
export const MACHINE_VERSION: Readonly<Record<Kind, string>> = { task: 'task@1', step: 'step@1' };

type Scope = Parameters<AnyStateMachine['transition']>[2];

class Runner {
  readonly #machine: AnyStateMachine;
  readonly #scope: Scope;
  #effects: Effect[] = [];

  constructor(machine: AnyStateMachine, sampleInput: unknown) {
    this.#machine = machine;
    const self = createActor(machine, { input: sampleInput });
    this.#scope = {
      self,
      system: self.system,
      id: '',
      sessionId: '',
      logger: () => undefined,
      defer: () => undefined,
      emit: () => undefined,
      stopChild: () => undefined,
      actionExecutor: (action: Effect) => {
        this.#effects.push({ type: action.type, params: action.params });
      },
    } as unknown as Scope;
  }

  begin(input: unknown): Turn {
    this.#effects = [];
    const snapshot = this.#machine.getInitialSnapshot(this.#scope, input);
    return { snapshot, effects: this.#effects };
  }

  take(before: AnyMachineSnapshot, event: { type: string }): Turn {
    this.#effects = [];
    const snapshot = this.#machine.transition(before, event, this.#scope);
    if (snapshot.status === 'error') throw snapshot.error;
    return { snapshot, effects: this.#effects };
  }

  persist(snapshot: AnyMachineSnapshot): unknown {
    return this.#machine.getPersistedSnapshot(snapshot);
  }

  open(state: string, context: unknown): AnyMachineSnapshot {
    const stored = { value: valueFrom(state), context };
    const snapshot = this.#machine.resolveState(stored);
    if (snapshot.status !== 'done') return snapshot;
    // XState computes the output on the way into a final state, and not when one is opened.
    const output: unknown = this.#machine.root.output;
    return this.#machine.resolveState({
      ...stored,
      output: typeof output === 'function' ? output({ context }) : output,
    });
  }
}

const RUNNERS: Readonly<Record<Kind, Runner>> = {
  task: new Runner(taskMachine, { at: 0, startAt: 0, stepCount: 1, rootCount: 1, unmet: 0 }),
  step: new Runner(stepMachine, { at: 0, policy: {} }),
};

export const beginTurn = (kind: Kind, input: unknown): Turn => RUNNERS[kind].begin(input);

export const takeTurn = (kind: Kind, before: AnyMachineSnapshot, event: { type: string }): Turn =>
  RUNNERS[kind].take(before, event);

/** Throws when the machine has no such state: the snapshot is from another version, or damaged. */
export const openSnapshot = (kind: Kind, state: string, context: unknown): AnyMachineSnapshot =>
  RUNNERS[kind].open(state, context);

/** `{ retrying: 'backoff' }` is written `retrying.backoff`. */
export function stateOf(snapshot: AnyMachineSnapshot): string {
  const value: unknown = snapshot.value;
  if (typeof value === 'string') return value;
  const [[parent, child] = []] = Object.entries(value as Record<string, string>);
  return `${parent}.${child}`;
}

function valueFrom(state: string): string | Record<string, string> {
  const dot = state.indexOf('.');
  return dot < 0 ? state : { [state.slice(0, dot)]: state.slice(dot + 1) };
}

/** The state users see: the part before the dot. */
export function statusOf(state: string): string {
  const dot = state.indexOf('.');
  return dot < 0 ? state : state.slice(0, dot);
}

/** As XState persists it: what `createActor(machine, { snapshot })` opens. */
export const persistedOf = (kind: Kind, snapshot: AnyMachineSnapshot): unknown =>
  RUNNERS[kind].persist(snapshot);
