/** Tasks as users see them, read from the rows that recovery reads; nothing here comes from memory. */

import type { StepContext, TaskContext, WaitContext } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import { attemptsOf } from '../history/attempts.ts';
import { type ArmedTimers, placeOf, type TaskEntry } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { readContext } from '../kernel/context-format.ts';
import { dependencyNames, policyOf, stepNamed } from '../kernel/task-effects.ts';
import { statusOf } from '../kernel/turn.ts';
import { orUnreadable, unreadableTask } from '../kernel/unreadable.ts';
import { addressOf, isStepPlace, refOf, TASK_REF } from '../store/address.ts';
import type { ActorRow, TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { PRUNED } from '../store/whole-tasks.ts';
import { briefError, errorView } from '../views/errors.ts';
import type { Scope } from '../views/orchestrator.ts';
import type { StepDetailView, StepStatus, StepView, TaskStatus, TaskView } from '../views/tasks.ts';
import type { StepDefinition } from '../workflow/definition.ts';
import { isSingle } from '../workflow/registry.ts';
import { argumentsOf } from './arguments.ts';
import { compensationView } from './compensation-text.ts';
import { familyOf } from './family.ts';
import type { Reasons } from './reasons.ts';
import { briefErrorOf, wholeErrorOf } from './shown-error.ts';
import { waitingFor } from './waiting.ts';
import { waitOfStep } from './waiting-outside.ts';

/** A step's stored state, or what it would be if it had been spawned. */
export interface StoredStep {
  readonly state: string;
  readonly context: StepContext | WaitContext;
}

/** A task's rows, parsed once. */
export interface StoredTask {
  readonly row: TaskRow;
  readonly entry: TaskEntry;
  readonly state: string;
  readonly context: TaskContext;
  readonly steps: ReadonlyMap<number, StoredStep>;
  /** The timers of those actors that have some, by ref. */
  readonly timers: ReadonlyMap<number, ArmedTimers>;
  /** Why an actor cannot go on, by its ref. */
  readonly aside: ReadonlyMap<number, string>;
}

export type TaskHead = Omit<TaskView, 'payload' | 'result' | 'waitingFor' | 'steps' | 'error'>;

/** The failed steps of a task, up to this number, have their errors whole; each alone always has. */
const WHOLE_ERRORS = 10;

const iso = (at: number | undefined | null): string | null =>
  at === undefined || at === null ? null : new Date(at).toISOString();

/** Returns nothing for a damaged row: its actor will be set aside, but its task must not hinder a list. */
function contextOf({ context }: ActorRow): unknown {
  try {
    return readContext(context);
  } catch {
    return {};
  }
}

const timersOf = (rows: readonly ActorRow[]): Map<number, ArmedTimers> =>
  new Map(
    rows.flatMap(({ ref, timers }) =>
      timers === null ? [] : [[ref, JSON.parse(timers) as ArmedTimers] as const],
    ),
  );

export class TaskReader {
  readonly #store: Store;
  readonly #cache: ActorCache;
  readonly #reasons: Reasons;

  constructor(store: Store, cache: ActorCache, reasons: Reasons) {
    this.#store = store;
    this.#cache = cache;
    this.#reasons = reasons;
  }

  /** The row of a task the caller may see. */
  find(scope: Scope, id: string): TaskRow {
    const row = this.#store.taskById(id);
    if (row === null || (scope !== null && row.tenant !== scope)) {
      throw new Refusal('TASK_NOT_FOUND', `there is no task ${id}`);
    }
    return row;
  }

  /** `rows`: all of its actors, or those that are asked about. */
  open(row: TaskRow, rows: readonly ActorRow[] = this.#store.actors(row.no)): StoredTask {
    const entry = this.#cache.entryOf(row);
    const task = rows.find(({ ref }) => ref === TASK_REF);
    if (task === undefined) throw new Error(`assertion failed: task ${row.id} has no actor`);
    return {
      row,
      entry,
      state: task.state,
      context: contextOf(task) as TaskContext,
      steps: new Map(
        rows.flatMap((step) => {
          const address = addressOf(step.task, step.ref);
          if (!isStepPlace(address)) return [];
          const context = contextOf(step) as StoredStep['context'];
          return [[address.index, { state: step.state, context }] as const];
        }),
      ),
      timers: timersOf(rows),
      aside: new Map(this.#store.setAsidesOf(row.no).map(({ ref, why }) => [ref, why])),
    };
  }

  task(row: TaskRow): TaskView {
    return this.#readable(row, WHOLE_ERRORS);
  }

  /** As in a list: errors in short, for there may be hundreds. */
  listed(row: TaskRow): TaskView {
    return this.#readable(row, 0);
  }

  #readable(row: TaskRow, wholeErrors: number): TaskView {
    return orUnreadable(
      () => this.#task(row, wholeErrors),
      (why) => unreadableTask(row, why),
    );
  }

  #task(row: TaskRow, wholeErrors: number): TaskView {
    const stored = this.open(row);
    const { request } = stored.entry;
    const head = this.head(stored);
    return {
      ...head,
      payload: request.payload,
      result: head.status === 'complete' ? this.#result(stored) : null,
      error: wholeErrors === 0 ? briefErrorOf(stored) : wholeErrorOf(stored),
      waitingFor: this.waitsOf(stored, head),
      steps: this.#stepViews(stored, wholeErrors),
    };
  }

  #stepViews(stored: StoredTask, wholeErrors: number): StepView[] {
    let whole = 0;
    return shownSteps(stored).map((_, index) => {
      const isBrief = stored.steps.get(index)?.context.error !== undefined && ++whole > wholeErrors;
      return this.stepView(stored, index, { isBrief, isListed: wholeErrors === 0 });
    });
  }

  /** Returns the fields that a task has in a list too. */
  head({ row, entry, state, context }: StoredTask): TaskHead {
    const { request, workflow } = entry;
    const single = isSingle(entry.workflowKey);
    const { namespace, name, version } = workflow.definition;
    return {
      id: row.id,
      name: row.name,
      workflow: single ? null : { namespace, name, version, hash: workflow.hash },
      tenantId: row.tenant,
      status: statusOf(state) as TaskStatus,
      priority: row.priority,
      retryCount: context.retryCount ?? 0,
      maxRetries: single ? (policyOf(entry, 0).maxAttempts ?? 1) - 1 : request.maxRetries,
      correlationId: row.correlation,
      tags: request.tags,
      dependencies: this.#dependencies(row),
      idempotencyKey: row.idempotency_key,
      notificationUrl: request.notificationUrl,
      notificationTypes: request.notificationTypes,
      initiator: request.initiator,
      reason: request.reason,
      sourceSystem: request.sourceSystem,
      createdAt: new Date(row.created_at).toISOString(),
      startedAt: iso(context.startedAt),
      finishedAt: iso(context.finishedAt),
      ...familyOf(this.#store, this.#cache, row),
      deadline: iso(context.deadline?.at),
      ...compensationView(context, state),
    };
  }

  waitsOf(stored: StoredTask, { dependencies }: TaskHead): TaskView['waitingFor'] {
    return waitingFor(stored, dependencies, this.#reasons);
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

  stepView(
    { entry, state, steps }: StoredTask,
    index: number,
    { isBrief = false, isListed = false } = {},
  ): StepView {
    const definition = entry.workflow.steps[index];
    if (definition === undefined) throw new Error(`assertion failed: no step ${index} in task ${entry.id}`);
    const step = steps.get(index);
    const context = step?.context;
    const status = step === undefined ? unspawned(state) : statusOf(step.state);
    return {
      name: definition.name,
      status: status as StepStatus,
      handler: definition.handler,
      dependsOn: dependencyNames(entry, index),
      attempt: context?.attempt ?? 0,
      maxAttempts: mostAttempts(entry, index, context),
      startedAt: iso(context?.startedAt),
      finishedAt: iso(context?.finishedAt),
      nextAttemptAt:
        step?.state === 'retrying.backoff' && context !== undefined && 'retryAt' in context
          ? iso(context.retryAt)
          : null,
      ...(context !== undefined && 'until' in context ? { until: iso(context.until) } : {}),
      ...childrenView(context),
      critical: definition.critical,
      optional: definition.optional,
      ...(definition.failuresAs === undefined ? {} : { onFailure: true }),
      ...(definition.compensates === undefined ? {} : { compensates: definition.compensates }),
      ...(context?.unknown === true ? { unknown: true } : {}),
      ...(definition.with === undefined || isListed ? {} : { with: definition.with }),
      ...(isListed ? {} : waitOfStep(definition, context as WaitContext | undefined)),
      output: context?.output ?? null,
      error:
        context?.error === undefined ? null : errorView(isBrief ? briefError(context.error) : context.error),
      ...(context?.resolvedBy === undefined ? {} : { resolvedBy: context.resolvedBy }),
    };
  }

  step(row: TaskRow, name: string): StepDetailView {
    const entry = this.#cache.entryOf(row);
    const index = stepNamed(entry, name);
    if (index === null) throw new Refusal('STEP_NOT_FOUND', `task ${row.id} has no step ${name}`);
    // There may be thousands of others, which are not read.
    const ref = refOf(placeOf(entry, index));
    const rows = [TASK_REF, ref].flatMap((each) => this.#store.actor(row.no, each) ?? []);
    const stored = this.open(row, rows);
    const view = this.stepView(stored, index);
    return {
      ...view,
      taskId: row.id,
      attempts: attemptsOf(this.#store.journal(row.no), ref),
      arguments:
        view.attempt === 0 ? null : argumentsOf(stored.entry, index, (on) => this.#contextOf(entry, on)),
    };
  }

  #contextOf(entry: TaskEntry, index: number): StoredStep['context'] | null {
    const actor = this.#store.actor(entry.no, refOf(placeOf(entry, index)));
    return actor === null ? null : (contextOf(actor) as StoredStep['context']);
  }
}

function childrenView(context: StoredStep['context'] | undefined): Pick<StepView, 'children'> {
  if (context === undefined || !('total' in context) || context.total === undefined) return {};
  const { total, next = 0, open = 0, done = 0, lost = 0 } = context;
  return { children: { total, next, open, done, lost } };
}

/** A wait is begun once, and once more for each retry by a person. */
function mostAttempts(entry: TaskEntry, index: number, context: StoredStep['context'] | undefined): number {
  if (entry.workflow.waits.has(index)) return Math.max(1, context?.attempt ?? 0);
  const before = context !== undefined && 'base' in context ? context.base : 0;
  return before + (policyOf(entry, index).maxAttempts ?? 3);
}

/** Compensations are steps of a task once it takes back what it has done. */
export const shownSteps = ({
  entry: { workflow },
  context,
}: Pick<StoredTask, 'entry' | 'context'>): readonly StepDefinition[] =>
  context.compensation === undefined ? workflow.definition.steps : workflow.steps;

/** Returns the status of a step that has not been spawned. */
export const unspawned = (task: string): StepStatus => (task === 'cancelled' ? 'cancelled' : 'pending');
