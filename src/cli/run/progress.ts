/** How far a run is, kept up to date by its facts: cheap to ask with a hundred thousand tasks. */

import type { Fact, StepStatus, TaskStatus, TaskView } from '../../views/tasks.ts';
import { hasEnded } from '../follow.ts';

interface TaskProgress {
  readonly label: string;
  status: TaskStatus;
  readonly steps: Map<string, StepStatus>;
}

/** A step or task in a state, over the whole run. */
export type Tally = Readonly<Record<string, number>>;

export interface Trouble {
  readonly taskId: string;
  readonly label: string;
  readonly step: string;
  readonly message: string;
}

/** More than a terminal shows. */
const MOST_TROUBLES = 100;

export class Progress {
  readonly startedAtMs = Date.now();
  readonly stepNames: readonly string[];
  readonly #tasks = new Map<string, TaskProgress>();
  readonly #totals = new Map<string, Record<string, number>>();
  #ended = 0;
  #troubles: readonly Trouble[] = [];

  constructor(stepNames: readonly string[]) {
    this.stepNames = stepNames;
    for (const name of stepNames) this.#totals.set(name, {});
  }

  add(tasks: readonly TaskView[]): void {
    for (const [index, { id, status, steps, ...task }] of tasks.entries()) {
      const byName = new Map(steps.map((step) => [step.name, step.status]));
      this.#tasks.set(id, { label: labelOf(task, index + 1), status, steps: byName });
      if (hasEnded({ status })) this.#ended++;
      for (const step of steps) this.#count(step.name, step.status, 1);
    }
  }

  get taskIds(): readonly string[] {
    return [...this.#tasks.keys()];
  }

  get taskCount(): number {
    return this.#tasks.size;
  }

  get endedCount(): number {
    return this.#ended;
  }

  /** Steps that failed and have not come right since, the last ones first. */
  get troubles(): readonly Trouble[] {
    return this.#troubles.filter(({ taskId, step }) => {
      const status = this.#tasks.get(taskId)?.steps.get(step);
      return status === 'failed' || status === 'retrying';
    });
  }

  labelOf(taskId: string): string {
    return this.#tasks.get(taskId)?.label ?? taskId;
  }

  tallyOf(step: string): Tally {
    return this.#totals.get(step) ?? {};
  }

  tallyOfTasks(): Tally {
    const tally: Record<string, number> = {};
    for (const { status } of this.#tasks.values()) tally[status] = (tally[status] ?? 0) + 1;
    return tally;
  }

  apply({ taskId, actor, fact, error }: Fact): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || fact === 'blocked' || fact === 'resumed' || fact === 'reminded') return;
    if (actor === 'task') {
      if (hasEnded({ status: fact })) this.#ended++;
      // A task is skipped by nobody.
      if (fact !== 'skipped') task.status = fact;
      return;
    }
    if (fact === 'paused') return;
    const step = actor.slice('step:'.length);
    this.#count(step, task.steps.get(step) ?? 'pending', -1);
    this.#count(step, fact, 1);
    task.steps.set(step, fact);
    if (error !== null) {
      const trouble = { taskId, label: task.label, step, message: error.message };
      const others = this.#troubles.filter((other) => other.taskId !== taskId || other.step !== step);
      this.#troubles = [trouble, ...others].slice(0, MOST_TROUBLES);
    }
  }

  #count(step: string, status: StepStatus, by: number): void {
    const totals = this.#totals.get(step);
    if (totals !== undefined) totals[status] = (totals[status] ?? 0) + by;
  }
}

/** Names the subject of a task as people do, after its place in the input. */
function labelOf(
  { payload, correlationId }: Pick<TaskView, 'payload' | 'correlationId'>,
  no: number,
): string {
  const name = payload['ref'] ?? payload['id'] ?? correlationId;
  return typeof name === 'string' || typeof name === 'number' ? `${no} ${name}` : `${no}`;
}
