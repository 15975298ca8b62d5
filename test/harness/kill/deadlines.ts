/** Nothing of a task outlives its deadline but failure handlers and compensations, and no attempt begins when its step has no time left. */

import type { StepContext, TaskContext } from '../../../machines/index.ts';
import { type ActorState, takeLine } from '../../../src/history/replay.ts';
import { definitionOf, STOPPING, type TaskEntry } from '../../../src/kernel/actor.ts';
import { isOrdinary } from '../../../src/kernel/compensations.ts';
import type { JournalEntry } from '../../../src/kernel/journal.ts';
import { addressOf, TASK_REF } from '../../../src/store/address.ts';
import type { Findings } from './findings.ts';

const ENDED: ReadonlySet<string> = new Set(['complete', 'failed', 'skipped', 'cancelled']);

export function checkDeadlines(entry: TaskEntry, journal: readonly JournalEntry[], findings: Findings): void {
  const actors = new Map<number, ActorState>();
  /** When the deadline passed, until it was looked at what that has ended. */
  let passedAt: number | null = null;
  const checkEnded = (): void => {
    const live = liveSteps(entry, actors);
    findings.check('deadline', live.length === 0, () => `${entry.id} ${live.join(', ')}`);
    passedAt = null;
  };
  for (const line of journal) {
    // The commit that brings the deadline ends everything.
    if (passedAt !== null && line.e.at !== passedAt) checkEnded();
    const before = hasPassed(actors);
    takeLine(actors, line);
    if (!hasPassed(actors)) passedAt = null;
    else if (!before) passedAt = line.e.at;
    if (line.e.type === 'step.start') checkStart(entry, line, actors, findings);
  }
  if (passedAt !== null) checkEnded();
}

function hasPassed(actors: ReadonlyMap<number, ActorState>): boolean {
  const { deadline } = (actors.get(TASK_REF)?.context ?? {}) as Partial<TaskContext>;
  return deadline?.over === 'passed';
}

/** The names of steps that run, or may run; failure handlers and compensations aside, and those that are held until a retry. */
function liveSteps(entry: TaskEntry, actors: ReadonlyMap<number, ActorState>): string[] {
  return [...actors].flatMap(([ref, { state }]) => {
    const address = addressOf(entry.no, ref);
    // A worker that was told to stop may take the time of its attempt.
    if (address.kind !== 'step' || ENDED.has(state) || state.endsWith('.held') || state === STOPPING)
      return [];
    const definition = definitionOf(entry, address.index);
    return isOrdinary(definition) ? [definition.name] : [];
  });
}

/** No attempt starts in a task whose deadline has passed, or when the time of its step is over. */
function checkStart(
  entry: TaskEntry,
  { r, e }: JournalEntry,
  actors: ReadonlyMap<number, ActorState>,
  findings: Findings,
): void {
  const address = addressOf(entry.no, r);
  const isBound = address.kind === 'step' && isOrdinary(definitionOf(entry, address.index));
  const isLate = isBound && hasPassed(actors);
  findings.check('deadline', !isLate, () => `${entry.id} actor ${r} began after the deadline`);
  const { setAt, policy } = (actors.get(r)?.context ?? {}) as Partial<StepContext>;
  if (setAt === undefined || policy?.withinMs === undefined) return;
  const isInTime = e.at <= setAt + policy.withinMs;
  findings.check('deadline', isInTime, () => `${entry.id} actor ${r} began an attempt too late`);
}
