/** Tasks that code starts and awaits: `run` submits one, and `result` resolves with what came of it. */

import type { Subscription } from 'xstate';
import type { FailureCode } from '../../machines/failure-codes.ts';
import { Refusal } from '../errors.ts';
import type { ActorHandle } from '../kernel/handle.ts';
import type { Orchestrator, Scope } from '../views/orchestrator.ts';
import type { TaskView } from '../views/tasks.ts';
import type { AnyPayload, DefinedWorkflow } from '../workflow/define.ts';
import { fullName } from '../workflow/identity.ts';
import type { TaskRequestInput } from '../workflow/task-request.ts';

export type RunOptions = Omit<TaskRequestInput, 'name' | 'payload' | 'context'>;

export interface Run<Result = unknown> {
  readonly taskId: string;
  /**
   * Resolves once the task is complete: with its `result`, or, where the task is one handler, with that handler's
   * output. Rejects with a `TaskError` once it has failed or was cancelled, and with STOPPING when the Troupe closes.
   * It may be asked again after a failed task was retried.
   */
  result(): Promise<Result>;
}

/** A payload that may be left out is one without required fields. */
type RunArguments<Input> =
  Record<never, never> extends Input
    ? [payload?: Input, options?: RunOptions]
    : [payload: Input, options?: RunOptions];

/** A workflow gives the payload and the result their types. */
export interface RunTask {
  (name: string, payload?: AnyPayload, options?: RunOptions): Promise<Run>;
  <Input, Result>(
    workflow: DefinedWorkflow<Input, Result>,
    ...rest: RunArguments<Input>
  ): Promise<Run<Result>>;
}

/** A task has failed: with the name, message, code and stack of its step's own error. */
export class TaskError extends Error {
  readonly taskId: string;
  /** The step that failed; null where the task itself did, or was cancelled. */
  readonly step: string | null;
  readonly code: string | null;
  readonly details: unknown;

  constructor({ id, status, error }: TaskView) {
    super(error?.message ?? `task ${id} is ${status}`);
    this.name = error?.name ?? 'TaskError';
    if (typeof error?.stack === 'string') this.stack = error.stack;
    this.taskId = id;
    this.step = error?.step ?? null;
    this.code = error?.code ?? (status === 'cancelled' ? ('TASK_CANCELLED' satisfies FailureCode) : null);
    this.details = error?.details ?? null;
  }
}

export interface RunsParts {
  readonly getTask: Orchestrator['getTask'];
  readonly actorOf: (scope: Scope, id: string) => ActorHandle;
}

export class Runs {
  readonly #parts: RunsParts;
  readonly #waiting = new Set<(error: Refusal) => void>();

  constructor(parts: RunsParts) {
    this.#parts = parts;
  }

  submittingBy(submit: Orchestrator['submit']): RunTask {
    return async <Result>(
      workflow: string | DefinedWorkflow<unknown, Result>,
      payload: unknown = {},
      options: RunOptions = {},
    ): Promise<Run<Result>> => {
      const which =
        typeof workflow === 'string'
          ? { name: workflow }
          : { name: fullName(workflow.definition), workflowVersion: workflow.definition.version };
      // Whatever the type of it, it is checked.
      const { taskId } = await submit({ ...options, ...which, payload: payload as AnyPayload });
      return { taskId, result: () => this.#result(taskId) as Promise<Result> };
    };
  }

  close(): void {
    const stopping = new Refusal('STOPPING', 'the Troupe is closed; the task goes on at its next start');
    for (const reject of this.#waiting) reject(stopping);
    this.#waiting.clear();
  }

  async #result(id: string): Promise<unknown> {
    await this.#over(id);
    const view = this.#parts.getTask(null, id);
    if (view.status !== 'complete') throw new TaskError(view);
    const [only] = view.steps;
    return view.workflow === null && only !== undefined ? view.result?.[only.name] : view.result;
  }

  #over(id: string): Promise<void> {
    const actor = this.#parts.actorOf(null, id);
    return new Promise((resolve, reject) => {
      let subscription: Subscription | null = null;
      const end = (): void => {
        this.#waiting.delete(reject);
        subscription?.unsubscribe();
        resolve();
      };
      this.#waiting.add(reject);
      subscription = actor.subscribe({
        next: (snapshot) => {
          if (snapshot.value === 'failed') end();
        },
        complete: end,
      });
      if (actor.getSnapshot().value === 'failed') end();
    });
  }
}
