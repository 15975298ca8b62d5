/** The attempts of a step, as its journal tells them. */

import type { StepError } from '../../machines/index.ts';
import { entriesOf, type JournalEntry } from '../kernel/journal.ts';
import { statusOf } from '../kernel/turn.ts';
import type { JournalRow } from '../store/rows.ts';
import { errorView } from '../views/errors.ts';
import type { AttemptView } from '../views/tasks.ts';

export function attemptsOf(rows: Iterable<JournalRow>, ref: number): AttemptView[] {
  const attempts: AttemptView[] = [];
  for (const row of rows) {
    for (const line of entriesOf(row)) if (line.r === ref && line.s !== 1) follow(attempts, line);
  }
  return attempts;
}

const HAS_ANSWER: ReadonlySet<string> = new Set(['attempt.complete', 'attempt.unmet']);

/** Adds what one journal entry tells about the attempts of its step. */
function follow(attempts: AttemptView[], line: JournalEntry): void {
  const at = new Date(line.e.at).toISOString();
  const status = statusOf(line.t);
  if (line.e.type === 'step.start') {
    attempts.push({
      attempt: line.a ?? attempts.length + 1,
      status: 'running',
      startedAt: at,
      finishedAt: null,
      error: null,
      backoffMs: null,
    });
    return;
  }
  const last = withWorker(attempts.at(-1), line);
  if (last === undefined || last.status !== 'running') return;
  attempts[attempts.length - 1] = last;
  if (status === 'running') return;
  const error = (line.e['error'] as StepError | undefined) ?? line.x ?? null;
  const wasFailure =
    error !== null || line.e.type === 'attempt.failed' || line.e.type.startsWith('xstate.after.');
  attempts[attempts.length - 1] = {
    ...last,
    status: wasFailure ? 'failed' : HAS_ANSWER.has(line.e.type) ? 'complete' : 'cancelled',
    finishedAt: at,
    error: error === null ? null : errorView(error),
    backoffMs: line.d ?? null,
  };
}

/** Adds the worker that has an attempt elsewhere, or one that lost it. */
function withWorker(attempt: AttemptView | undefined, { e }: JournalEntry): AttemptView | undefined {
  const { worker, returned } = e as { readonly worker?: string | null; readonly returned?: boolean };
  if (attempt === undefined || worker === undefined) return attempt;
  if (e.type === 'attempt.taken') return worker === null ? attempt : { ...attempt, worker };
  if (e.type !== 'attempt.lost') return attempt;
  const lost = { worker, at: new Date(e.at).toISOString(), returned: returned === true };
  return { ...attempt, lost: [...(attempt.lost ?? []), lost] };
}
