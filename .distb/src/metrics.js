/** Counters and histograms in Prometheus' names; fed with what commits made true, never with ids as labels. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isStep, TASK_REF } from "./actors/actor.js";
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 3_600];
export class Metrics {
    registry = new Registry();
    #registers = [this.registry];
    #tasks = new Counter({
        name: 'troupe_tasks_total',
        help: 'Times tasks reached a state.',
        labelNames: ['status'],
        registers: this.#registers,
    });
    #steps = new Counter({
        name: 'troupe_steps_total',
        help: 'Times steps reached a state.',
        labelNames: ['status'],
        registers: this.#registers,
    });
    #stale = new Counter({
        name: 'troupe_stale_outcomes_total',
        help: 'Outcomes of attempts that were no longer current.',
        registers: this.#registers,
    });
    #taskSeconds = new Histogram({
        name: 'troupe_task_duration_seconds',
        help: 'From submission to the end of a task.',
        labelNames: ['status'],
        buckets: SECONDS,
        registers: this.#registers,
    });
    /** Adds a gauge that is read when the metrics are. */
    gauge(name, help, read) {
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
    gauges(name, help, label, read) {
        new Gauge({
            name,
            help,
            labelNames: [label],
            registers: this.#registers,
            collect() {
                this.reset();
                for (const [value, count] of Object.entries(read()))
                    this.set({ [label]: value }, count);
            },
        });
    }
    observe(written) {
        for (const { entry, entries } of written) {
            for (const line of entries) {
                if (line.s === 1)
                    this.#stale.inc();
                if (line.k === undefined)
                    continue;
                if (isStep(line.r))
                    this.#steps.inc({ status: line.k });
                if (line.r !== TASK_REF)
                    continue;
                this.#tasks.inc({ status: line.k });
                if (line.k === 'complete' || line.k === 'failed' || line.k === 'cancelled') {
                    this.#taskSeconds.observe({ status: line.k }, (line.e.at - entry.createdAt) / 1_000);
                }
            }
        }
    }
}
