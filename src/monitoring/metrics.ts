/** Counters and histograms in Prometheus' names; fed with what commits made true, never with ids as labels. */

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { whoIn } from '../kernel/journal.ts';
import type { CommitListener, Committed } from '../kernel/output-gate.ts';
import { Throughput } from './throughput.ts';

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 3_600];

const ENDS: ReadonlySet<string> = new Set(['complete', 'failed', 'cancelled']);

export class Metrics implements CommitListener {
  readonly #registry = new Registry();
  readonly lastMinute = new Throughput();
  readonly #registers = [this.#registry];
  readonly #tasks = new Counter({
    name: 'troupe_tasks_total',
    help: 'Times tasks reached a state.',
    labelNames: ['status'],
    registers: this.#registers,
  });
  readonly #steps = new Counter({
    name: 'troupe_steps_total',
    help: 'Times steps reached a state.',
    labelNames: ['status'],
    registers: this.#registers,
  });
  readonly #stale = new Counter({
    name: 'troupe_stale_outcomes_total',
    help: 'Outcomes of attempts that were no longer current.',
    registers: this.#registers,
  });
  readonly #refused = new Counter({
    name: 'troupe_refused_outcomes_total',
    help: 'Outcomes that could not be read, or were of no step here.',
    registers: this.#registers,
  });
  readonly #taskSeconds = new Histogram({
    name: 'troupe_task_duration_seconds',
    help: 'From submission to the end of a task.',
    labelNames: ['status'],
    buckets: SECONDS,
    registers: this.#registers,
  });

  /** Prometheus exposition text and its content type. */
  async exposition(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  refuseOutcome(): void {
    this.#refused.inc();
  }

  /** Adds a gauge that is read when the metrics are. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: this.#registers,
      collect() {
        this.set(read());
      },
    });
  }

  /** Adds a gauge with one label, read when the metrics are. */
  gauges(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: this.#registers,
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count);
      },
    });
  }

  /** Adds up a commit first: a counter of prom-client costs as much as a turn. */
  committed({ written }: Committed): void {
    const tasks: Record<string, number> = {};
    const steps: Record<string, number> = {};
    let stale = 0;
    for (const { entry, entries } of written) {
      for (const line of entries) {
        if (line.s === 1) stale++;
        if (line.k === undefined) continue;
        const isTask = whoIn(entry, line).kind === 'task';
        const counts = isTask ? tasks : steps;
        counts[line.k] = (counts[line.k] ?? 0) + 1;
        if (isTask && ENDS.has(line.k)) {
          const tookMs = line.e.at - entry.createdAt;
          this.#taskSeconds.observe({ status: line.k }, tookMs / 1_000);
          if (line.k === 'complete' || line.k === 'failed')
            this.lastMinute.ended(entry.tenant, line.k, line.e.at, tookMs);
        }
      }
    }
    for (const [status, count] of Object.entries(tasks)) this.#tasks.inc({ status }, count);
    for (const [status, count] of Object.entries(steps)) this.#steps.inc({ status }, count);
    if (stale > 0) this.#stale.inc(stale);
  }
}
