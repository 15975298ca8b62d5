/** A turn: one machine takes one event, and out come the next state and the effects it asks for, as data. */

import type { AnyMachineSnapshot } from 'xstate';
import {
  type StepContext,
  type StepEvent,
  type StepInput,
  stepMachine,
  type TaskContext,
  type TaskEvent,
  type TaskInput,
  taskMachine,
  type WaitContext,
  type WaitEvent,
  type WaitInput,
  waitMachine,
} from '../../machines/index.ts';
import { CompiledMachine, type Event, type Turn } from './compiled-machine.ts';

export type { Effect, Turn } from './compiled-machine.ts';

export type Kind = 'task' | 'step' | 'wait';

/** Written beside every snapshot; one is only opened by the version that wrote it, or after its migrations. */
export const MACHINE_VERSION: Readonly<Record<Kind, string>> = {
  task: 'task@1',
  step: 'step@1',
  wait: 'wait@1',
};

/** As a journal says which version an actor was born by; the first one does not say. */
export const FIRST_VERSION: Readonly<Record<Kind, string>> = {
  task: 'task@1',
  step: 'step@1',
  wait: 'wait@1',
};

/** For the journal entry of a birth. */
export const bornBy = (kind: Kind): { readonly machine?: string } =>
  MACHINE_VERSION[kind] === FIRST_VERSION[kind] ? {} : { machine: MACHINE_VERSION[kind] };

export const taskChart = new CompiledMachine<TaskContext, TaskEvent, TaskInput>(taskMachine);
/** Steps and deliveries. */
export const stepChart = new CompiledMachine<StepContext, StepEvent, StepInput>(stepMachine);

/** Steps that no worker does. */
export const waitChart = new CompiledMachine<WaitContext, WaitEvent, WaitInput>(waitMachine);

const CHARTS: Readonly<Record<Kind, CompiledMachine>> = {
  task: taskChart,
  step: stepChart,
  wait: waitChart,
};

/** For what is read from a journal, where no type says whose event it is. Throws for a state that there is not. */
export const takeTurn = (kind: Kind, state: string, context: object, event: Event): Turn =>
  CHARTS[kind].take(state, context, event);

export const beginTurn = (kind: Kind, input: unknown): Turn => CHARTS[kind].begin(input);

/** As XState has it; throws when the machine has no such state. */
export const snapshotOf = (kind: Kind, state: string, context: unknown): AnyMachineSnapshot =>
  CHARTS[kind].snapshot(state, context);

/** As XState persists it: what `createActor(machine, { snapshot })` opens. */
export const persistedOf = (kind: Kind, state: string, context: unknown): unknown =>
  CHARTS[kind].machine.getPersistedSnapshot(snapshotOf(kind, state, context));

export const isFinalState = (kind: Kind, state: string): boolean => CHARTS[kind].isFinal(state);

export const statesOf = (kind: Kind): readonly string[] => CHARTS[kind].states;

export const hasState = (kind: Kind, state: string): boolean => CHARTS[kind].has(state);

/** The state users see: the part before the dot. */
export function statusOf(state: string): string {
  const dot = state.indexOf('.');
  return dot < 0 ? state : state.slice(0, dot);
}
