/** Troupe as code uses it: its parts by name, for all tenants or bound to one. */

import type { ActorHandle } from '../kernel/handle.ts';
import type { Orchestrator, Scope } from '../views/orchestrator.ts';
import type { WebhookView } from '../views/tasks.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../workflow/definition.ts';
import type { WorkflowSource } from '../workflow/file.ts';
import type { TaskRequest, TaskRequestInput } from '../workflow/task-request.ts';
import type { Runs, RunTask } from './runs.ts';
import { foreignTenant, LIBRARY, type TaskOperations, type Tasks, type Told, tasksOf } from './tasks.ts';

/** The workflows there are; they belong to no tenant. A name is `namespace/name`, or a bare name that means one. */
export interface WorkflowCatalogue {
  /** By namespace, name and version, the newest last. */
  list(): readonly CompiledWorkflow[];
  /** The given version, or the current one. Refuses with WORKFLOW_NOT_FOUND. */
  get(name: string, version?: string): CompiledWorkflow;
  /** The version that tasks get which name none, and who set it. */
  current(name: string): ReturnType<Orchestrator['currentWorkflow']>;
  /** The file a workflow was written as; null where it came from code. */
  source(hash: string): WorkflowSource | null;
}

export interface WorkflowOperations extends WorkflowCatalogue {
  /** A version is registered once and never changes. `source`: the file it was written as. */
  register(
    definition: WorkflowDefinition,
    source?: WorkflowSource,
  ): Promise<{ workflow: CompiledWorkflow; created: boolean }>;
  /** Sets the version that tasks get which name none; null: the newest again. */
  setCurrent(
    name: string,
    version: string | null,
    told?: Told,
  ): Promise<ReturnType<Orchestrator['currentWorkflow']>>;
}

export interface WebhookDeliveries {
  /** The newest first, 100 unless `limit` says otherwise. */
  list(query?: { readonly status?: WebhookView['status']; readonly limit?: number }): WebhookView[];
  /** Sends a dead one again. Refuses with WEBHOOK_NOT_FOUND and WRONG_STATE. */
  redeliver(id: string, told?: Pick<Told, 'by'>): Promise<WebhookView>;
}

/** Code may do this with the tasks of one tenant. */
export interface TenantTroupe {
  readonly tasks: Tasks;
  readonly workflows: WorkflowCatalogue;
  readonly webhooks: WebhookDeliveries;
  /** Submits for this tenant. Refuses with FOREIGN_TENANT a request that names another. */
  readonly submit: Orchestrator['submit'];
  readonly submitBatch: Orchestrator['submitBatch'];
  /**
   * Starts a task of the workflow, or of the one handler, of this name, and resolves once it is stored; its `result()`
   * is to be awaited. Refuses as `submit` does.
   */
  readonly run: RunTask;
  /** The actor of a task, or of one of its steps, in XState's actor-ref shape. */
  actor(id: string, step?: string): ActorHandle;
}

/** The same for all tenants, and the workflows, which belong to none. */
export interface Library extends TenantTroupe {
  readonly workflows: WorkflowOperations;
  forTenant(tenantId: string): TenantTroupe;
}

export type LibraryOperations = TaskOperations &
  Pick<
    Orchestrator,
    | 'submit'
    | 'submitBatch'
    | 'listWorkflows'
    | 'getWorkflow'
    | 'currentWorkflow'
    | 'workflowSource'
    | 'registerWorkflow'
    | 'setCurrentWorkflow'
    | 'listWebhooks'
    | 'redeliverWebhook'
  > & {
    readonly actorOf: (scope: Scope, id: string, step?: string) => ActorHandle;
  };

export function libraryOf(operations: LibraryOperations, runs: Runs): Library {
  const catalogue: WorkflowCatalogue = {
    list: operations.listWorkflows,
    get: operations.getWorkflow,
    current: operations.currentWorkflow,
    source: operations.workflowSource,
  };
  return {
    ...boundTo(null, operations, runs, catalogue),
    workflows: {
      ...catalogue,
      register: operations.registerWorkflow,
      setCurrent: (name, version, { by = LIBRARY, reason = null } = {}) =>
        operations.setCurrentWorkflow(name, version, { by, reason }),
    },
    forTenant: (tenantId) => boundTo(tenantId, operations, runs, catalogue),
  };
}

function boundTo(
  scope: Scope,
  operations: LibraryOperations,
  runs: Runs,
  workflows: WorkflowCatalogue,
): TenantTroupe {
  const submit: Orchestrator['submit'] = async (request) => operations.submit(owned(scope, request));
  return {
    tasks: tasksOf(operations, scope),
    workflows,
    webhooks: {
      list: ({ status, limit } = {}) => operations.listWebhooks(scope, status, limit),
      redeliver: async (id, { by = LIBRARY } = {}) => operations.redeliverWebhook(scope, id, by),
    },
    submit,
    submitBatch: async (requests) => operations.submitBatch(requests.map((each) => owned(scope, each))),
    run: runs.submittingBy(submit),
    actor: (id, step) => operations.actorOf(scope, id, step),
  };
}

/** The request with its tenant. */
function owned<Request extends TaskRequest | TaskRequestInput>(scope: Scope, request: Request): Request {
  if (scope === null) return request;
  const { tenantId } = request;
  if (tenantId !== undefined && tenantId !== scope) throw foreignTenant(scope, tenantId);
  return { ...request, tenantId: scope };
}
