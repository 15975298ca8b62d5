/** How an actor begins, and what an event makes of it, by the machine of its kind. */

import type {
  StepEvent,
  StepInput,
  TaskEvent,
  TaskInput,
  WaitEvent,
  WaitInput,
} from '../../machines/index.ts';
import type { Address, AttemptAddress, StepPlace, TaskAddress, WaitAddress } from '../store/address.ts';
import { type Actor, type ArmedTimers, attemptActor, type TaskEntry, taskActor, waitActor } from './actor.ts';
import { type Effect, stepChart, taskChart, waitChart } from './turn.ts';

/** An event of one of the machines; who sends one says to which kind of actor, and so of which. */
export type MachineEvent = TaskEvent | StepEvent | WaitEvent;

export type MachineInput = TaskInput | StepInput | WaitInput;

/** Both kinds of steps take these events. */
export type StepOrder = Extract<
  WaitEvent,
  {
    type:
      | 'step.hold'
      | 'step.release'
      | 'step.halt'
      | 'step.cancel'
      | 'step.expire'
      | 'step.retry'
      | 'step.skip'
      | 'step.complete';
  }
>;

/** Each kind of actor is told events of its own machine. */
export interface Tell<Result> {
  (to: TaskAddress, event: TaskEvent): Result;
  (to: AttemptAddress, event: StepEvent): Result;
  (to: WaitAddress, event: WaitEvent): Result;
  (to: StepPlace, event: StepOrder): Result;
}

export interface Advanced {
  readonly actor: Actor;
  readonly effects: readonly Effect[];
}

/** The timers of the actor after these effects. */
type TimersAfter = (effects: readonly Effect[]) => ArmedTimers;

export function begin(
  entry: TaskEntry,
  address: Address,
  input: MachineInput,
  timersAfter: TimersAfter,
): Advanced {
  if (address.kind === 'task') {
    const { state, context, effects } = taskChart.begin(input as TaskInput);
    return { actor: taskActor(address, { entry, state, context, timers: timersAfter(effects) }), effects };
  }
  if (address.kind === 'wait') {
    const { state, context, effects } = waitChart.begin(input as WaitInput);
    return { actor: waitActor(address, { entry, state, context, timers: timersAfter(effects) }), effects };
  }
  const { state, context, effects } = stepChart.begin(input as StepInput);
  return { actor: attemptActor(address, { entry, state, context, timers: timersAfter(effects) }), effects };
}

export function advance(before: Actor, event: MachineEvent, timersAfter: TimersAfter): Advanced {
  const { entry } = before;
  if (before.kind === 'task') {
    const { state, context, effects } = taskChart.take(before.state, before.context, event as TaskEvent);
    return { actor: taskActor(before, { entry, state, context, timers: timersAfter(effects) }), effects };
  }
  if (before.kind === 'wait') {
    const { state, context, effects } = waitChart.take(before.state, before.context, event as WaitEvent);
    return { actor: waitActor(before, { entry, state, context, timers: timersAfter(effects) }), effects };
  }
  const { state, context, effects } = stepChart.take(before.state, before.context, event as StepEvent);
  return { actor: attemptActor(before, { entry, state, context, timers: timersAfter(effects) }), effects };
}
