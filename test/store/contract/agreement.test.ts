/** SQLite and the reference answer the same, whatever is committed. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Commit } from '../../../src/store/commit.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { ReferenceStore } from '../reference-store.ts';
import {
  actor,
  address,
  aside,
  delivery,
  dependency,
  entry,
  FIRST,
  newTask,
  signal,
  step,
  TASK_ITSELF,
  webhook,
  workflow,
} from './rows.ts';

const MOST_TASKS = 6;
const RUNS = 40;
const NUMBERS = Array.from({ length: MOST_TASKS + 1 }, (_, index) => index);
const REFS = [TASK_ITSELF, step(0), step(1), step(9), delivery(0), delivery(1)];
const TENANTS = ['a', 'b'];
const NAMES = ['Order', 'Ship', 'shop/Order', 'shop/Ship'];
const KEYS = ['k1', 'k2', 'k3'];
const QUEUES = ['q1', 'q2'];
const AWAITS = ['w1', 'w2'];
const DAY_MS = 86_400_000;
const AT_REST = ['pending.queued', 'complete'];
const TIMES = [10, 20, 30];

const no = fc.integer({ min: 1, max: MOST_TASKS });
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 3 });
const correlation = fc.constantFrom(null, '1', '2');

const tasks = few(
  fc.record({
    tenant: fc.constantFrom(...TENANTS),
    name: fc.constantFrom('Order', 'Ship'),
    workflow: fc.constantFrom('handler:Order', 'h1', 'h2'),
    correlation,
    idempotencyKey: fc.option(fc.constantFrom(...KEYS), { freq: 2 }),
    parent: fc.option(
      fc.record({ task: no, ref: fc.constantFrom(step(1), step(2)), index: fc.nat(2), try: fc.nat(1) }),
      { freq: 2 },
    ),
  }),
);
const actors = few(
  fc.record({
    task: no,
    ref: fc.constantFrom(...REFS),
    state: fc.constantFrom('running', 'complete', 'pending.queued'),
    due_at: fc.option(fc.constantFrom(...TIMES)),
    queue: fc.option(fc.constantFrom(...QUEUES)),
    awaits: fc.option(fc.constantFrom(...AWAITS)),
    runs_on: fc.constantFrom(1 as const, null),
  }),
);
const commit = fc.record({
  tasks,
  actors,
  /** An actor that is there is said to be new: the commit throws. */
  isMistaken: fc.nat(9).map((die) => die === 0),
  statuses: few(fc.record({ no, status: fc.constantFrom('running', 'paused', 'complete', 'failed') })),
  dependencies: few(
    fc.record({ task: no, position: fc.nat(2), on_task: fc.option(no), tenant: fc.constantFrom(...TENANTS) }),
  ),
  webhooks: few(fc.record({ task: no, index: fc.nat(1) })),
  webhookStatuses: few(
    fc.record({ task: no, index: fc.nat(1), status: fc.constantFrom('retrying', 'delivered') }),
  ),
  journal: few(fc.record({ task: no, count: fc.integer({ min: 1, max: 3 }) })),
  setAside: few(fc.record({ task: no, ref: fc.constantFrom(...REFS), why: fc.constantFrom('x', 'y') })),
  removed: fc.array(no, { maxLength: 1 }),
  workflows: few(
    fc.record({
      hash: fc.constantFrom('h1', 'h2', 'h3'),
      name: fc.constantFrom('Order', 'Ship'),
      version: fc.constantFrom('1', '2'),
    }),
  ),
  choices: few(fc.constantFrom(null, '1', '2')),
  signals: few(
    fc.record({
      key: fc.option(fc.constantFrom('1', '2')),
      task: no,
      at: fc.constantFrom(1, 20, DAY_MS, 2 * DAY_MS),
      until: fc.constantFrom(15, 25, 3 * DAY_MS),
    }),
  ),
  taken: few(fc.record({ task: no, back: fc.nat(2) })),
  withdrawn: fc.option(fc.nat(2), { freq: 5 }),
  waves: few(fc.record({ signal: no, task: no, isOver: fc.boolean() })),
  childWaves: few(
    fc.record({ task: no, after: fc.nat(3), verb: fc.constantFrom('pause', 'cancel'), isOver: fc.boolean() }),
  ),
  meta: few(fc.record({ key: fc.constantFrom('k', 'l'), value: fc.constantFrom('v', 'w') })),
});
type Drawn = typeof commit extends fc.Arbitrary<infer Value> ? Value : never;

/** Numbers go on from what the store holds, so that most commits are ones that a kernel might make. */
function commitOf(drawn: Drawn, store: Store): Partial<Commit> {
  const first = store.lastTaskNo() + 1;
  const seqs = new Map<number, number>();
  const known = drawn.actors.map((row) => ({
    row: actor(row.task, row.ref, row),
    isThere: store.actor(row.task, row.ref) !== null,
  }));
  return {
    workflows: drawn.workflows.map(({ hash, ...row }) => workflow(hash, row)),
    workflowChoices: drawn.choices.map((version) => ({
      ...{ namespace: 'shop', name: 'Order', version },
      ...{ set_at: 1, set_by: 'somebody', reason: null },
    })),
    tasks: drawn.tasks.map((task, index) => newTask(first + index, task)),
    taskStatuses: drawn.statuses,
    dependencies: drawn.dependencies.map(({ task, position, ...row }) => dependency(task, position, row)),
    webhooks: drawn.webhooks
      .filter(({ task, index }) => store.webhookOfActor(task, delivery(index)) === null)
      .map(({ task, index }) => webhook(task, index)),
    webhookStatuses: drawn.webhookStatuses.map(({ task, index, status }) => ({
      ...{ task, ref: delivery(index), status },
    })),
    newActors: known.filter(({ isThere }) => !isThere || drawn.isMistaken).map(({ row }) => row),
    actors: known.filter(({ isThere }) => isThere).map(({ row }) => row),
    journal: drawn.journal.map(({ task, count }) => {
      const seq = seqs.get(task) ?? store.lastSeq(task) + 1;
      seqs.set(task, seq + count);
      return entry(task, seq, count);
    }),
    ...signalsOf(drawn, store),
    setAside: drawn.setAside.map(({ task, ref, why }) => aside(task, ref, why)),
    removed: drawn.removed.map((removed) => ({ no: removed, request: '{}' })),
    meta: drawn.meta,
  };
}

/** Each task takes a signal at most once. */
function signalsOf(drawn: Drawn, store: Store): Partial<Commit> {
  const last = store.lastSignalNo();
  const taken = new Map(
    drawn.taken.map(({ task, back }) => {
      const signal = Math.max(1, last + drawn.signals.length - back);
      return [`${task}/${signal}`, { task, signal, ref: step(0), at: 30 }] as const;
    }),
  );
  const isFresh = ({ task, signal }: { task: number; signal: number }): boolean =>
    store.takenBy(task).every((row) => row.signal !== signal);
  return {
    signals: drawn.signals.map(({ key, task, at, until }, index) => {
      const whose = key === null ? { key, task, until: null } : { key, task: null, until };
      return signal(last + 1 + index, { at, ...whose });
    }),
    signalsTaken: [...taken.values()].filter(isFresh),
    signalsWithdrawn: drawn.withdrawn === null ? [] : [last - drawn.withdrawn],
    signalWaves: drawn.waves.map(({ signal: of, task }) => ({ signal: of, task, ref: step(0) })),
    childWaves: drawn.childWaves.map(({ task, after, verb }) => ({
      task,
      ref: step(0),
      verb,
      after,
      upto: 9,
    })),
    childWavesOver: drawn.childWaves.flatMap(({ task, verb, isOver }) =>
      isOver ? [{ task, ref: step(0), verb }] : [],
    ),
    signalWavesOver: drawn.waves.flatMap(({ signal: of, isOver }) => (isOver ? [of] : [])),
  };
}

/** Where a store promises no order, none is compared. */
const unordered = (rows: readonly object[] | readonly string[]): string[] =>
  rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();

/** Everything that can be asked of a store. */
const answers = (store: Store) => ({
  lastTaskNo: store.lastTaskNo(),
  tasks: NUMBERS.map((each) => [store.taskByNo(each), store.taskById(`task-${each}`)]),
  byKey: TENANTS.map((tenant) => KEYS.map((key) => store.taskByIdempotencyKey(tenant, key))),
  named: TENANTS.flatMap((tenant) =>
    NAMES.flatMap((name) => ['any', '1', '2', null].map((of) => store.newestTaskNamed(tenant, name, of)?.no)),
  ),
  ofWorkflow: NAMES.map((name) => {
    const meant = store.tasksOfWorkflow(name);
    return meant && [meant.name, ...[...meant.hashes].sort()];
  }),
  children: NUMBERS.map((task) =>
    [step(1), step(2)].map((ref) => [0, 1].map((from) => store.childrenOf(task, ref, from, 2))),
  ),
  byStatus: unordered(store.countByStatus()),
  actors: NUMBERS.map((each) => [store.actors(each), REFS.map((ref) => store.actor(each, ref))]),
  due: [...TIMES, 99].map((at) => [store.dueActors(at, 100), store.dueActors(at, 2)]),
  nextDue: store.nextDue(),
  running: unordered(store.runningActors(AT_REST).map(address)),
  queues: unordered(store.queues()),
  queued: QUEUES.map((queue) =>
    [FIRST, { task: 2, ref: step(0) }].map((from) => store.queued(queue, from, 3)),
  ),
  aside: NUMBERS.map((each) => [store.setAsidesOf(each), REFS.map((ref) => store.isSetAside(each, ref))]),
  dependencies: NUMBERS.map((each) => [store.dependenciesOf(each), store.dependentsOf(each)]),
  unresolved: TENANTS.map((tenant) => NAMES.map((name) => store.unresolvedDependencies(tenant, name))),
  journals: NUMBERS.map((each) => [0, 1, 3].map((after) => [...store.journal(each, after)])),
  lastSeqs: NUMBERS.map((each) => store.lastSeq(each)),
  since: [0, 2].map((after) => store.journalSince(after, 4)),
  lastPos: store.lastJournalPos(),
  workflows: store.workflows(),
  choices: store.workflowChoices('shop', 'Order', 3).map(({ version }) => version),
  webhooks: NUMBERS.map((each) => [
    store.countWebhooksOf(each),
    store.webhookOfActor(each, delivery(0)),
    store.webhookOfActor(each, delivery(1)),
  ]),
  awaiting: AWAITS.map((awaits) =>
    [FIRST, { task: 2, ref: step(0) }].map((from) => store.awaiting(awaits, from, 3)),
  ),
  signals: [
    store.lastSignalNo(),
    store.signalByNo(1),
    store.signalById('a', 'signal-2'),
    store.countSignals({ tenant: 'a' }, 3),
    store.signalWaves(),
    store.childWaves(),
  ],
  signalsOf: NUMBERS.map((task) => [
    store.signalsOf(task),
    unordered(store.takenBy(task)),
    store.countSignals({ task }, 2),
    [0, 1].flatMap((after) =>
      ['1', null].map((key) =>
        store.nextSignal({ tenant: 'a', name: 'paid', key, task, createdAt: 10, now: 20 }, after),
      ),
    ),
  ]),
  meta: ['k', 'l'].map((key) => store.meta(key)),
  commits: store.commits,
});

const resultOf = (store: Store, made: Partial<Commit>): number[] | 'it threw' => {
  try {
    return store.commit(made);
  } catch {
    return 'it threw';
  }
};

it('after any commits, those that throw among them, SQLite and the reference answer the same', () => {
  let threw = 0;
  let committed = 0;
  const property = fc.property(fc.array(commit, { minLength: 1, maxLength: 12 }), (drawn) => {
    const [one, other] = [new SqliteStore(':memory:'), new ReferenceStore()];
    try {
      for (const each of drawn) {
        const made = commitOf(each, other);
        const result = resultOf(other, made);
        expect(resultOf(one, made)).toEqual(result);
        if (result === 'it threw') threw++;
        else committed++;
      }
      expect(answers(one)).toEqual(answers(other));
    } finally {
      one.close();
    }
  });
  fc.assert(property, { numRuns: RUNS });
  expect(threw).toBeGreaterThan(0);
  expect(committed).toBeGreaterThan(RUNS);
});
