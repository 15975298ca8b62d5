/** A commit makes the same true in every store. */

import { describe, expect, it } from 'vitest';
import type { Commit } from '../../../src/store/commit.ts';
import {
  actor,
  aside,
  dependency,
  entry,
  newTask,
  step,
  stored,
  TASK_ITSELF,
  webhook,
  workflow,
} from './rows.ts';
import { STORES } from './stores.ts';

const FIRST_COMMIT: Partial<Commit> = {
  tasks: [newTask(1, { idempotencyKey: 'key' }), newTask(2)],
  newActors: [actor(1, TASK_ITSELF, { due_at: 10 }), actor(1, step(0), { queue: 'q' })],
  journal: [entry(1, 1, 2), entry(2, 1)],
  webhooks: [webhook(1, 0)],
  dependencies: [dependency(2, 0, { on_task: 1 })],
  meta: [{ key: 'k', value: 'before' }],
};

/** Each is written after something that is right, and cannot be written itself. */
const MISTAKES: readonly (readonly [what: string, commit: Partial<Commit>])[] = [
  ['a second task of a number', { tasks: [newTask(3), newTask(1, { id: 'other' })] }],
  ['a second task of an id', { tasks: [newTask(3), newTask(4, { id: 'task-1' })] }],
  ['a second task of a key', { tasks: [newTask(3), newTask(4, { idempotencyKey: 'key' })] }],
  ['a second webhook of an id', { tasks: [newTask(3)], webhooks: [webhook(3, 0, { id: 'webhook-1-0' })] }],
  ['a second webhook of an actor', { tasks: [newTask(3)], webhooks: [webhook(1, 0, { id: 'other' })] }],
  ['a new actor that is there', { tasks: [newTask(3)], newActors: [actor(1, step(0))] }],
];

describe.each(STORES)('a commit to %s', (_, open) => {
  it('makes everything in it visible', () => {
    const store = open();
    expect(store.commit(FIRST_COMMIT)).toEqual([1, 2]);
    expect(store.taskByNo(1)).toEqual(stored(newTask(1, { idempotencyKey: 'key' })));
    expect(store.actors(1)).toEqual(FIRST_COMMIT.newActors);
    expect(store.webhookOfActor(1, webhook(1, 0).ref)).toEqual(webhook(1, 0));
    expect(store.countWebhooksOf(1)).toBe(1);
    expect(store.dependentsOf(1)).toEqual(FIRST_COMMIT.dependencies);
    expect(store.meta('k')).toBe('before');
    expect(store.commits).toBe(1);
  });

  it('changes what it names, and leaves the rest', () => {
    const store = open();
    store.commit(FIRST_COMMIT);
    const changed = actor(1, step(0), {
      machine: 'step@2',
      state: 'running',
      context: '{"a":1}',
      timers: '{}',
    });
    store.commit({
      taskStatuses: [{ no: 1, status: 'running' }],
      webhookStatuses: [{ task: 1, ref: webhook(1, 0).ref, status: 'dead' }],
      actors: [changed],
      meta: [{ key: 'k', value: 'after' }],
    });
    expect(store.taskByNo(1)).toMatchObject({ id: 'task-1', status: 'running' });
    expect(store.taskByNo(2)).toMatchObject({ status: 'pending' });
    expect(store.webhookOfActor(1, webhook(1, 0).ref)).toEqual(webhook(1, 0, { status: 'dead' }));
    expect(store.actor(1, step(0))).toEqual(changed);
    expect(store.actor(1, TASK_ITSELF)).toEqual(actor(1, TASK_ITSELF, { due_at: 10 }));
    expect(store.meta('k')).toBe('after');
  });

  it('takes as its own what it was given: what becomes of that object later is nobody else’s', () => {
    const store = open();
    const given = { ...newTask(1) };
    store.commit({ tasks: [given] });
    Object.assign(given, { status: 'complete' });
    expect(store.taskByNo(1)?.status).toBe('pending');
  });

  it.each(MISTAKES)('with %s throws, and nothing of it is there', (_what, mistake) => {
    const store = open();
    store.commit(FIRST_COMMIT);
    expect(() => store.commit({ ...mistake, meta: [{ key: 'k', value: 'after' }] })).toThrow();
    expect(store.lastTaskNo()).toBe(2);
    expect(store.taskById('task-3')).toBeNull();
    expect(store.actor(1, step(0))?.queue).toBe('q');
    expect(store.meta('k')).toBe('before');
    expect(store.commits).toBe(1);
    expect(store.commit({ tasks: [newTask(3)], journal: [entry(3, 1)] })).toEqual([3]);
  });

  it('that throws keeps its dependencies to itself', () => {
    const store = open();
    store.commit({ tasks: [newTask(1)] });
    const mistake = { newActors: [actor(1, step(0)), actor(1, step(0))] };
    expect(() => store.commit({ dependencies: [dependency(1, 0)], ...mistake })).toThrow();
    expect(store.dependenciesOf(1)).toEqual([]);
    expect(store.unresolvedDependencies('a', 'Order')).toEqual([]);
  });

  it('changes nothing of an actor that is not there', () => {
    const store = open();
    store.commit({ tasks: [newTask(1)], actors: [actor(1, step(0))] });
    expect(store.actors(1)).toEqual([]);
  });

  it('sets an actor aside: it keeps its snapshot, and leaves timers and queues', () => {
    const store = open();
    store.commit({
      ...FIRST_COMMIT,
      setAside: [aside(1, step(0), 'no machine'), aside(1, TASK_ITSELF, 'bits')],
    });
    expect(store.setAsidesOf(1)).toEqual([aside(1, TASK_ITSELF, 'bits'), aside(1, step(0), 'no machine')]);
    expect(store.isSetAside(1, step(0))).toBe(true);
    expect(store.isSetAside(1, step(1))).toBe(false);
    expect(store.setAsidesOf(2)).toEqual([]);
    expect(store.actor(1, step(0))).toEqual(actor(1, step(0)));
    expect(store.nextDue()).toBeNull();
    expect(store.queues()).toEqual([]);
  });

  it('says of an actor that is set aside again why this time', () => {
    const store = open();
    store.commit({ ...FIRST_COMMIT, setAside: [aside(1, step(0), 'first')] });
    store.commit({ setAside: [aside(1, step(0), 'second')] });
    expect(store.setAsidesOf(1)).toEqual([aside(1, step(0), 'second')]);
  });

  it('removes a task with all it owns; who depended on it depends on none that is there', () => {
    const store = open();
    store.commit(FIRST_COMMIT);
    store.commit({ setAside: [aside(1, step(0), 'why')], removed: [{ no: 1, request: '{}' }] });
    expect(store.taskByNo(1)).toBeNull();
    expect(store.actors(1)).toEqual([]);
    expect([...store.journal(1)]).toEqual([]);
    expect(store.countWebhooksOf(1)).toBe(0);
    expect(store.setAsidesOf(1)).toEqual([]);
    expect(store.dependentsOf(1)).toEqual([]);
    expect(store.dependenciesOf(2)).toMatchObject([{ name: 'Order', on_task: 0 }]);
    expect(store.unresolvedDependencies('a', 'Order')).toEqual([]);
    expect(store.taskByNo(2)).not.toBeNull();
  });

  it('puts a workflow in the place of one that has its name and version', () => {
    const store = open();
    store.commit({ workflows: [workflow('h1'), workflow('h2', { created_at: 3 })] });
    store.commit({ workflows: [workflow('h3', { version: 'h1', created_at: 2 })] });
    expect(store.workflows().map(({ hash }) => hash)).toEqual(['h3', 'h2']);
  });
});
