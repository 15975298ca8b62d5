/** Rules of families at rest: each element has its output in its place, and nobody hears what was not meant for it. */

import { isDeepStrictEqual } from 'node:util';
import type { Troupe } from '../../../src/troupe.ts';
import type { StepView, TaskView } from '../../../src/views/tasks.ts';
import type { FamilyPlan } from './family-plan.ts';

/** By key, as `tasksByKey` gives them. */
export type Family = ReadonlyMap<string, TaskView>;

export function familyFaults(troupe: Troupe, tasks: Family): string[] {
  return [...tasks].flatMap(([key, task]) => [
    ...task.steps.flatMap((step) => outputFaults(key, step, tasks)),
    ...wrongItem(key, task),
    ...wrongResumes(key, troupe, task),
  ]);
}

/** The child that counts for an element: others may have stood in its place before. */
export function newestChild(tasks: Family, key: string, step: string, index: number): TaskView | undefined {
  let place = `${key}/${step}.${index}`;
  while (tasks.has(`${place}'`)) place += "'";
  return tasks.get(place);
}

/** A map has collected what its children made, each once, in the order of the list. */
function outputFaults(
  key: string,
  { name, status, children, output, resolvedBy }: StepView,
  tasks: Family,
): string[] {
  if (status !== 'complete' || resolvedBy !== undefined || children === undefined) return [];
  const { total, next, open, done, lost } = children;
  if (next !== total || open !== 0 || done + lost !== total)
    return [`${key}/${name} is complete with ${JSON.stringify(children)}`];
  const kids = Array.from({ length: total }, (_, index) => newestChild(tasks, key, name, index));
  const isList = kids.every((kid) => kid !== undefined && 'index' in kid.payload);
  const made = kids.map((kid) => (kid === undefined ? 'no child' : outputOf(kid)));
  const isCounted = typeof output === 'object' && output !== null && 'total' in output;
  const wanted = isCounted ? { total, done, lost } : isList ? made : made[0];
  if (isDeepStrictEqual(output, wanted)) return [];
  return [`${key}/${name} has ${JSON.stringify(output)}, and its children made ${JSON.stringify(wanted)}`];
}

/** As it stands among those of its parent: what a handler alone has made, or the result of a workflow. */
function outputOf({ status, result, workflow }: TaskView): unknown {
  if (status !== 'complete') return null;
  return workflow === null ? Object.values(result ?? {})[0] : result;
}

/** A child was given the element of its own place. */
function wrongItem(key: string, { payload, parent }: TaskView): string[] {
  const { item, index = parent?.index } = payload as { item?: FamilyPlan; index?: number };
  const place = key.replaceAll("'", '');
  if (parent === null || item?.at === undefined || (item.at === place && index === parent.index)) return [];
  return [`${key} has the element ${index} of ${item.at}`];
}

/** A parent resumes only what it has paused itself. */
function wrongResumes(key: string, troupe: Troupe, { id, parent }: TaskView): string[] {
  if (parent === null) return [];
  let pausedBy: unknown;
  const faults: string[] = [];
  for (const { actor, event, from, to, detail } of troupe.history(null, id)) {
    if (actor !== 'task') continue;
    const { by } = detail;
    if (event === 'task.pause' && to === 'paused') pausedBy = by;
    if (event === 'task.resume' && from === 'paused' && to !== 'paused' && by === 'parent' && pausedBy !== by)
      faults.push(`${key} was paused by ${pausedBy}, and resumed by its parent`);
  }
  return faults;
}
