/** The definitions: each version is registered once and never changes. */

import type { Engine } from '../actors/engine.ts';
import { Refusal } from '../errors.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Store } from '../store/store.ts';
import { compileInput } from '../workflow/payload.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';

export interface WorkflowsParts {
  readonly engine: Engine;
  readonly registry: WorkflowRegistry;
  readonly store: Store;
}

export class Workflows {
  readonly #engine: Engine;
  readonly #registry: WorkflowRegistry;
  readonly #store: Store;

  constructor(parts: WorkflowsParts) {
    this.#engine = parts.engine;
    this.#registry = parts.registry;
    this.#store = parts.store;
  }

  async register(
    ...[definition, source]: Parameters<Orchestrator['registerWorkflow']>
  ): ReturnType<Orchestrator['registerWorkflow']> {
    compileInput(definition);
    this.#registry.check(definition);
    return this.#engine.perform((batch) => {
      const { workflow, isNew } = this.#registry.check(definition);
      if (isNew) {
        const { name, version } = definition;
        const row = {
          hash: workflow.hash,
          name,
          version,
          definition: JSON.stringify(definition),
          created_at: batch.now,
        };
        batch.store.insertWorkflow(row);
        batch.afterCommit(() => this.#registry.add(workflow));
      }
      if (source !== undefined) batch.store.insertWorkflowSource({ hash: workflow.hash, ...source });
      return { workflow, created: isNew };
    });
  }

  sourceOf(hash: string): ReturnType<Orchestrator['workflowSource']> {
    return this.#store.workflowSource(hash);
  }

  list(): ReturnType<Orchestrator['listWorkflows']> {
    return this.#registry.list();
  }

  get(name: string, version?: string): ReturnType<Orchestrator['getWorkflow']> {
    const workflow = this.#registry.find(name, version);
    if (workflow !== null) return workflow;
    const what = version === undefined ? `workflow ${name}` : `version ${version} of workflow ${name}`;
    throw new Refusal('not_found', 'WORKFLOW_NOT_FOUND', `there is no ${what}`);
  }
}
