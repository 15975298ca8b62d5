/** A batch is made with these. */

import type { Dispatcher } from '../scheduling/dispatcher.ts';
import type { Store } from '../store/store.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';
import type { ActorCache } from './actor-cache.ts';

/** Children are of the workflows that it knows. */
export type ChildRegistry = Pick<WorkflowRegistry, 'keyOf' | 'keyOfHandler' | 'open'>;

export interface BatchDeps {
  /** Epoch milliseconds: all turns of a batch have the same time. */
  readonly now: number;
  readonly store: Store;
  readonly cache: ActorCache;
  readonly dispatcher: Dispatcher;
  readonly random: () => number;
  readonly registry: ChildRegistry;
}
