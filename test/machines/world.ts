/**
 * A task and its steps together, purely: what the machines ask of each other is done at once, in the order it was
 * asked for, as a batch of the engine does it; timers fire and workers answer when the test says so.
 */

import {
  type Dependent,
  type Standing,
  type StepEvent,
  standingOf,
  type TaskEvent,
  type TaskInput,
} from '../../machines/index.ts';
import { DEADLINE } from '../../machines/task-deadline.ts';
import { type StepLife, stepLife, type TaskLife, taskLife } from './life.ts';

/** A step of the world's workflow; `on` are indices of earlier steps. */
export interface Plan {
  readonly on: readonly number[];
  readonly critical: boolean;
  readonly optional: boolean;
}

export class World {
  readonly task: TaskLife;
  readonly steps = new Map<number, StepLife>();
  /** How often each step was spawned and how often it was dispatched after it had ended: must stay 1 and 0. */
  readonly spawns = new Map<number, number>();
  readonly #plans: readonly Plan[];
  readonly #inbox: (() => void)[] = [];

  constructor(plans: readonly Plan[], deadline: Pick<TaskInput, 'deadlineMs'> = {}) {
    this.#plans = plans;
    const rootCount = plans.filter(({ on }) => on.length === 0).length;
    const input = { stepCount: plans.length, rootCount, ...deadline };
    this.task = taskLife(input).fires('xstate.after.delay.task.pending', 0);
    this.#performTask();
    this.#settle();
  }

  standing(index: number): Standing | null {
    const step = this.steps.get(index);
    return step === undefined ? null : standingOf(step.state);
  }

  /** Spawned steps by standing, counted afresh. */
  counts(): Partial<Record<Standing, number>> {
    const counts: Partial<Record<Standing, number>> = {};
    for (const { state } of this.steps.values()) {
      counts[standingOf(state)] = (counts[standingOf(state)] ?? 0) + 1;
    }
    return counts;
  }

  tellTask(event: TaskEvent): void {
    this.task.hears(event);
    this.#performTask(event);
    this.#settle();
  }

  /** Its deadline comes. False if it has none to come. */
  expireTask(): boolean {
    if (this.task.timers[DEADLINE] === undefined) return false;
    this.task.fires(DEADLINE, 0);
    this.#performTask();
    this.#settle();
    return true;
  }

  /** As a person does, also to steps that have not been spawned; or as a worker or a timer does. */
  tellStep(index: number, tell: (step: StepLife) => void): void {
    this.#tell(index, tell);
    this.#settle();
  }

  spawnAhead(index: number): void {
    this.#spawn([index], true);
    this.tellTask({ type: 'step.spawnedAhead', at: 0, step: String(index), index });
  }

  #settle(): void {
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) next();
  }

  #performTask(event?: TaskEvent): void {
    for (const { type: effect, params } of this.task.asked) {
      if (effect === 'spawn') {
        const { steps, held } = params as { steps: number[] | 'roots'; held: boolean };
        this.#spawn(steps === 'roots' ? this.#indices(({ on }) => on.length === 0) : steps, held);
      }
      if (effect === 'holdSteps') this.#tellLive({ type: 'step.hold', at: 0 });
      if (effect === 'haltSteps') this.#tellLive({ type: 'step.halt', at: 0 });
      if (effect === 'cancelSteps') this.#tellLive({ type: 'step.cancel', at: 0 });
      if (effect === 'expireSteps') this.#tellLive({ type: 'step.expire', at: 0, deadlineAt: 0 });
      if (effect === 'releaseSteps' && (params as { asked: boolean }).asked)
        this.#tellLive({ type: 'step.release', at: 0 });
      if (effect === 'retrySteps')
        this.#tellAll((standing) => standing === 'failed', { type: 'step.retry', at: 0 });
      if (effect === 'ignored') throw new Error(`a ${this.task.state} task lost ${JSON.stringify(event)}`);
    }
  }

  #spawn(indices: readonly number[], held: boolean): void {
    for (const index of indices) {
      this.spawns.set(index, (this.spawns.get(index) ?? 0) + 1);
      this.steps.set(index, stepLife({ maxAttempts: 2, optional: this.#plans[index]?.optional === true }));
      if (held) this.#inbox.push(() => this.#tell(index, (step) => step.hears({ type: 'step.hold', at: 0 })));
    }
  }

  #tellLive(event: StepEvent): void {
    this.#tellAll((standing) => ['active', 'backoff', 'held'].includes(standing), event);
  }

  #tellAll(are: (standing: Standing) => boolean, event: StepEvent): void {
    for (const [index, { state }] of this.steps) {
      if (are(standingOf(state))) this.#inbox.push(() => this.#tell(index, (step) => step.hears(event)));
    }
  }

  #tell(index: number, tell: (step: StepLife) => void): void {
    const step = this.steps.get(index);
    if (step === undefined) throw new Error(`step ${index} has not been spawned`);
    const from = standingOf(step.state);
    tell(step);
    const report = this.#report(index, step, from);
    if (report !== null) {
      this.#inbox.push(() => {
        this.task.hears(report);
        if (!this.task.isOver) this.#performTask(report);
      });
    }
  }

  #report(index: number, { state, context }: StepLife, from: Standing): TaskEvent | null {
    const to = standingOf(state);
    if (to === from || to === 'cancelled') return null;
    const base = { at: 0, step: String(index), from, critical: this.#plans[index]?.critical === true };
    switch (to) {
      case 'active':
        return { ...base, type: 'step.ready' };
      case 'backoff':
        return { ...base, type: 'step.retrying' };
      case 'held':
        return { ...base, type: 'step.held' };
      case 'failed':
        if (context.error === undefined) throw new Error('a failed step has an error');
        return { ...base, type: 'step.failed', error: context.error };
      default:
        return { ...base, type: `step.${to}`, dependents: this.#dependentsOf(index) };
    }
  }

  #dependentsOf(index: number): Dependent[] {
    return this.#indices(({ on }) => on.includes(index)).map((of) => [of, this.#plans[of]?.on.length ?? 0]);
  }

  #indices(are: (plan: Plan) => boolean): number[] {
    return [...this.#plans.keys()].filter((index) => are(this.#plans[index] as Plan));
  }
}
