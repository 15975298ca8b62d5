/** Nothing of a task outlives its deadline but failure handlers, and no attempt begins when its step has no time left. */

import type { StepContext, TaskContext } from '../../../machines/index.ts';
import { type ActorState, takeLine } from '../../../src/history/replay.ts';
import { definitionOf, type TaskEntry } from '../../../src/kernel/actor.ts';
import type { JournalEntry } from '../../../src/kernel/journal.ts';
import { addressOf, TASK_REF } from '../../../src/store/address.ts';
import type { Findings } from './findings.ts';

const ENDED: ReadonlySet<string> = new Set(['complete', 'failed', 'skipped', 'cancelled']);

export function checkDeadlines(
  entry: TaskEntry,
  journal: readonly JournalEntry[],
  findings: Findings,
): void {
  const actors = new Map<number, ActorState>();
  /** When the deadline passed, as long as the task has no other. */
  let passedAt: number | null = null;
  const checkEnded = (): void => {
    const live = liveSteps(entry, actors);
    findings.check('deadline', live.length === 0, () => `${entry.id} ${live.join(', ')}`);
  };
  for (const line of journal) {
    // A commit that brings the deadline ends everything.
    if (passedAt !== null && line.e.at !== passedAt) checkEnded();
    takeLine(actors, line);
    if (line.e.type === 'step.start') checkStart(entry, line, actors, findings);
    const { deadline } = (actors.get(TASK_REF)?.context ?? {}) as Partial<TaskContext>;
    passedAt = deadline?.over === 'passed' ? (passedAt ?? line.e.at) : null;
  }
  if (passedAt !== null) checkEnded();
}

/** The names of steps that run, or may run; failure handlers aside, and those that are held until a retry. */
function liveSteps(entry: TaskEntry, actors: ReadonlyMap<number, ActorState>): string[] {
  return [...actors].flatMap(([ref, { state }]) => {
    const address = addressOf(entry.no, ref);
    if (address.kind !== 'step' || ENDED.has(state) || state.endsWith('.held')) return [];
    const { name, failuresAs } = definitionOf(entry, address.index);
    return failuresAs === undefined ? [name] : [];
  });
}

function checkStart(
  entry: TaskEntry,
  { r, e }: JournalEntry,
  actors: ReadonlyMap<number, ActorState>,
  findings: Findings,
): void {
  const { setAt, policy } = (actors.get(r)?.context ?? {}) as Partial<StepContext>;
  if (setAt === undefined || policy?.withinMs === undefined) return;
  const isInTime = e.at <= setAt + policy.withinMs;
  findings.check('deadline', isInTime, () => `${entry.id} actor ${r} began an attempt too late`);
}
