/** Timers and queues, as columns by which actors are found: they say what the state says, or an actor waits for ever. */

import { WITHIN } from '../../machines/step-time.ts';
import { DEADLINE, isDue } from '../../machines/task-deadline.ts';
import { type Actor, isFinal, isRunningAttempt, rowOf } from '../kernel/actor.ts';
import type { OpenedTask, Report } from './verify.ts';

export function columnFindings({ rows, actors }: OpenedTask, tell: Report): void {
  for (const [ref, actor] of actors) {
    const stored = rows.get(ref);
    const derived = rowOf(actor);
    if (stored === undefined) continue;
    if (stored.queue !== derived.queue)
      tell(ref, `it stands in ${queueText(stored.queue)}, and belongs in ${queueText(derived.queue)}`);
    if (stored.due_at !== derived.due_at)
      tell(ref, `it is due ${timeText(stored.due_at)}, and its timers say ${timeText(derived.due_at)}`);
    if (stored.awaits !== derived.awaits)
      tell(
        ref,
        `it is found as waiting for ${stored.awaits ?? 'nothing'}, and waits for ${derived.awaits ?? 'nothing'}`,
      );
    if (stored.runs_on !== derived.runs_on)
      tell(
        ref,
        `its attempt ${runText(stored.runs_on)}, and its state says that it ${runText(derived.runs_on)}`,
      );
    if (actor.kind !== 'task' && actor.state === 'retrying.backoff' && derived.due_at === null)
      tell(ref, 'it waits for its next attempt, and no timer will end that');
    const unarmed = unarmedTimer(actor);
    if (unarmed !== null) tell(ref, `${unarmed} stands, and no timer will bring it`);
    if (isRunningAttempt(actor) && typeof actor.context.token !== 'string')
      tell(ref, 'its attempt runs and has no token, so that no outcome can be its own');
  }
}

/** Names an end by time that will not come. */
function unarmedTimer(actor: Actor): string | null {
  if (actor.kind === 'task')
    return isDue(actor.context) && actor.timers[DEADLINE] === undefined ? 'its deadline' : null;
  if (actor.kind === 'wait') {
    const { until } = actor.context;
    const isArmed = actor.timers['step.deadline'] !== undefined;
    const isTimed = actor.state === 'waiting.listening' || actor.state === 'waiting.children';
    return isTimed && until !== undefined && !isArmed ? 'its end' : null;
  }
  const isTimed = actor.context.setAt !== undefined && !hasEnded(actor);
  return isTimed && actor.timers[WITHIN] === undefined ? 'the end of its time (within)' : null;
}

const hasEnded = (actor: Actor): boolean => isFinal(actor) || actor.state === 'failed';

const runText = (runsOn: number | null): string =>
  runsOn === null ? 'does not run on' : 'runs on beside its task';
const queueText = (queue: string | null): string => (queue === null ? 'no queue' : `queue ${queue}`);
const timeText = (at: number | null): string => (at === null ? 'never' : new Date(at).toISOString());
