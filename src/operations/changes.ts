/** Makes the changes that people ask for to an existing task. */

import { Refusal } from '../errors.ts';
import type { TaskEntry } from '../kernel/actor.ts';
import type { Batch } from '../kernel/batch.ts';
import { addDependencies } from '../kernel/dependencies.ts';
import type { Engine } from '../kernel/engine.ts';
import { tellStep, tellTask } from '../kernel/verbs.ts';
import type { TaskReader } from '../queries/task-reader.ts';
import type { Orchestrator, Scope } from '../views/orchestrator.ts';
import type { TaskView } from '../views/tasks.ts';

export interface ChangesParts {
  readonly engine: Engine;
  readonly reader: TaskReader;
}

export class Changes {
  readonly #engine: Engine;
  readonly #reader: TaskReader;

  constructor(parts: ChangesParts) {
    this.#engine = parts.engine;
    this.#reader = parts.reader;
  }

  readonly taskVerb: Orchestrator['taskVerb'] = (scope, id, verb, options) =>
    this.#change(scope, id, (batch, entry) => tellTask(batch, entry, verb, options));

  readonly stepVerb: Orchestrator['stepVerb'] = (scope, id, step, verb, options) =>
    this.#change(scope, id, (batch, entry) =>
      tellStep(batch, entry, step, verb, options, scope === null || options.isTrusted === true),
    );

  readonly addDependencies: Orchestrator['addDependencies'] = (scope, id, dependsOn, by) =>
    this.#change(scope, id, (batch, entry) => {
      const status = batch.taskStatus(entry.no);
      if (status !== 'pending') {
        throw new Refusal('WRONG_STATE', `task ${id} is ${status}: only a pending task takes dependencies`);
      }
      addDependencies(batch, entry, dependsOn, by);
    });

  async #change(
    scope: Scope,
    id: string,
    change: (batch: Batch, entry: TaskEntry) => void,
  ): Promise<TaskView> {
    const row = this.#reader.find(scope, id);
    await this.#engine.perform((batch) => change(batch, batch.task(row.no)));
    return this.#reader.task(this.#reader.find(scope, id));
  }
}
