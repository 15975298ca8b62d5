import { expect, it } from 'vitest';
import { Room } from '../../src/jobs/room.ts';

const times = (count: number, act: () => void): void => {
  for (let n = 0; n < count; n++) act();
};

it('the room in the stream grows while jobs are taken as quickly as one alone is, and has a bound', () => {
  const room = new Room();
  expect(room.size).toBe(2);
  times(20, () => room.taken(30));
  expect(room.size).toBe(22);
  times(1_000, () => room.taken(30));
  expect(room.size).toBe(64);
});

it('it shrinks while jobs wait behind others, however long the way is', () => {
  for (const aloneMs of [1, 200]) {
    const room = new Room();
    times(100, () => room.taken(aloneMs));
    times(50, () => room.taken(2 * aloneMs + 41));
    expect(room.size, `${aloneMs} ms`).toBe(14);
  }
});

it('it has a place for every worker that asks in vain', () => {
  const room = new Room();
  room.seen({ asking: 8, waiting: 0, untaken: 2, oldestMs: 60_000 });
  expect(room.size).toBe(10);
});

it('it falls to what workers hold when jobs lie in the stream for long', () => {
  const room = new Room();
  times(50, () => room.taken(1));
  room.seen({ asking: 0, waiting: 40, untaken: 43, oldestMs: 4_000 });
  expect(room.size).toBe(52);
  room.seen({ asking: 0, waiting: 40, untaken: 43, oldestMs: 6_000 });
  expect(room.size).toBe(3);
});
