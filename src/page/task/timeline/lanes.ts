/** A step's life as spans of time, told apart by what it did in them: queued, at work, backing off, waiting, held. */

import type { ErrorView, HistoryEvent } from '../../../views/tasks.ts';

export type SpanKind = 'queued' | 'running' | 'backoff' | 'waiting' | 'held' | 'paused';

export interface LaneSpan {
  readonly kind: SpanKind;
  /** Epoch milliseconds. */
  readonly from: number;
  /** null while it lasts. */
  readonly to: number | null;
  /** The journal entry it began with. */
  readonly seq: number;
  readonly attempt: number | null;
  /** How an attempt or a wait ended; null for all else, and while it lasts. */
  readonly outcome: 'complete' | 'failed' | 'cancelled' | 'lost' | 'returned' | null;
  /** The worker elsewhere that had a lost attempt, if it gave a name. */
  readonly worker: string | null;
  readonly error: ErrorView | null;
  /** The output of the attempt. */
  readonly output: unknown;
}

type Open = { -readonly [Key in keyof LaneSpan]: LaneSpan[Key] };

const HOLDS = new Set(['step.hold', 'step.halt']);

/** From the events of one step, in order. */
export function stepSpans(trail: readonly HistoryEvent[]): LaneSpan[] {
  const spans: Open[] = [];
  let open = null as Open | null;
  /** Told to hold while something ran: it is held when that ends. */
  let holding = false;

  for (const event of trail) {
    if (event.event === 'stale') continue;
    if (HOLDS.has(event.event)) holding = true;
    if (event.event === 'step.release') holding = false;
    const kind = kindAfter(event, open?.kind ?? null, holding);
    if (kind === open?.kind && event.event !== 'attempt.lost') continue;
    if (open !== null) end(open, event);
    open = kind === null ? null : begin(kind, event);
    if (open !== null) spans.push(open);
  }
  return spans;
}

function kindAfter(
  { event, to, detail }: HistoryEvent,
  now: SpanKind | null,
  holding: boolean,
): SpanKind | null {
  if (to === 'running') return 'running';
  if (to === 'waiting') return waitAfter(event, now);
  if (to !== 'pending' && to !== 'retrying') return null;
  if (event === 'step.retry') return detail['held'] === true ? 'held' : 'queued';
  if (event === 'step.release') return now === 'held' ? 'queued' : now;
  if (HOLDS.has(event)) return now === 'queued' ? 'held' : now;
  if (event === 'timer.backoff') return holding ? 'held' : 'queued';
  if (to === 'retrying') return now === null || now === 'running' ? 'backoff' : now;
  return now ?? 'queued';
}

/** The journal knows a wait as waiting, whether it listens or is held. */
function waitAfter(event: string, now: SpanKind | null): SpanKind {
  if (HOLDS.has(event)) return 'held';
  const staysHeld = now === 'held' && event !== 'step.release' && event !== 'wait.begin';
  return staysHeld ? 'held' : 'waiting';
}

function begin(kind: SpanKind, { at, seq, attempt }: HistoryEvent): Open {
  return {
    kind,
    from: Date.parse(at),
    to: null,
    seq,
    attempt,
    outcome: null,
    worker: null,
    error: null,
    output: undefined,
  };
}

const WAIT_ENDS: Readonly<Record<string, LaneSpan['outcome']>> = {
  complete: 'complete',
  failed: 'failed',
  cancelled: 'cancelled',
};

function end(span: Open, { event, at, to, detail }: HistoryEvent): void {
  span.to = Date.parse(at);
  if (span.kind === 'waiting') span.outcome = WAIT_ENDS[to] ?? null;
  if (span.kind !== 'running') return;
  span.error = (detail['error'] as ErrorView | undefined) ?? null;
  if (event === 'attempt.lost') span.worker = workerOf(detail);
  if (event === 'attempt.lost' && span.error === null)
    span.outcome = detail['returned'] === true ? 'returned' : 'lost';
  else if (to === 'cancelled') span.outcome = 'cancelled';
  else if (event === 'attempt.complete' || event === 'attempt.unmet') span.outcome = 'complete';
  // A person resolved the step over its running attempt.
  else if (span.error === null && event.startsWith('step.')) span.outcome = 'cancelled';
  else span.outcome = 'failed';
  if (span.outcome === 'complete') span.output = detail['output'];
}

const workerOf = ({ worker }: HistoryEvent['detail']): string | null =>
  typeof worker === 'string' ? worker : null;

const TASK_KINDS: Readonly<Record<string, SpanKind>> = {
  pending: 'queued',
  running: 'running',
  retrying: 'backoff',
  waiting: 'waiting',
  paused: 'paused',
};

/** From the events of the task itself: one span for every stretch in one state. */
export function taskSpans(trail: readonly HistoryEvent[]): LaneSpan[] {
  const spans: Open[] = [];
  let open = null as Open | null;
  for (const event of trail) {
    const kind = TASK_KINDS[event.to] ?? null;
    if (kind === (open?.kind ?? null)) continue;
    if (open !== null) open.to = Date.parse(event.at);
    open = kind === null ? null : begin(kind, event);
    if (open !== null) spans.push(open);
  }
  return spans;
}
