/** The transitions that several states of a task have in common: what its steps report, what it loses, and how it ends. */

import { isHalted, isMended, isOfCompensation, readied } from './task-counts.ts';
import { atDeadline, renew } from './task-deadline.ts';
import type { TaskContext, TaskEvent } from './task-model.ts';

type Turn = { readonly context: TaskContext; readonly event: TaskEvent };

export const spawnRoots = { type: 'spawn', params: { steps: 'roots', held: false } } as const;

const spawnReadied = {
  type: 'spawn',
  params: ({ context, event }: Turn) => ({
    steps: readied(context, event),
    // A critical failure holds up no compensation.
    held: isHalted(context) && !isOfCompensation(event),
  }),
} as const;

export const spawnHeld = {
  type: 'spawn',
  params: ({ context, event }: Turn) => ({ steps: readied(context, event), held: true }),
} as const;

/** The last failure that halted the task may have been mended: what was held, or told to hold, goes on. */
const releaseMended = {
  type: 'releaseSteps',
  params: ({ context, event }: Turn) => ({
    asked: isMended(event) && !isHalted(context),
  }),
} as const;

export const releaseHeld = {
  type: 'releaseSteps',
  // Compensations alone are held in a task that takes back, and nothing halts those.
  params: ({ context }: Turn) => ({ asked: context.compensation !== undefined || !isHalted(context) }),
} as const;

const failures = [{ guard: 'isCritical', actions: ['report', 'haltSteps'] }, { actions: 'report' }] as const;

export const reports = {
  'step.ready': [
    { guard: 'isRevival', actions: ['report', releaseMended, ...renew] },
    { actions: ['report', releaseMended] },
  ],
  'step.held': [{ guard: 'isRevival', actions: ['report', ...renew] }, { actions: 'report' }],
  'step.waiting': [
    { guard: 'isRevival', actions: ['report', releaseMended, ...renew] },
    { actions: ['report', releaseMended] },
  ],
  'step.spawnedAhead': { actions: 'countAhead' },
  'step.failed': failures,
  'step.complete': { actions: [spawnReadied, 'report', releaseMended] },
  'step.skipped': { actions: [spawnReadied, 'report', releaseMended] },
} as const;

/** A task that is not over hears these too. */
export const reportsAlive = {
  ...reports,
  'step.cancelled': { actions: 'report' },
  'step.owes': { actions: 'countOwed' },
} as const;

/** A compensation runs only in a task that is running, or backs off; those before one that fails run all the same. */
export const reportsAtWork = {
  ...reportsAlive,
  'step.failed': [failures[0], { guard: 'isOfCompensation', actions: [spawnReadied, 'report'] }, failures[1]],
} as const;

export const losses = {
  'dependency.failed': [
    { guard: 'failsWithDependency', target: '#task.failed', actions: ['lose', 'blame'] },
    { actions: ['lose', 'blocked'] },
  ],
  'dependency.cancelled': [
    { guard: 'failsWithDependency', target: '#task.failed', actions: ['lose', 'blame'] },
    { actions: ['lose', 'blocked'] },
  ],
  'dependency.revived': { actions: 'regain' },
  'dependency.added': { actions: 'await' },
  'dependency.resolved': {},
} as const;

export const cancelAtOnce = {
  target: '#task.cancelled',
  actions: ['leaveRest', 'cancelSteps', 'disarmDeadline', 'finish'],
} as const;

export const cancelTask = [
  { guard: 'keepsTakingBack', actions: ['noteCancel', 'noted'] },
  { guard: 'isToTakeBack', target: '#task.running', actions: ['noteCancel', 'stopSteps'] },
  cancelAtOnce,
] as const;
export const expire = { guard: 'isDue', actions: atDeadline } as const;

/** A task is over or not after every report; asked in this order. */
export const ends = [
  {
    guard: 'isToBeCompensated',
    actions: [
      'disarmDeadline',
      'switchOffDeadline',
      'cancelSteps',
      'beginCompensation',
      'spawnCompensations',
    ],
  },
  { guard: 'endsCancelled', target: '#task.cancelled', actions: ['disarmDeadline', 'finish'] },
  {
    guard: 'isToBeHandled',
    actions: ['disarmDeadline', 'switchOffDeadline', 'countFailureHandlers', 'spawnFailureHandlers'],
  },
  { guard: 'allEnded', target: 'complete' },
  { guard: 'isStuck', target: 'failed' },
] as const;
