/** Opens the rows of a store as what they mean: its workflows, compiled, and its tasks by them. */

import { reasonOf } from '../errors.ts';
import { ActorCache } from '../kernel/actor-cache.ts';
import type { Store } from '../store/store.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import { shortName } from '../workflow/identity.ts';
import { WorkflowRegistry } from '../workflow/registry.ts';

export interface Records {
  readonly registry: WorkflowRegistry;
  readonly cache: ActorCache;
  /** Hashes of the workflows in the store. */
  readonly stored: Set<string>;
  /** Workflows that cannot be compiled; their tasks cannot be opened. */
  readonly broken: readonly { readonly name: string; readonly why: string }[];
}

export function openRecords(store: Store): Records {
  const registry = new WorkflowRegistry();
  const stored = new Set(store.workflows().map(({ hash }) => hash));
  const broken = loadWorkflows(store, registry);
  return { registry, cache: new ActorCache(store, registry), stored, broken };
}

/** Gives those that are not what was stored: nothing new is to begin by them. */
export function loadWorkflows(store: Store, registry: WorkflowRegistry): Records['broken'] {
  const broken: { name: string; why: string }[] = [];
  const stored = store.workflows();
  for (const { namespace, name, version, hash, definition } of stored) {
    try {
      const workflow = compileWorkflow(JSON.parse(definition) as WorkflowDefinition);
      if (workflow.hash !== hash) throw new Error(`its content has the hash ${workflow.hash}, not ${hash}`);
      registry.add(workflow);
    } catch (error) {
      broken.push({ name: `${shortName({ namespace, name })} ${version}`, why: reasonOf(error) });
    }
  }
  for (const { namespace, name } of stored) {
    const [last] = store.workflowChoices(namespace, name, 1);
    if (last !== undefined) registry.choose(last, last.version);
  }
  return broken;
}
