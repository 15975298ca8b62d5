/** Tasks as lists show them: a line costs little however many steps there are. */

import type { StepContext } from '../../machines/index.ts';
import { STEP_ROWS } from '../kernel/actor.ts';
import { statusOf } from '../kernel/turn.ts';
import { orUnreadable, unreadableSummary } from '../kernel/unreadable.ts';
import { addressOf, isStepPlace, TASK_REF } from '../store/address.ts';
import type { TaskRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { countSteps, doneSteps, openActors, statesOf } from '../store/step-rows.ts';
import type { StepStatus, TaskSummary } from '../views/tasks.ts';
import { summaryErrorOf } from './shown-error.ts';
import { type StoredStep, type StoredTask, shownSteps, type TaskReader, unspawned } from './task-reader.ts';

/** A list shows the first waits of a task, up to this number. */
const SUMMARY_WAITS = 5;

/** A step that is done, as far as others wait for it. */
const DONE: StoredStep = { state: 'complete', context: {} as StepContext };

export class TaskSummaries {
  readonly #store: SqliteStore;
  readonly #reader: TaskReader;

  constructor(store: SqliteStore, reader: TaskReader) {
    this.#store = store;
    this.#reader = reader;
  }

  /** Steps that are done are counted, and not read. */
  summary(row: TaskRow): TaskSummary {
    return orUnreadable(
      () => this.#summary(row),
      (why) => unreadableSummary(row, why),
    );
  }

  #summary(row: TaskRow): TaskSummary {
    const stored = this.#openWithoutDone(row);
    const head = this.#reader.head(stored);
    const waits = this.#reader.waitsOf(stored, head);
    return {
      ...head,
      error: summaryErrorOf(stored),
      waitingFor: waits.slice(0, SUMMARY_WAITS),
      waitingForCount: waits.length,
      stepCounts: this.#countSteps(stored),
    };
  }

  #openWithoutDone(row: TaskRow): StoredTask {
    if (row.status === 'complete' || row.status === 'cancelled') {
      const task = this.#store.actor(row.no, TASK_REF);
      return this.#reader.open(row, task === null ? [] : [task]);
    }
    const stored = this.#reader.open(row, openActors(this.#store, row.no, STEP_ROWS));
    const done = doneSteps(this.#store, row.no, STEP_ROWS)
      .map((ref) => addressOf(row.no, ref))
      .filter(isStepPlace)
      .map(({ index }) => [index, DONE] as const);
    return { ...stored, steps: new Map([...stored.steps, ...done]) };
  }

  #countSteps({ row, entry, state, context }: StoredTask): TaskSummary['stepCounts'] {
    const counts: Partial<Record<StepStatus, number>> = {};
    const add = (status: StepStatus, count: number): void => {
      if (count > 0) counts[status] = (counts[status] ?? 0) + count;
    };
    let left = shownSteps({ entry, context }).length;
    for (const step of countSteps(this.#store, row.no, STEP_ROWS)) {
      add(statusOf(step.state) as StepStatus, step.count);
      left -= step.count;
    }
    add(unspawned(state), left);
    return counts;
  }

  /** Returns the statuses of the first `count` steps; nothing else of them is read. */
  statuses(row: TaskRow, count: number): StepStatus[] {
    const states = new Map<number | 'task', string>();
    for (const { ref, state } of statesOf(this.#store, row.no)) {
      const address = addressOf(row.no, ref);
      if (isStepPlace(address)) states.set(address.index, state);
      else if (ref === TASK_REF) states.set('task', state);
    }
    const none = unspawned(states.get('task') ?? row.status);
    return Array.from({ length: count }, (_, index) => {
      const state = states.get(index);
      return state === undefined ? none : (statusOf(state) as StepStatus);
    });
  }
}
