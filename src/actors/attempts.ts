/** The attempts of a step, as its journal tells them. */

import type { JournalRow } from '../store/rows.ts';
import { entriesOf, type JournalEntry } from './journal.ts';
import { statusOf } from './turn.ts';
import type { AttemptView, ErrorView } from './views.ts';

export function attemptsOf(rows: Iterable<JournalRow>, ref: number): AttemptView[] {
  const attempts: AttemptView[] = [];
  for (const row of rows) {
    for (const line of entriesOf(row)) if (line.r === ref && line.s !== 1) follow(attempts, line);
  }
  return attempts;
}

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
  const last = attempts.at(-1);
  if (last === undefined || last.status !== 'running' || status === 'running') return;
  const error = (line.e['error'] as ErrorView | undefined) ?? line.x ?? null;
  const wasFailure =
    error !== null || line.e.type === 'attempt.failed' || line.e.type.startsWith('xstate.after.');
  attempts[attempts.length - 1] = {
    ...last,
    status: wasFailure ? 'failed' : line.e.type === 'attempt.complete' ? 'complete' : 'cancelled',
    finishedAt: at,
    error: error === null ? null : errorView(error),
    backoffMs: line.d ?? null,
  };
}

/** Without what only machines ask for. */
export function errorView(error: ErrorView): ErrorView {
  const { name, message, code, retryable, details } = error;
  return { name, message, code, retryable, ...(details === undefined ? {} : { details }) };
}
