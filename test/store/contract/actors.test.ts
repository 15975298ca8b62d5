/** Every store finds the actors that are due, wait and run, in the same order. */

import { describe, expect, it } from 'vitest';
import type { ActorKey } from '../../../src/store/rows.ts';
import { actor, address, delivery, FIRST, newTask, step, TASK_ITSELF, webhook } from './rows.ts';
import { STORES } from './stores.ts';

const sorted = (keys: readonly ActorKey[]): ActorKey[] =>
  keys.map(address).sort((a, b) => a.task - b.task || a.ref - b.ref);

describe.each(STORES)('the actors in %s', (_, open) => {
  it('are found by task and ref, and of a task in order, the task itself first', () => {
    const store = open();
    const ofTask = [actor(1, TASK_ITSELF, { machine: 'task@1' }), actor(1, step(0)), actor(1, delivery(0))];
    store.commit({ newActors: [actor(2, TASK_ITSELF), ...ofTask.toReversed()] });
    expect(store.actors(1)).toEqual(ofTask);
    expect(store.actor(1, step(0))).toEqual(ofTask[1]);
    expect(store.actor(1, step(1))).toBeNull();
    expect(store.actors(3)).toEqual([]);
  });

  it('with timers are due from their moment on, the earliest first and then the oldest task', () => {
    const store = open();
    expect(store.nextDue()).toBeNull();
    const newActors = [
      actor(1, step(1), { due_at: 30 }),
      actor(2, step(0), { due_at: 10 }),
      actor(1, step(0), { due_at: 20 }),
      actor(1, TASK_ITSELF, { due_at: 10 }),
      actor(3, step(0)),
    ];
    store.commit({ newActors });
    expect(store.nextDue()).toBe(10);
    expect(store.dueActors(9, 10)).toEqual([]);
    const due = [
      { task: 1, ref: TASK_ITSELF, due_at: 10 },
      { task: 2, ref: step(0), due_at: 10 },
      { task: 1, ref: step(0), due_at: 20 },
    ];
    expect(store.dueActors(20, 10)).toEqual(due);
    expect(store.dueActors(30, 2)).toEqual(due.slice(0, 2));
    store.commit({ actors: [actor(1, TASK_ITSELF), actor(2, step(0), { due_at: 25 })] });
    expect(store.nextDue()).toBe(20);
  });

  it('wait in queues, those of the oldest task first, and are read on from any of them', () => {
    const store = open();
    expect(store.queues()).toEqual([]);
    const waiting = [actor(1, step(0)), actor(1, step(2)), actor(2, step(0)), actor(10, step(1))];
    store.commit({
      newActors: [
        ...waiting.map((row) => ({ ...row, queue: 'q' })).reverse(),
        actor(1, step(1), { queue: 'other' }),
        actor(3, step(0)),
      ],
    });
    const keys = waiting.map(address);
    expect(store.queues().sort()).toEqual(['other', 'q']);
    expect(store.queued('q', FIRST, -1)).toEqual(keys);
    expect(store.queued('q', FIRST, 2)).toEqual(keys.slice(0, 2));
    expect(store.queued('q', { task: 1, ref: step(0) }, 2)).toEqual(keys.slice(1, 3));
    expect(store.queued('q', { task: 1, ref: step(1) }, 10)).toEqual(keys.slice(1));
    expect(store.queued('none', FIRST, 10)).toEqual([]);
    store.commit({ actors: [actor(1, step(1))] });
    expect(store.queues()).toEqual(['q']);
  });

  it('run, as far as their tasks and deliveries have not ended and they are not at rest', () => {
    const store = open();
    const statuses = ['pending', 'running', 'retrying', 'paused', 'failed', 'complete', 'cancelled'];
    const tasks = statuses.map((status, index) => newTask(index + 1, { status }));
    store.commit({
      tasks,
      newActors: tasks.flatMap(({ no }) => [
        actor(no, TASK_ITSELF, { state: 'running' }),
        actor(no, step(0), { state: 'running' }),
        actor(no, step(1), { state: 'complete' }),
        actor(no, step(2), { state: 'made up' }),
      ]),
    });
    const running = [2, 3].flatMap((task) => [
      { task, ref: step(0) },
      { task, ref: step(2) },
    ]);
    expect(sorted(store.runningActors(['complete']))).toEqual(running);
    expect(store.runningActors(['complete', 'running', 'made up'])).toEqual([]);
  });

  it('run on in a task that is paused, until their rows say so no more', () => {
    const store = open();
    store.commit({
      tasks: [newTask(1, { status: 'paused' }), newTask(2, { status: 'paused' })],
      newActors: [
        actor(1, TASK_ITSELF),
        actor(1, step(0), { state: 'running', runs_on: 1 }),
        actor(2, TASK_ITSELF),
        actor(2, step(0)),
      ],
    });
    expect(store.runningActors(['complete'])).toEqual([{ task: 1, ref: step(0) }]);
    store.commit({ actors: [actor(1, step(0), { state: 'complete' })] });
    expect(store.runningActors(['complete'])).toEqual([]);
  });

  it('run, as deliveries of a task that has ended, until they are made or given up', () => {
    const store = open();
    const statuses = ['pending', 'retrying', 'delivered', 'dead'];
    store.commit({
      tasks: [newTask(1, { status: 'complete' })],
      newActors: statuses.map((_status, index) => actor(1, delivery(index), { state: 'running' })),
      webhooks: statuses.map((status, index) => webhook(1, index, { status })),
    });
    expect(sorted(store.runningActors(['complete']))).toEqual([
      { task: 1, ref: delivery(0) },
      { task: 1, ref: delivery(1) },
    ]);
  });
});
