/** The sections of the benchmark: what each is called, at which sizes it runs, and whether it runs unasked. */

import type { Sizes } from './section.ts';

export interface Section {
  readonly name: string;
  readonly about: string;
  /** Run when nothing else is asked for, at `sizes[0]`. */
  readonly isMain: boolean;
  /** One run for each, when it is asked for by name or with all. */
  readonly sizes: readonly [Sizes, ...Sizes[]];
}

const main = (name: string, about: string, ...sizes: Section['sizes']): Section => ({
  ...{ name, about, sizes },
  isMain: true,
});
const other = (name: string, about: string, ...sizes: Section['sizes']): Section => ({
  ...main(name, about, ...sizes),
  isMain: false,
});

export const SECTIONS: readonly Section[] = [
  main('throughput', 'many orders at once', { orders: 5_000 }, { orders: 500 }, { orders: 50_000 }),
  main('latency', 'one order at a time', { sequential: 1_000 }),
  main('dags', 'a chain, a fan and diamonds of many steps', { steps: 5_000 }, { steps: 10_000 }),
  main(
    'delayed',
    'tasks that wait for tomorrow',
    { tasks: 100_000, dueSeconds: 0 },
    { tasks: 1_000_000, dueSeconds: 10 },
  ),
  other(
    'waiting',
    'tasks that sleep, or wait for an approval or a signal',
    { tasks: 100_000, paused: 0, signals: 100 },
    { tasks: 1_000_000, paused: 0, signals: 100 },
    { tasks: 100_000, paused: 33_000, signals: 100 },
  ),
  other('ceiling', 'the same turns, rows and commits without the engine', { orders: 5_000, rounds: 3 }),
  other('http', 'durable POST /tasks over 50 connections', { requests: 20_000, connections: 50 }),
  other('nats', 'every step by a worker process over NATS', { orders: 5_000, sequential: 1_000 }),
  other('isolation', 'handler files in a host against in the server itself', {
    orders: 2_000,
    sequential: 200,
    rounds: 5,
  }),
  other('restart', 'a start with unfinished orders', { unfinished: 10_000 }),
  other('finished', 'a store with a million finished orders; minutes', { tasks: 1_000_000, orders: 5_000 }),
  other('big', 'a workflow of science: a large payload, and what readers hold up', { steps: 9_820 }),
  other('fairness', 'tenants in competition', { tasks: 100_000 }),
  other('kill', 'from a kill to all orders done', { orders: 1_000, percent: 30 }),
  other('start', 'the installed program, until it serves', { starts: 5 }),
];
