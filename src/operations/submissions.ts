/** New tasks: checked whole before anything is stored, and acknowledged once they are. */

import { Refusal } from '../errors.ts';
import type { Engine } from '../kernel/engine.ts';
import { type SubmitDeps, type Submitted, submit } from '../kernel/submit.ts';
import type { createTargetPolicy } from '../outbound/target.ts';
import type { TaskReader } from '../queries/task-reader.ts';
import type { Orchestrator } from '../views/orchestrator.ts';
import type { TaskView } from '../views/tasks.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { fullName } from '../workflow/identity.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';
import { checkInput, type InputSchema } from '../workflow/standard-schema.ts';
import { type TaskRequest, toTaskRequest, toTaskRequests } from '../workflow/task-request.ts';

export const versionKey = ({ namespace, name, version }: WorkflowDefinition): string =>
  `${fullName({ namespace, name })}@${version}`;

export interface SubmissionsParts {
  readonly engine: Engine;
  readonly reader: TaskReader;
  readonly registry: WorkflowRegistry;
  readonly policy: ReturnType<typeof createTargetPolicy>;
  /** Input schemas of workflows defined in code, by who they are and version. */
  readonly inputs: ReadonlyMap<string, InputSchema<unknown>>;
  readonly deps: SubmitDeps;
  /** The trace of the caller, for a request that names none. */
  readonly callersTrace: () => Pick<TaskRequest, 'traceparent'>;
}

export class Submissions {
  readonly #engine: Engine;
  readonly #reader: TaskReader;
  readonly #registry: WorkflowRegistry;
  readonly #policy: ReturnType<typeof createTargetPolicy>;
  readonly #inputs: ReadonlyMap<string, InputSchema<unknown>>;
  readonly #deps: SubmitDeps;
  readonly #callersTrace: SubmissionsParts['callersTrace'];

  constructor(parts: SubmissionsParts) {
    this.#engine = parts.engine;
    this.#reader = parts.reader;
    this.#registry = parts.registry;
    this.#policy = parts.policy;
    this.#inputs = parts.inputs;
    this.#deps = parts.deps;
    this.#callersTrace = parts.callersTrace;
  }

  readonly submit: Orchestrator['submit'] = async (request) => {
    const [submitted] = await this.#submit([toTaskRequest(request)], false);
    if (submitted === undefined) throw new Error('assertion failed: one submission makes one task');
    const { taskId, replayed } = submitted;
    const read = (): TaskView => this.#read(taskId);
    return {
      taskId,
      replayed,
      get task() {
        return read();
      },
    };
  };

  readonly submitBatch: Orchestrator['submitBatch'] = async (requests) => {
    const submitted = await this.#submit(toTaskRequests(requests), true);
    return {
      tasks: submitted.map(({ taskId }) => this.#read(taskId)),
      replayed: submitted.length > 0 && submitted.every(({ replayed }) => replayed),
    };
  };

  async #submit(given: readonly TaskRequest[], isBatch: boolean): Promise<Submitted[]> {
    this.#checkTargets(given, isBatch);
    const trace = this.#callersTrace();
    const requests = trace.traceparent === undefined ? given : given.map((each) => ({ ...trace, ...each }));
    const checked =
      this.#inputs.size === 0 ? requests : await Promise.all(requests.map((each) => this.#checkInput(each)));
    return this.#engine.perform((batch) => submit(batch, this.#deps, checked, isBatch));
  }

  async #checkInput(request: TaskRequest): Promise<TaskRequest> {
    const workflow = this.#registry.find(request.name, request.workflowVersion);
    const input = workflow === null ? undefined : this.#inputs.get(versionKey(workflow.definition));
    return input === undefined ? request : { ...request, payload: await checkInput(input, request.payload) };
  }

  #checkTargets(requests: readonly TaskRequest[], isBatch: boolean): void {
    const faults = requests.flatMap(({ notificationUrl }, index) => {
      const message = notificationUrl === null ? null : this.#policy.checkUrl(notificationUrl);
      return message === null
        ? []
        : [{ pointer: `${isBatch ? `/tasks/${index}` : ''}/notificationUrl`, message }];
    });
    if (faults[0] !== undefined) throw new Refusal('INVALID_WEBHOOK_URL', faults[0].message, { faults });
  }

  #read(taskId: string): TaskView {
    return this.#reader.task(this.#reader.find(null, taskId));
  }
}
