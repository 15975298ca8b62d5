/** A batch reads from its draft what the store says once the draft is committed. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Draft } from '../../src/kernel/draft.ts';
import type { DependencyRow, NewTaskRow, WebhookRow } from '../../src/store/rows.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';

const TENANTS = ['a', 'b'];
const NAMES = ['Order', 'Ship', 'shop/Order'];
const CORRELATIONS = [null, '1', '2'];
const MOST_TASKS = 8;

const task = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  name: fc.constantFrom('Order', 'Ship'),
  workflow: fc.constantFrom('single', 'h1', 'h2'),
  correlation: fc.constantFrom(...CORRELATIONS),
  hasKey: fc.boolean(),
});
const dependency = fc.record({
  task: fc.integer({ min: 1, max: MOST_TASKS }),
  position: fc.integer({ min: 0, max: 2 }),
  on_task: fc.option(fc.integer({ min: 1, max: MOST_TASKS })),
});
const half = fc.record({
  tasks: fc.array(task, { maxLength: MOST_TASKS / 2 }),
  dependencies: fc.array(dependency, { maxLength: 10 }),
  webhooks: fc.array(fc.integer({ min: 1, max: MOST_TASKS }), { maxLength: 4 }),
});

function fill(
  draft: Draft,
  part: typeof half extends fc.Arbitrary<infer Half> ? Half : never,
  first: number,
): void {
  part.tasks.forEach(({ hasKey, ...one }, index) => {
    const no = first + index;
    const row: NewTaskRow = {
      ...one,
      no,
      id: `task-${no}`,
      status: 'pending',
      priority: 5,
      idempotencyKey: hasKey ? `key-${no}` : null,
      requestHash: hasKey ? 'hash' : null,
      createdAt: no,
      request: '{}',
      tags: [],
      parent: null,
    };
    draft.insertTask(row);
  });
  for (const put of part.dependencies) draft.putDependency(dependencyRow(put));
  part.webhooks.forEach((of) => {
    const row: WebhookRow = {
      id: `${of}-${draft.countWebhooksOf(of)}`,
      task: of,
      ref: 1_000_000 + draft.countWebhooksOf(of),
      tenant: 'a',
      type: 'task.complete',
      url: 'http://hooks.invalid/',
      body: '{}',
      status: 'pending',
      created_at: 1,
    };
    draft.insertWebhook(row);
  });
}

/** Only what it waits for changes in the life of a row. */
const dependencyRow = (put: Pick<DependencyRow, 'task' | 'position' | 'on_task'>): DependencyRow => ({
  ...put,
  name: NAMES[put.position] ?? 'Order',
  tenant: TENANTS[put.task % 2] ?? 'a',
});

const NUMBERS = Array.from({ length: MOST_TASKS }, (_, index) => index + 1);

const readAll = (read: Draft) => ({
  byId: NUMBERS.map((no) => read.taskById(`task-${no}`)),
  byKey: TENANTS.map((tenant) => NUMBERS.map((no) => read.taskByIdempotencyKey(tenant, `key-${no}`))),
  named: TENANTS.map((tenant) =>
    NAMES.map((name) =>
      [...CORRELATIONS, 'any' as const].map((of) => read.newestTaskNamed(tenant, name, of)),
    ),
  ),
  dependencies: NUMBERS.map((no) => read.dependenciesOf(no)),
  dependents: NUMBERS.map((no) => read.dependentsOf(no)),
  unresolved: TENANTS.map((tenant) => NAMES.map((name) => read.unresolvedDependencies(tenant, name))),
  webhooks: NUMBERS.map((no) => read.countWebhooksOf(no)),
});

it('a batch reads what it did as the store will have it', () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const property = fc.property(half, half, (stored, drafted) => {
    const store = new SqliteStore(':memory:');
    try {
      const before = new Draft(store);
      const of = { namespace: 'shop', name: 'Order', definition: '{}', created_at: 1 };
      before.insertWorkflow({ ...of, hash: 'h1', version: '1' });
      before.insertWorkflow({ ...of, hash: 'h2', version: '2' });
      fill(before, stored, 1);
      store.commit(before.commit);

      const draft = new Draft(store);
      fill(draft, drafted, stored.tasks.length + 1);
      const read = readAll(draft);
      store.commit(draft.commit);
      expect(read).toEqual(readAll(new Draft(store)));
    } finally {
      store.close();
    }
  });
  fc.assert(property, { seed, numRuns: 60 });
});
