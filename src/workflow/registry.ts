/** The workflows this process knows, by name and version and by hash; a version never changes once registered. */

import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors.ts';
import { isBuiltIn, RESERVED } from './built-in.ts';
import { compileWorkflow, singleStepWorkflow } from './compile.ts';
import type { CompiledWorkflow, WorkflowDefinition } from './definition.ts';
import { assertRunnable } from './runnable.ts';

const SINGLE = 'handler:';

export class WorkflowRegistry {
  readonly #byHash = new Map<string, CompiledWorkflow>();
  /** Versions in the order they were registered. */
  readonly #byName = new Map<string, CompiledWorkflow[]>();
  readonly #singles = new LRUCache<string, CompiledWorkflow>({ max: 1_000 });

  add(workflow: CompiledWorkflow): void {
    const { name } = workflow.definition;
    this.#byHash.set(workflow.hash, workflow);
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), workflow]);
  }

  /** What registering this would do: the compiled workflow, and whether it is new. Refuses a changed version. */
  check(definition: WorkflowDefinition): { workflow: CompiledWorkflow; isNew: boolean } {
    const workflow = compileWorkflow(definition);
    const known = this.find(definition.name, definition.version);
    if (known !== null && known.hash !== workflow.hash) {
      throw new Refusal(
        'conflict',
        'VERSION_CONFLICT',
        `${definition.name} ${definition.version} is registered with other content: give the changed one a new version`,
      );
    }
    if (known === null) assertRunnable(definition);
    return { workflow: known ?? workflow, isNew: known === null };
  }

  /** The given version, or the one registered last. */
  find(name: string, version?: string | null): CompiledWorkflow | null {
    const versions = this.#byName.get(name) ?? [];
    if (version === undefined || version === null) return versions.at(-1) ?? null;
    return versions.find((workflow) => workflow.definition.version === version) ?? null;
  }

  list(): CompiledWorkflow[] {
    return [...this.#byName.values()].flat();
  }

  /** The key a task is stored with, from which `open` finds its workflow again. */
  keyOf(name: string, version: string | null): string {
    const workflow = this.find(name, version);
    if (workflow !== null) return workflow.hash;
    if (isBuiltIn(name)) {
      const faults = [{ pointer: '/name', message: RESERVED }];
      throw new Refusal('invalid', 'RESERVED_NAME', `"${name}": ${RESERVED}`, { faults });
    }
    if (version === null) return SINGLE + name;
    throw new Refusal(
      'invalid',
      'UNKNOWN_WORKFLOW_VERSION',
      `there is no version ${version} of workflow ${name}`,
      {
        faults: [{ pointer: '/workflowVersion', message: `no such version of ${name}` }],
      },
    );
  }

  open(key: string): CompiledWorkflow | null {
    if (!isSingle(key)) return this.#byHash.get(key) ?? null;
    const handler = key.slice(SINGLE.length);
    const known = this.#singles.get(handler);
    if (known !== undefined) return known;
    const workflow = singleStepWorkflow(handler);
    this.#singles.set(handler, workflow);
    return workflow;
  }
}

/** Whether the task is one handler and has no workflow of its own. */
export const isSingle = (key: string): boolean => key.startsWith(SINGLE);
