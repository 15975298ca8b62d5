/** The journal of each task, and that of all tasks, which publication and live events follow. */

import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { entry, newTask } from './rows.ts';
import { STORES } from './stores.ts';

/** More rows than are read at once. */
const MANY = 450;

const seqs = (store: Store, task: number, after?: number): number[] =>
  [...store.journal(task, after)].map(({ seq }) => seq);

describe.each(STORES)('the journal in %s', (_, open) => {
  it('has nothing before the first row', () => {
    const store = open();
    expect([store.lastSeq(1), store.lastJournalPos()]).toEqual([0, 0]);
    expect([seqs(store, 1), store.journalSince(0, 10)]).toEqual([[], []]);
  });

  it('gives its rows positions in the order in which they were committed', () => {
    const store = open();
    store.commit({ tasks: [newTask(1), newTask(2)] });
    expect(store.commit({ journal: [entry(2, 1), entry(1, 1, 3)] })).toEqual([1, 2]);
    expect(store.commit({ meta: [{ key: 'k', value: 'v' }] })).toEqual([]);
    expect(store.commit({ journal: [entry(1, 4)] })).toEqual([3]);
    expect(store.lastJournalPos()).toBe(3);
    expect([store.lastSeq(1), store.lastSeq(2)]).toEqual([4, 1]);
    expect([...store.journal(1)]).toEqual([
      { pos: 2, ...entry(1, 1, 3) },
      { pos: 3, ...entry(1, 4) },
    ]);
  });

  it('of a task begins with the row that has the entry after the last one seen', () => {
    const store = open();
    store.commit({ journal: [entry(1, 1, 3), entry(2, 1, 9), entry(1, 4, 2), entry(1, 6)] });
    const from = [0, 1, 2, 3, 4, 5, 6, 7].map((after) => seqs(store, 1, after)[0]);
    expect(from).toEqual([1, 1, 1, 4, 4, 6, 6, 6]);
    expect(seqs(store, 1, 3)).toEqual([4, 6]);
  });

  it('of a task that begins late, as after an import, is told from its beginning', () => {
    const store = open();
    store.commit({ journal: [entry(1, 5), entry(1, 6)] });
    expect([seqs(store, 1), seqs(store, 1, 2), seqs(store, 1, 5)]).toEqual([[5, 6], [5, 6], [6]]);
  });

  it('is read to its end however long it is, and left in the middle by who has seen enough', () => {
    const store = open();
    store.commit({ journal: Array.from({ length: MANY }, (_row, index) => entry(1, index + 1)) });
    expect(seqs(store, 1)).toEqual(Array.from({ length: MANY }, (_row, index) => index + 1));
    const rows = store.journal(1, 249);
    expect(rows.next().value).toMatchObject({ seq: 250 });
    rows.return(undefined);
    expect(store.commit({ journal: [entry(1, MANY + 1)] })).toEqual([MANY + 1]);
  });

  it('of all tasks is read on by pages, with what facts need of the tasks', () => {
    const store = open();
    const tasks = [newTask(1, { workflow: 'h1' }), newTask(2, { tenant: 'b' })];
    store.commit({ tasks, journal: [entry(1, 1), entry(2, 1), entry(1, 2)] });
    const of = ({ id, tenant, workflow }: (typeof tasks)[number]) => ({ id, tenant, workflow });
    const [one, two] = tasks.map(of);
    const rows = [
      { pos: 1, ...entry(1, 1), ...one },
      { pos: 2, ...entry(2, 1), ...two },
      { pos: 3, ...entry(1, 2), ...one },
    ];
    expect(store.journalSince(0, 2)).toEqual(rows.slice(0, 2));
    expect(store.journalSince(2, 2)).toEqual(rows.slice(2));
    expect(store.journalSince(3, 2)).toEqual([]);
  });

  it('keeps the positions of what stays when a task is removed', () => {
    const store = open();
    store.commit({ tasks: [newTask(1), newTask(2)], journal: [entry(1, 1), entry(2, 1)] });
    store.commit({ removed: [{ no: 1, request: '{}' }] });
    expect(store.journalSince(0, 10)).toMatchObject([{ pos: 2, task: 2 }]);
    expect(store.commit({ journal: [entry(2, 2)] })).toEqual([3]);
  });
});
