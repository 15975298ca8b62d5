/** The statuses of tasks and steps, in the order of a life: every way in and every list reads them here. */

/** `isOpen`: the task counts as work that is not over. */
const TASKS = {
  pending: { isOpen: true },
  running: { isOpen: true },
  retrying: { isOpen: true },
  waiting: { isOpen: true },
  paused: { isOpen: true },
  complete: { isOpen: false },
  failed: { isOpen: false },
  cancelled: { isOpen: false },
} as const;

export type TaskStatus = keyof typeof TASKS;

export const TASK_STATUSES = Object.keys(TASKS) as readonly TaskStatus[];
export const OPEN_TASK_STATUSES = TASK_STATUSES.filter((status) => TASKS[status].isOpen);

export const STEP_STATUSES = [
  'pending',
  'running',
  'retrying',
  'waiting',
  'complete',
  'failed',
  'cancelled',
  'skipped',
] as const;

export type StepStatus = (typeof STEP_STATUSES)[number];

/** A wait is ended by one of these, outside any worker. */
export const WAITS_FOR = ['sleep', 'signal', 'approval', 'child'] as const;

export type WaitsFor = (typeof WAITS_FOR)[number];

/** As people are told: several children are a child each. */
export const waitsForOf = (what: WaitsFor | 'children'): WaitsFor => (what === 'children' ? 'child' : what);

export const WAITING_KINDS = [
  'delay',
  'dependency',
  'timer',
  'worker',
  'limit',
  'paused',
  ...WAITS_FOR,
  'children',
] as const;

/** Why something does not move. */
export type WaitingKind = (typeof WAITING_KINDS)[number];
