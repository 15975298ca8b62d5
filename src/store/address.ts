/**
 * Which actor of a task: the task itself, one of its steps, a wait (a step that no worker does), or one delivery of its
 * webhook. The store keeps each in a row of its task under a number, which nobody else makes or reads; the number tells
 * the machine, since a journal is replayed without its workflow.
 */

export interface TaskAddress {
  readonly kind: 'task';
  /** Number of the task. */
  readonly task: number;
}

export interface StepAddress {
  readonly kind: 'step';
  readonly task: number;
  /** Place of the step in the workflow, from 0. */
  readonly index: number;
}

/** A step that no worker does has another machine. */
export interface WaitAddress {
  readonly kind: 'wait';
  readonly task: number;
  /** Place of the step in the workflow, from 0. */
  readonly index: number;
}

export interface DeliveryAddress {
  readonly kind: 'delivery';
  readonly task: number;
  /** Deliveries of a task are counted from 0. */
  readonly index: number;
}

/** A step, or a delivery, which lives as a step does. */
export type AttemptAddress = StepAddress | DeliveryAddress;

/** A step of the workflow, whoever ends it. */
export type StepPlace = StepAddress | WaitAddress;

export type Address = TaskAddress | AttemptAddress | WaitAddress;

export const taskAt = (task: number): TaskAddress => ({ kind: 'task', task });
export const stepAt = (task: number, index: number): StepAddress => ({ kind: 'step', task, index });
export const waitAt = (task: number, index: number): WaitAddress => ({ kind: 'wait', task, index });
export const deliveryAt = (task: number, index: number): DeliveryAddress => ({
  kind: 'delivery',
  task,
  index,
});

/** The row of the task itself. */
export const TASK_REF = 0;
const FIRST_STEP_REF = 1;
const FIRST_WAIT_REF = 500_001;
const FIRST_DELIVERY_REF = 1_000_000;

/** The row numbers that the steps of a task may have, waits among them. */
export const STEP_REFS = { first: FIRST_STEP_REF, last: FIRST_DELIVERY_REF - 1 } as const;

/** The number of its row within its task: one for each of its actors, in the order in which they are listed. */
export function refOf(address: Address): number {
  switch (address.kind) {
    case 'task':
      return TASK_REF;
    case 'step':
      return FIRST_STEP_REF + address.index;
    case 'wait':
      return FIRST_WAIT_REF + address.index;
    case 'delivery':
      return FIRST_DELIVERY_REF + address.index;
  }
}

export function addressOf(task: number, ref: number): Address {
  if (ref === TASK_REF) return taskAt(task);
  if (ref < FIRST_WAIT_REF) return stepAt(task, ref - FIRST_STEP_REF);
  if (ref < FIRST_DELIVERY_REF) return waitAt(task, ref - FIRST_WAIT_REF);
  return deliveryAt(task, ref - FIRST_DELIVERY_REF);
}

export const isStepPlace = (address: Address): address is StepPlace =>
  address.kind === 'step' || address.kind === 'wait';

/** A task or a wait is never one of them, unless a row is damaged. */
export const attemptsAmong = (
  rows: readonly { readonly task: number; readonly ref: number }[],
): AttemptAddress[] =>
  rows
    .map(({ task, ref }) => addressOf(task, ref))
    .filter((address) => address.kind === 'step' || address.kind === 'delivery');

/** Tells whether both addresses name the same actor. */
export const isSameActor = (one: Address, other: Address): boolean =>
  one.task === other.task && refOf(one) === refOf(other);

/** The order of queues: older tasks first, and the actors of one as they are listed. */
export const isBefore = (one: Address, other: Address): boolean =>
  one.task < other.task || (one.task === other.task && refOf(one) < refOf(other));
