/** What a person changes about a task that is there. */

import type { TaskEntry } from '../actors/actor.ts';
import type { Batch } from '../actors/batch.ts';
import { addDependencies } from '../actors/dependencies.ts';
import type { Engine } from '../actors/engine.ts';
import type { Reader } from '../actors/reader.ts';
import { tellStep, tellTask } from '../actors/verbs.ts';
import type { TaskView } from '../actors/views.ts';
import { Refusal } from '../errors.ts';
import type { Orchestrator, Scope } from '../orchestrator.ts';

export interface ChangesParts {
  readonly engine: Engine;
  readonly reader: Reader;
}

export class Changes {
  readonly #engine: Engine;
  readonly #reader: Reader;

  constructor(parts: ChangesParts) {
    this.#engine = parts.engine;
    this.#reader = parts.reader;
  }

  taskVerb(...[scope, id, verb, options]: Parameters<Orchestrator['taskVerb']>): Promise<TaskView> {
    return this.#change(scope, id, (batch, entry) => tellTask(batch, entry, verb, options));
  }

  stepVerb(...[scope, id, step, verb, options]: Parameters<Orchestrator['stepVerb']>): Promise<TaskView> {
    return this.#change(scope, id, (batch, entry) => tellStep(batch, entry, step, verb, options));
  }

  addDependencies(scope: Scope, id: string, dependsOn: readonly string[], by: string): Promise<TaskView> {
    return this.#change(scope, id, (batch, entry) => {
      const status = batch.taskStatus(entry.no);
      if (status !== 'pending') {
        throw new Refusal(
          'conflict',
          'WRONG_STATE',
          `task ${id} is ${status}: only a pending task takes dependencies`,
        );
      }
      addDependencies(batch, entry, dependsOn, by);
    });
  }

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
