/**
 * Workflows written in code, on stores of earlier releases: those gave inline handlers names without the namespace. What
 * is stored so stays so, and its tasks find their handlers.
 */

import type { Store } from '../store/store.ts';
import type { HandlerEntry } from '../worker/job.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { DefinedWorkflow } from '../workflow/define.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';

/** Under the names of before, as far as a stored workflow asks for them and nobody else has them now. */
export function earlierHandlers(
  defined: readonly DefinedWorkflow[],
  store: Store,
  handlers: readonly HandlerEntry[],
): HandlerEntry[] {
  const earlier = defined.flatMap((workflow) => workflow.earlier?.handlers ?? []);
  if (earlier.length === 0) return [];
  const taken = new Set(handlers.map(({ name }) => name));
  const stored = store.workflows().map(({ definition }) => definition);
  return earlier.filter(({ name }) => {
    const asked = `"handler":${JSON.stringify(name)}`;
    return !taken.has(name) && stored.some((definition) => definition.includes(asked));
  });
}

/** This very version is registered, as an earlier release has made it. */
export const isStoredAsBefore = ({ earlier }: DefinedWorkflow, registry: WorkflowRegistry): boolean =>
  earlier !== null && registry.open(compileWorkflow(earlier.definition).hash) !== null;
