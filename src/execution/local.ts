/** Executors in this process share this: an attempt begins in its trace, and what becomes of it is told to its actor. */

import type { StepEvent } from '../../machines/index.ts';
import { type JobParts, makeJob, unmade } from '../jobs/make-job.ts';
import { outcomeEvent } from '../jobs/outcome-event.ts';
import type { Attempt } from '../kernel/attempts.ts';
import type { Batch } from '../kernel/batch.ts';
import type { Clock } from '../kernel/clock.ts';
import { lostEvent } from '../kernel/resume.ts';
import type { Address } from '../store/address.ts';
import type { Spans, TraceScope } from '../tracing/spans.ts';
import type { AttemptReports, Settled } from '../worker/attempt.ts';
import type { Death } from '../worker/death.ts';
import type { Outcome } from '../worker/job.ts';
import type { FreshJob } from '../worker/own.ts';
import type { WorkerPool } from '../worker/pool.ts';

export interface LocalParts extends JobParts {
  readonly pool: WorkerPool;
  readonly spans: Pick<Spans, 'scopeOf'>;
  readonly clock: Clock;
  readonly tell: (address: Address, work: (batch: Batch) => void) => void;
  /** Commits at once what has been told. */
  readonly flush: () => void;
}

/** An actor that cannot be opened has no trace; its attempt will say so. */
const UNTRACED: TraceScope = { run: (work) => work() };

/** Runs `begin` within the trace of the attempt. */
export function beginLocally(
  parts: LocalParts,
  attempt: Attempt,
  begin: (reports: LocalReports, trace: TraceScope) => void,
): void {
  const actor = parts.cache.actor(attempt);
  const trace = actor === null ? UNTRACED : parts.spans.scopeOf(actor);
  trace.run(() => begin(new LocalReports(attempt, parts), trace));
}

/** Runs `begin` with the job of the attempt. A job that cannot be made fails its attempt, and troubles nobody else. */
export function beginJob(
  parts: LocalParts,
  attempt: Attempt,
  begin: (job: FreshJob, reports: LocalReports) => void,
): void {
  beginLocally(parts, attempt, (reports, { traceparent }) => {
    let job: FreshJob;
    try {
      job = makeJob(parts, attempt, parts.clock.now(), traceparent);
    } catch (thrown) {
      reports.settled(() => ({ token: attempt.token, status: 'failed', error: unmade(thrown) }));
      return;
    }
    begin(job, reports);
  });
}

/** Turns what becomes of an attempt in this process into events of its actor. */
export class LocalReports implements AttemptReports {
  readonly #attempt: Attempt;
  readonly #parts: Pick<LocalParts, 'tell' | 'flush'>;

  constructor(attempt: Attempt, parts: Pick<LocalParts, 'tell' | 'flush'>) {
    this.#attempt = attempt;
    this.#parts = parts;
  }

  settled(settled: Settled): void {
    this.#tell((batch) => outcomeEvent(settled(), this.#attempt, batch));
  }

  /** The same attempt begins again. */
  lost(death: Death): void {
    this.#tell((batch) => ({ ...lostEvent(this.#attempt.token, batch), ...death }));
  }

  waits(): void {
    this.#tellToken('attempt.hindered');
  }

  begins(): void {
    this.#tellToken('attempt.sent');
  }

  exiting(outcome: Outcome): void {
    this.settled(() => outcome);
    this.#parts.flush();
  }

  #tellToken(type: 'attempt.hindered' | 'attempt.sent'): void {
    const { token } = this.#attempt;
    this.#tell(({ now }) => ({ type, at: now, token }));
  }

  #tell(eventAt: (batch: Batch) => StepEvent): void {
    const attempt = this.#attempt;
    this.#parts.tell(attempt, (batch) => void batch.take(attempt, eventAt(batch)));
  }
}
