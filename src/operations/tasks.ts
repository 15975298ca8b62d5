/** `troupe.tasks`: what code asks of tasks and tells them, for all tenants or for one. */

import { Refusal } from '../errors.ts';
import type {
  MomentView,
  Orchestrator,
  Scope,
  SnapshotView,
  TaskQuery,
  VerbOptions,
  WhatIf,
  WhatIfView,
} from '../views/orchestrator.ts';
import type { Fact, HistoryEvent, StepDetailView, TaskSummary, TaskView } from '../views/tasks.ts';
import type { StepVerb, TaskVerb } from '../views/verbs.ts';

/** `limit`: at most so many tasks, 20 unless given; `nextCursor` asks for the next ones. */
export type TaskListQuery = Partial<Omit<TaskQuery, 'tenantId'>> & {
  /** All tenants' tasks unless given. */
  readonly tenantId?: string;
};

/** Why something is done, and who does it: both stand in the task's history. */
export interface Told {
  readonly reason?: string | null;
  /** `library` unless given. */
  readonly by?: string;
}

/** The output that a step is given by hand, as JSON. */
export interface ToldOutput extends Told {
  readonly output?: unknown;
}

export interface ToldRetry extends Told {
  /** The length of its deadline from now on; the same as before unless given. */
  readonly deadlineSeconds?: number;
}

export interface ToldCancel extends Told {
  /** True takes back first what the task has done; false, of a task that does so, leaves the rest. */
  readonly compensate?: boolean;
}

export interface ToldExtend extends Told {
  /** The new end of the wait: ISO 8601. */
  readonly until: string;
}

/** Each method refuses with TASK_NOT_FOUND a task that is not there or belongs to another tenant. */
export interface Tasks {
  get(id: string): TaskView;
  /** A list of tasks, the newest first. */
  list(query?: TaskListQuery): { tasks: TaskView[]; nextCursor: string | null };
  /** The same list without payloads, results and steps. */
  summaries(query?: TaskListQuery): { tasks: TaskSummary[]; nextCursor: string | null };
  /** One step with all its attempts. Refuses with STEP_NOT_FOUND. */
  step(id: string, step: string): StepDetailView;
  /** The events after event `after`, oldest first. They are read lazily, so a long history is never held whole. */
  history(id: string, after?: number): Iterable<HistoryEvent>;
  /**
   * The facts of a task after event `after` of its history (all, unless given), and then those that come. Ends when the
   * task is complete, failed or cancelled, or when `signal` fires. A `seq` of a fact is a later call's `after`.
   */
  watch(
    id: string,
    options?: { readonly after?: number; readonly signal?: AbortSignal },
  ): AsyncGenerator<Fact>;
  /** The task and its steps as XState persists them, after event `seq` or now. */
  snapshot(id: string, seq?: number): SnapshotView;
  /** The task after event `seq` of its history, or after the last. */
  moment(id: string, seq?: number): MomentView;
  /** Says what an event would do; nothing is done, and nothing stored. */
  whatIf(id: string, event: WhatIf, seq?: number): WhatIfView;
  diagram(id: string, format: 'mermaid' | 'dot'): string;
  /**
   * Cancels the steps that are not over; attempts that run get their signal. Refuses with COMPENSATING where a task takes
   * back what it has done, and nothing is said of that.
   */
  cancel(id: string, told?: ToldCancel): Promise<TaskView>;
  /** Takes back what a failed task has done: the compensations of its steps run. */
  compensate(id: string, told?: Told): Promise<TaskView>;
  /** Starts no attempt until the task is resumed. */
  pause(id: string, told?: Told): Promise<TaskView>;
  resume(id: string, told?: Told): Promise<TaskView>;
  /**
   * Gives the failed steps a fresh set of attempts, and the task a new deadline if it has one; what is complete is not
   * executed again.
   */
  retry(id: string, told?: ToldRetry): Promise<TaskView>;
  retryStep(id: string, step: string, told?: Told): Promise<TaskView>;
  /** Skips an unfinished step; the steps after it get `output`, or null. */
  skip(id: string, step: string, told?: ToldOutput): Promise<TaskView>;
  /** Ends an unfinished step with this output, as if its handler had returned it. */
  complete(
    id: string,
    step: string,
    told: ToldOutput & Required<Pick<ToldOutput, 'output'>>,
  ): Promise<TaskView>;
  /** Says no to a step that waits for a person. */
  reject(id: string, step: string, told?: Told): Promise<TaskView>;
  /** Moves the end of a wait. */
  extend(id: string, step: string, told: ToldExtend): Promise<TaskView>;
  /** Lets a pending task wait for more tasks, by id or name. */
  addDependencies(id: string, dependsOn: readonly string[], told?: Pick<Told, 'by'>): Promise<TaskView>;
}

export type TaskOperations = Pick<
  Orchestrator,
  | 'getTask'
  | 'listTasks'
  | 'summarizeTasks'
  | 'getStep'
  | 'history'
  | 'snapshot'
  | 'moment'
  | 'whatIf'
  | 'diagram'
  | 'taskVerb'
  | 'stepVerb'
  | 'addDependencies'
> & {
  /** Refuses at once. */
  readonly factsOf: (scope: Scope, id: string, after: number, signal: AbortSignal) => AsyncGenerator<Fact>;
};

/** Names the caller of a verb where code does not. */
export const LIBRARY = 'library';
const LISTED = 20;

export function tasksOf(operations: TaskOperations, scope: Scope): Tasks {
  const task = (verb: TaskVerb) => async (id: string, told?: ToldRetry & ToldCancel) =>
    operations.taskVerb(scope, id, verb, verbOptions(told));
  const step =
    (verb: StepVerb) => async (id: string, name: string, told?: ToldOutput & Partial<ToldExtend>) =>
      operations.stepVerb(scope, id, name, verb, verbOptions(told));
  const verbs: Pick<Tasks, TaskVerb> = {
    pause: task('pause'),
    resume: task('resume'),
    retry: task('retry'),
    cancel: task('cancel'),
    compensate: task('compensate'),
  };
  return {
    ...verbs,
    get: (id) => operations.getTask(scope, id),
    list: (query) => operations.listTasks(queryOf(scope, query)),
    summaries: (query) => operations.summarizeTasks(queryOf(scope, query)),
    step: (id, name) => operations.getStep(scope, id, name),
    history: (id, after) => operations.history(scope, id, after),
    watch: (id, { after = 0, signal = new AbortController().signal } = {}) =>
      operations.factsOf(scope, id, after, signal),
    snapshot: (id, seq) => operations.snapshot(scope, id, seq),
    moment: (id, seq) => operations.moment(scope, id, seq),
    whatIf: (id, event, seq) => operations.whatIf(scope, id, event, seq),
    diagram: (id, format) => operations.diagram(scope, id, format),
    retryStep: step('retry'),
    skip: step('skip'),
    complete: step('complete'),
    reject: step('reject'),
    extend: step('extend'),
    addDependencies: async (id, dependsOn, { by = LIBRARY } = {}) =>
      operations.addDependencies(scope, id, dependsOn, by),
  };
}

const verbOptions = ({
  by = LIBRARY,
  reason = null,
  ...more
}: ToldOutput & ToldRetry & ToldCancel & Partial<ToldExtend> = {}): VerbOptions => ({
  ...more,
  by,
  reason,
});

function queryOf(scope: Scope, { limit = LISTED, tenantId, ...query }: TaskListQuery = {}): TaskQuery {
  if (scope !== null && tenantId !== undefined && tenantId !== scope) throw foreignTenant(scope, tenantId);
  return { ...query, limit, tenantId: scope ?? tenantId ?? null };
}

export function foreignTenant(scope: string, asked: string): Refusal {
  const message = `this is for tenant "${scope}" only, not for "${asked}": leave tenantId out`;
  return new Refusal('FOREIGN_TENANT', message, { faults: [{ pointer: '/tenantId', message }] });
}
