/** A task keeps this context and may be told these events. */

import type { Compensation, Compensations, EndingBy } from './compensation-counts.ts';
import type { Standing, StepError, Timed } from './step-model.ts';
import type { Counts as StepCounts, Tally } from './tally.ts';

/** When a task must be over; a task that has no deadline has no such field. */
export interface Deadline {
  /** Its length, milliseconds: a retry gives the same again. */
  readonly ms: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** `passed`: it came before the end. `off`: the end came first, or only failure handlers are left. */
  readonly over?: 'passed' | 'off';
}

export interface TaskInput {
  readonly at: number;
  /** Epoch milliseconds before which no step starts. */
  readonly startAt: number;
  /** Failure handlers not counted. */
  readonly stepCount: number;
  readonly rootCount: number;
  /** Steps that run last, and only if others failed. */
  readonly failureHandlerCount?: number;
  /** Tasks it waits for that are not complete. */
  readonly unmet: number;
  readonly onDependencyFailure?: 'fail';
  /** How long it may take, from `startAt` on. */
  readonly deadlineMs?: number;
  readonly compensations?: Compensations;
}

export interface TaskContext {
  readonly startAt: number;
  /** Its delay is not over. Kept, and not read off the clock, which may have been set back since. */
  readonly delayed?: true;
  /** Steps that must end; failure handlers and compensations are among them once they are spawned. */
  readonly stepCount: number;
  readonly rootCount: number;
  readonly compensations?: Compensations;
  /** Steps that would have to be taken back now. */
  readonly owed?: number;
  /** It ends by this, once its steps have stopped and what they did is taken back. */
  readonly ending?: EndingBy;
  readonly compensation?: Compensation;
  /** It goes on after its end, for a compensation that had failed. */
  readonly mending?: true;
  /** Failure handlers that have not been spawned. */
  readonly failureHandlerCount?: number;
  readonly unmet: number;
  /** Counts the unmet that have failed or were cancelled. */
  readonly lost: number;
  readonly onDependencyFailure?: 'fail';
  /** Spawned steps by standing. */
  readonly counts: Readonly<Partial<Record<Standing, number>>>;
  /** Met dependencies of steps that still miss some, by step index. */
  readonly met: Tally | StepCounts;
  /** Steps resolved by hand before their dependencies reported: not to be spawned again. */
  readonly ahead?: readonly number[];
  /** Failure handlers of so many that have ended, by standing: they run again when the task goes on and fails again. */
  readonly handled?: { readonly of: number; readonly ended: Readonly<Partial<Record<Standing, number>>> };
  /** Critical steps that have failed; while any has, nothing new starts. */
  readonly halted: number;
  /** It was paused because its parent was; else a person paused it. */
  readonly pausedByParent?: true;
  readonly retryCount: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly deadline?: Deadline;
  /** The first failure that still stands; `step` is null when no step is to blame. */
  readonly error?: StepError & { readonly step: string | null };
}

/** A step that waits for the one reported on: its index and how many dependencies it has in all. */
export type Dependent = readonly [step: number, needs: number];

/**
 * `onFailure`: it is a failure handler, of so many. `compensates`: it is a compensation. `owes`: one step more, or less, is to
 * be taken back if the task fails.
 */
export type Report<T extends string, E = unknown> = Timed<
  { type: T; step: string; from: Standing; onFailure?: number; compensates?: true; owes?: 1 | -1 } & E
>;

export interface Told {
  readonly by: string;
  readonly reason: string | null;
  /** Its parent is told the same. */
  readonly fromParent?: boolean;
}

export type TaskEvent =
  | Report<'step.ready', { critical?: boolean }>
  /** `polls`: it asks again, and nothing has failed. */
  | Report<'step.retrying', { polls?: true }>
  | Report<'step.waiting'>
  | Report<'step.held'>
  /** `dependents`: of a compensation; those before it run all the same. */
  | Report<'step.failed', { error: StepError; critical?: boolean; dependents?: readonly Dependent[] }>
  | Report<'step.cancelled', { critical?: boolean }>
  | Report<'step.complete', { dependents: readonly Dependent[]; critical?: boolean }>
  | Report<'step.skipped', { dependents: readonly Dependent[]; critical?: boolean }>
  | Timed<{ type: 'step.spawnedAhead'; step: string; index: number }>
  | Timed<{ type: 'step.owes'; step: string; owes: 1 | -1 }>
  | Timed<{ type: 'dependency.complete'; taskId: string }>
  | Timed<{ type: 'dependency.failed' | 'dependency.cancelled'; taskId: string; name: string }>
  | Timed<{ type: 'dependency.revived'; taskId: string }>
  | Timed<{ type: 'dependency.added'; count: number; by?: string }>
  | Timed<{ type: 'dependency.resolved'; name: string; taskId: string }>
  | Timed<{ type: 'task.pause' | 'task.resume' | 'task.compensate' } & Told>
  /** `compensate`: what was done is taken back first; or, of one that does so, the rest is left. */
  | Timed<{ type: 'task.cancel'; compensate?: boolean } & Told>
  /** `deadlineMs`: the length of its deadline from now on, if another than before. */
  | Timed<{ type: 'task.retry'; deadlineMs?: number } & Told>
  | Timed<{ type: 'task.deadline' }>
  | Timed<{ type: 'signal.withdrawn'; signal: string; name: string; by: string }>
  | Timed<{ type: 'xstate.after.delay.task.pending' }>;

/** The time of the event, or of the birth. */
export const atOf = (event: TaskEvent | { type: 'xstate.init'; input: TaskInput }): number =>
  event.type === 'xstate.init' ? event.input.at : event.at;
