/** Tasks as users see them, read from the rows that recovery reads; nothing here comes from memory. */

import type { StepContext, TaskContext } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import type { Scope } from '../orchestrator.ts';
import type { ActorRow, TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { PRUNED } from '../store/whole-tasks.ts';
import { isSingle } from '../workflow/registry.ts';
import { type ArmedTimers, dueAtOf, isStep, stepIndex, stepRef, TASK_REF, type TaskEntry } from './actor.ts';
import { attemptsOf, errorView } from './attempts.ts';
import { readContext } from './context-format.ts';
import type { Memory } from './memory.ts';
import { dependencyNames, policyOf, stepNamed } from './task-effects.ts';
import { taskErrorOf } from './task-error.ts';
import { statusOf } from './turn.ts';
import { orUnreadable, unreadableSummary, unreadableTask } from './unreadable.ts';
import type { StepDetailView, StepStatus, StepView, TaskStatus, TaskSummary, TaskView } from './views.ts';
import { type Reasons, waitingFor } from './waiting.ts';

/** A step's stored state, or what it would be if it had been spawned. */
export interface StoredStep {
  readonly state: string;
  readonly context: StepContext;
}

/** A task's rows, parsed once. */
export interface StoredTask {
  readonly row: TaskRow;
  readonly entry: TaskEntry;
  readonly state: string;
  readonly context: TaskContext;
  readonly steps: ReadonlyMap<number, StoredStep>;
  /** When the first timer of an actor goes off, by its ref. */
  readonly dueAts: ReadonlyMap<number, number>;
  /** Why an actor cannot go on, by its ref. */
  readonly aside: ReadonlyMap<number, string>;
}

/** Of what a task waits for, a list shows the first. */
const SUMMARY_WAITS = 5;

/** A step that is done, as far as others wait for it. */
const DONE: StoredStep = { state: 'complete', context: {} as StepContext };

type TaskHead = Omit<TaskView, 'payload' | 'result' | 'waitingFor' | 'steps'>;

const iso = (at: number | undefined | null): string | null =>
  at === undefined || at === null ? null : new Date(at).toISOString();

/** Of a damaged row, nothing: its actor will be set aside, but its task must not keep others from being listed. */
function contextOf({ context }: ActorRow): unknown {
  try {
    return readContext(context);
  } catch {
    return {};
  }
}

function dueAtsOf(rows: readonly ActorRow[]): Map<number, number> {
  const dueAts = new Map<number, number>();
  for (const { ref, timers } of rows) {
    const dueAt = timers === null ? null : dueAtOf({ timers: JSON.parse(timers) as ArmedTimers });
    if (dueAt !== null) dueAts.set(ref, dueAt);
  }
  return dueAts;
}

export class Reader {
  readonly #store: Store;
  readonly #memory: Memory;
  readonly #reasons: Reasons;

  constructor(store: Store, memory: Memory, reasons: Reasons) {
    this.#store = store;
    this.#memory = memory;
    this.#reasons = reasons;
  }

  /** The row of a task the caller may see. */
  find(scope: Scope, id: string): TaskRow {
    const row = this.#store.taskById(id);
    if (row === null || (scope !== null && row.tenant !== scope)) {
      throw new Refusal('not_found', 'TASK_NOT_FOUND', `there is no task ${id}`);
    }
    return row;
  }

  open(row: TaskRow): StoredTask {
    return this.#open(row, this.#store.actors(row.no));
  }

  #open(row: TaskRow, rows: readonly ActorRow[]): StoredTask {
    const entry = this.#memory.entryOf(row);
    const task = rows.find(({ ref }) => ref === TASK_REF);
    if (task === undefined) throw new Error(`assertion failed: task ${row.id} has no actor`);
    const steps = rows.filter(({ ref }) => isStep(ref));
    return {
      row,
      entry,
      state: task.state,
      context: contextOf(task) as TaskContext,
      steps: new Map(
        steps.map((step) => [
          stepIndex(step.ref),
          { state: step.state, context: contextOf(step) as StepContext },
        ]),
      ),
      dueAts: dueAtsOf(rows),
      aside: new Map(this.#store.setAsidesOf(row.no).map(({ ref, why }) => [ref, why])),
    };
  }

  task(row: TaskRow): TaskView {
    return orUnreadable(
      () => this.#task(row),
      (why) => unreadableTask(row, why),
    );
  }

  #task(row: TaskRow): TaskView {
    const stored = this.open(row);
    const { request, workflow } = stored.entry;
    const head = this.#head(stored);
    return {
      ...head,
      payload: request.payload,
      result: head.status === 'complete' ? this.#result(stored) : null,
      waitingFor: waitingFor(stored, head.dependencies, this.#reasons),
      steps: workflow.definition.steps.map((_, index) => this.stepView(stored, index)),
    };
  }

  /** Costs little however many steps there are: those that are done are counted, and not read. */
  summary(row: TaskRow): TaskSummary {
    return orUnreadable(
      () => this.#summary(row),
      (why) => unreadableSummary(row, why),
    );
  }

  #summary(row: TaskRow): TaskSummary {
    const stored = this.#openWithoutDone(row);
    const head = this.#head(stored);
    const waits = waitingFor(stored, head.dependencies, this.#reasons);
    return {
      ...head,
      waitingFor: waits.slice(0, SUMMARY_WAITS),
      waitingForCount: waits.length,
      stepCounts: this.#countSteps(stored),
    };
  }

  #openWithoutDone(row: TaskRow): StoredTask {
    if (row.status === 'complete' || row.status === 'cancelled') {
      const task = this.#store.actor(row.no, TASK_REF);
      return this.#open(row, task === null ? [] : [task]);
    }
    const stored = this.#open(row, this.#store.openActors(row.no));
    const done = this.#store.doneSteps(row.no).map((ref) => [stepIndex(ref), DONE] as const);
    return { ...stored, steps: new Map([...stored.steps, ...done]) };
  }

  #countSteps({ row, entry, state }: StoredTask): TaskSummary['stepCounts'] {
    const counts: Partial<Record<StepStatus, number>> = {};
    const add = (status: StepStatus, count: number): void => {
      if (count > 0) counts[status] = (counts[status] ?? 0) + count;
    };
    let left = entry.workflow.definition.steps.length;
    for (const step of this.#store.stepCounts(row.no)) {
      add(statusOf(step.state) as StepStatus, step.count);
      left -= step.count;
    }
    add(unspawned(state), left);
    return counts;
  }

  /** What a task has in a list too. */
  #head({ row, entry, state, context, steps }: StoredTask): TaskHead {
    const { request, workflow } = entry;
    const single = isSingle(entry.workflowKey);
    const { name, version } = workflow.definition;
    return {
      id: row.id,
      name: row.name,
      workflow: single ? null : { name, version, hash: workflow.hash },
      tenantId: row.tenant,
      status: statusOf(state) as TaskStatus,
      error: errorOf(entry, context, steps),
      priority: row.priority,
      retryCount: context.retryCount ?? 0,
      maxRetries: single ? (policyOf(entry, 0).maxAttempts ?? 1) - 1 : request.maxRetries,
      correlationId: row.correlation,
      tags: request.tags,
      dependencies: this.#dependencies(row),
      idempotencyKey: row.idempotency_key,
      notificationUrl: request.notificationUrl,
      initiator: request.initiator,
      reason: request.reason,
      sourceSystem: request.sourceSystem,
      createdAt: new Date(row.created_at).toISOString(),
      startedAt: iso(context.startedAt),
      finishedAt: iso(context.finishedAt),
    };
  }

  #result(stored: StoredTask): Record<string, unknown> {
    const { leaves, definition } = stored.entry.workflow;
    return Object.fromEntries(
      leaves.map((index) => [definition.steps[index]?.name, stored.steps.get(index)?.context.output ?? null]),
    );
  }

  #dependencies(row: TaskRow): TaskView['dependencies'] {
    return this.#store.dependenciesOf(row.no).map((dependency) => {
      // Only what is complete is deleted while others stand on it.
      if (dependency.on_task === PRUNED) return { name: dependency.name, taskId: null, status: 'complete' };
      const on = dependency.on_task === null ? null : this.#store.taskByNo(dependency.on_task);
      return {
        name: on?.name ?? dependency.name,
        taskId: on?.id ?? null,
        status: on === null ? 'unresolved' : (on.status as TaskStatus),
      };
    });
  }

  stepView({ entry, state, steps }: StoredTask, index: number): StepView {
    const ref = stepRef(index);
    const definition = entry.workflow.definition.steps[index];
    if (definition === undefined) throw new Error(`assertion failed: no step ${index} in task ${entry.id}`);
    const step = steps.get(index);
    const context = step?.context;
    const status = step === undefined ? unspawned(state) : statusOf(step.state);
    return {
      name: definition.name,
      status: status as StepStatus,
      handler: definition.handler,
      dependsOn: dependencyNames(entry, ref),
      attempt: context?.attempt ?? 0,
      maxAttempts: (context?.base ?? 0) + (policyOf(entry, index).maxAttempts ?? 3),
      startedAt: iso(context?.startedAt),
      finishedAt: iso(context?.finishedAt),
      nextAttemptAt: step?.state === 'retrying.backoff' ? iso(context?.retryAt) : null,
      critical: definition.critical,
      optional: definition.optional,
      output: context?.output ?? null,
      error: context?.error === undefined ? null : errorView(context.error),
      ...(context?.resolvedBy === undefined ? {} : { resolvedBy: context.resolvedBy }),
    };
  }

  step(row: TaskRow, name: string): StepDetailView {
    const stored = this.open(row);
    const index = stepNamed(stored.entry, name);
    if (index === null)
      throw new Refusal('not_found', 'STEP_NOT_FOUND', `task ${row.id} has no step ${name}`);
    return {
      ...this.stepView(stored, index),
      taskId: row.id,
      attempts: attemptsOf(this.#store.journal(row.no), stepRef(index)),
    };
  }
}

/** The failure it shows; see task-error.ts. */
function errorOf(entry: TaskEntry, task: TaskContext, steps: StoredTask['steps']): TaskView['error'] {
  const failing = [...steps].filter(([, { context }]) => context.error !== undefined);
  const inOrder = failing.map(([index, step]) => ({ ref: stepRef(index), ...step }));
  const error = taskErrorOf(entry, task, inOrder);
  return error === null ? null : { ...errorView(error), step: error.step };
}

/** What one that has not been spawned shows. */
const unspawned = (task: string): StepStatus => (task === 'cancelled' ? 'cancelled' : 'pending');
