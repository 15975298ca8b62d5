/** The definitions: each version is registered once and never changes. */

import { Refusal } from '../errors.ts';
import type { Engine } from '../kernel/engine.ts';
import type { WorkflowChoiceRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { CurrentWorkflow, Orchestrator, WorkflowChoice } from '../views/orchestrator.ts';
import { fullName, type Identity } from '../workflow/identity.ts';
import { compileInput } from '../workflow/payload.ts';
import { unknownVersion, versionConflict, type WorkflowRegistry } from '../workflow/registry.ts';

/** That are told; the store keeps all. */
const MOST_CHOICES = 20;

export interface WorkflowsParts {
  readonly engine: Engine;
  readonly registry: WorkflowRegistry;
  readonly store: SqliteStore;
}

export class Workflows {
  readonly #engine: Engine;
  readonly #registry: WorkflowRegistry;
  readonly #store: SqliteStore;

  constructor(parts: WorkflowsParts) {
    this.#engine = parts.engine;
    this.#registry = parts.registry;
    this.#store = parts.store;
  }

  readonly registerWorkflow: Orchestrator['registerWorkflow'] = async (definition, source) => {
    compileInput(definition);
    this.#registry.check(definition);
    return this.#engine.perform((batch) => {
      const { workflow, isNew } = this.#registry.check(definition);
      const asked = batch.draft.workflow(definition);
      if (asked !== null && asked.hash !== workflow.hash) throw versionConflict(definition);
      const created = isNew && asked === null;
      if (created) {
        const { namespace, name, version } = definition;
        const row = {
          hash: workflow.hash,
          namespace,
          name,
          version,
          definition: JSON.stringify(definition),
          created_at: batch.now,
        };
        batch.draft.insertWorkflow(row);
        batch.afterCommit(() => this.#registry.add(workflow));
      }
      if (source !== undefined) batch.draft.insertWorkflowSource({ hash: workflow.hash, ...source });
      return { workflow, created };
    });
  };

  readonly workflowSource: Orchestrator['workflowSource'] = (hash) => this.#store.workflowSource(hash);

  readonly listWorkflows: Orchestrator['listWorkflows'] = () => this.#registry.list();

  readonly getWorkflow: Orchestrator['getWorkflow'] = (name, version) => {
    const workflow = this.#registry.find(name, version);
    if (workflow !== null) return workflow;
    const what = version === undefined ? `workflow ${name}` : `version ${version} of workflow ${name}`;
    throw notFound(what);
  };

  readonly isCurrentWorkflow: Orchestrator['isCurrentWorkflow'] = (workflow) =>
    this.#registry.isCurrent(workflow);

  readonly namesOfWorkflow: Orchestrator['namesOfWorkflow'] = (workflow) => this.#registry.namesOf(workflow);

  readonly currentWorkflow: Orchestrator['currentWorkflow'] = (name) =>
    this.#currentOf(this.getWorkflow(name).definition);

  #currentOf({ namespace, name }: Identity): CurrentWorkflow {
    const choices = this.#store.workflowChoices(namespace, name, MOST_CHOICES).map(choiceOf);
    const workflow = this.getWorkflow(fullName({ namespace, name }));
    return { workflow, setByHand: typeof choices[0]?.version === 'string', choices };
  }

  readonly setCurrentWorkflow: Orchestrator['setCurrentWorkflow'] = async (reference, version, options) => {
    const { by, reason } = options;
    const identity = await this.#engine.perform((batch) => {
      const known = this.#registry.identityOf(reference);
      if (known === null) throw notFound(`workflow ${reference}`);
      const { namespace, name } = known;
      if (version !== null && this.#registry.versionOf({ namespace, name }, version) === null)
        throw unknownVersion(reference, version, '/version');
      const last = batch.draft.lastWorkflowChoice(namespace, name);
      if (version !== (last?.version ?? null)) {
        const choice = { namespace, name, version, set_at: batch.now, set_by: by, reason };
        batch.draft.insertWorkflowChoice(choice);
        batch.afterCommit(() => this.#registry.choose({ namespace, name }, version));
      }
      return { namespace, name };
    });
    return this.#currentOf(identity);
  };
}

const choiceOf = ({ version, set_at, set_by, reason }: WorkflowChoiceRow): WorkflowChoice => ({
  version,
  at: new Date(set_at).toISOString(),
  by: set_by,
  reason,
});

const notFound = (what: string): Refusal => new Refusal('WORKFLOW_NOT_FOUND', `there is no ${what}`);
