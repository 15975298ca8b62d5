/**
 * Which actor of a task: the task itself, one of its steps, or one delivery of its webhook. The store keeps each in a
 * row of its task under a number, which nobody else makes or reads.
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

export interface DeliveryAddress {
  readonly kind: 'delivery';
  readonly task: number;
  /** Deliveries of a task are counted from 0. */
  readonly index: number;
}

/** A step, or a delivery, which lives as a step does. */
export type AttemptAddress = StepAddress | DeliveryAddress;

export type Address = TaskAddress | AttemptAddress;

export const taskAt = (task: number): TaskAddress => ({ kind: 'task', task });
export const stepAt = (task: number, index: number): StepAddress => ({ kind: 'step', task, index });
export const deliveryAt = (task: number, index: number): DeliveryAddress => ({
  kind: 'delivery',
  task,
  index,
});

/** The row of the task itself. */
export const TASK_REF = 0;
const FIRST_STEP_REF = 1;
const FIRST_DELIVERY_REF = 1_000_000;

/** The row numbers that the steps of a task may have. */
export const STEP_REFS = { first: FIRST_STEP_REF, last: FIRST_DELIVERY_REF - 1 } as const;

export const stepRef = (index: number): number => FIRST_STEP_REF + index;

/** The number of its row within its task: one for each of its actors, in the order in which they are listed. */
export function refOf(address: Address): number {
  switch (address.kind) {
    case 'task':
      return TASK_REF;
    case 'step':
      return stepRef(address.index);
    case 'delivery':
      return FIRST_DELIVERY_REF + address.index;
  }
}

export function addressOf(task: number, ref: number): Address {
  if (ref === TASK_REF) return taskAt(task);
  return ref < FIRST_DELIVERY_REF
    ? stepAt(task, ref - FIRST_STEP_REF)
    : deliveryAt(task, ref - FIRST_DELIVERY_REF);
}

/** A task is never one of them, unless a row is damaged. */
export const attemptsAmong = (
  rows: readonly { readonly task: number; readonly ref: number }[],
): AttemptAddress[] =>
  rows.map(({ task, ref }) => addressOf(task, ref)).filter((address) => address.kind !== 'task');

/** Tells whether both addresses name the same actor. */
export const isSameActor = (one: Address, other: Address): boolean =>
  one.task === other.task && refOf(one) === refOf(other);

/** The order of queues: older tasks first, and the actors of one as they are listed. */
export const isBefore = (one: Address, other: Address): boolean =>
  one.task < other.task || (one.task === other.task && refOf(one) < refOf(other));
