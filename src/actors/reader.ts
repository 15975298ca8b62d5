/** Tasks as users see them, read from the rows that recovery reads; nothing here comes from memory. */

import type { StepContext, TaskContext } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import type { Scope } from '../orchestrator.ts';
import type { ActorRow, TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { PRUNED } from '../store/whole-tasks.ts';
import { isSingle } from '../workflow/registry.ts';
import { type ArmedTimers, dueAtOf, isStep, stepIndex, stepRef, TASK_REF, type TaskEntry } from './actor.ts';
import { entriesOf, type JournalEntry } from './journal.ts';
import type { Memory } from './memory.ts';
import { dependencyNames, policyOf, stepNamed } from './task-effects.ts';
import { taskErrorOf } from './task-error.ts';
import { statusOf } from './turn.ts';
import type {
  AttemptView,
  ErrorView,
  StepDetailView,
  StepStatus,
  StepView,
  TaskStatus,
  TaskView,
} from './views.ts';
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
}

const iso = (at: number | undefined | null): string | null =>
  at === undefined || at === null ? null : new Date(at).toISOString();

/** Of a damaged row, nothing: its actor will be set aside, but its task must not keep others from being listed. */
function contextOf({ context }: ActorRow): unknown {
  try {
    return JSON.parse(context);
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
    const entry = this.#memory.entryOf(row);
    const rows = this.#store.actors(row.no);
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
    };
  }

  task(row: TaskRow): TaskView {
    const stored = this.open(row);
    const { entry, context, state } = stored;
    const { request, workflow } = entry;
    const single = isSingle(entry.workflowKey);
    const status = statusOf(state) as TaskStatus;
    const { name, version } = workflow.definition;
    const dependencies = this.#dependencies(row);
    return {
      id: row.id,
      name: row.name,
      workflow: single ? null : { name, version, hash: workflow.hash },
      tenantId: row.tenant,
      status,
      payload: request.payload,
      result: status === 'complete' ? this.#result(stored) : null,
      error: this.#error(stored),
      priority: row.priority,
      retryCount: context.retryCount ?? 0,
      maxRetries: single ? (policyOf(entry, 0).maxAttempts ?? 1) - 1 : request.maxRetries,
      correlationId: row.correlation,
      tags: request.tags,
      dependencies,
      idempotencyKey: row.idempotency_key,
      notificationUrl: request.notificationUrl,
      initiator: request.initiator,
      reason: request.reason,
      sourceSystem: request.sourceSystem,
      createdAt: new Date(row.created_at).toISOString(),
      startedAt: iso(context.startedAt),
      finishedAt: iso(context.finishedAt),
      waitingFor: waitingFor(stored, dependencies, this.#reasons),
      steps: workflow.definition.steps.map((_, index) => this.stepView(stored, index)),
    };
  }

  #error({ entry, context, steps }: StoredTask): TaskView['error'] {
    const inOrder = [...steps].map(([index, step]) => ({ ref: stepRef(index), ...step }));
    const error = taskErrorOf(entry, context, inOrder);
    return error === null ? null : { ...errorView(error), step: error.step };
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
    const status =
      step === undefined ? (state === 'cancelled' ? 'cancelled' : 'pending') : statusOf(step.state);
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
    return { ...this.stepView(stored, index), taskId: row.id, attempts: this.#attempts(row, stepRef(index)) };
  }

  #attempts(row: TaskRow, ref: number): AttemptView[] {
    const attempts: AttemptView[] = [];
    for (const page of this.#store.journal(row.no)) {
      for (const line of entriesOf(page)) if (line.r === ref && line.s !== 1) follow(attempts, line);
    }
    return attempts;
  }
}

/** Adds what one journal entry tells about the attempts of its step. */
function follow(attempts: AttemptView[], line: JournalEntry): void {
  const at = new Date(line.e.at).toISOString();
  const status = statusOf(line.t);
  if (line.e.type === 'step.start') {
    attempts.push({
      attempt: line.a ?? attempts.length + 1,
      status: 'running',
      startedAt: at,
      finishedAt: null,
      error: null,
      backoffMs: null,
    });
    return;
  }
  const last = attempts.at(-1);
  if (last === undefined || last.status !== 'running' || status === 'running') return;
  const error = (line.e['error'] as ErrorView | undefined) ?? line.x ?? null;
  const wasFailure =
    error !== null || line.e.type === 'attempt.failed' || line.e.type.startsWith('xstate.after.');
  attempts[attempts.length - 1] = {
    ...last,
    status: wasFailure ? 'failed' : line.e.type === 'attempt.complete' ? 'complete' : 'cancelled',
    finishedAt: at,
    error: error === null ? null : errorView(error),
    backoffMs: line.d ?? null,
  };
}

function errorView(error: ErrorView): ErrorView {
  const { name, message, code, retryable, details } = error;
  return { name, message, code, retryable, ...(details === undefined ? {} : { details }) };
}
