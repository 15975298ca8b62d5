/** Trials find the attempt under which a program dies each time, and charge no other. */

import { expect, it } from 'vitest';
import { Trials } from '../../src/execution/trials.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { Draft } from '../../src/kernel/draft.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';

/** A program that starts again and again on one store, with suspects by name; those given end it when they run alone. */
function program(names: readonly string[], killers: readonly string[]) {
  const store = new SqliteStore(':memory:');
  const charged: string[] = [];
  let deaths = 0;
  /** One life, at whose start the last death is judged. `isKilled`: from outside, as soon as somebody is alone. */
  const live = async (isKilled: boolean): Promise<void> => {
    const clock = new ManualClock();
    const trials = new Trials({
      store,
      clock,
      commit: (write, then) => {
        const draft = new Draft(store);
        write(draft);
        store.commit(draft.commit);
        then();
      },
    });
    const ran = new Map(names.map((name) => [name, `task/${name}`]));
    const guilty = trials.convict(ran);
    if (guilty !== null) charged.push(guilty);
    let alone: string | null = null;
    const isOver = (): boolean => alone !== null && (isKilled || killers.includes(alone));
    for (const name of names)
      trials.add({
        token: name,
        key: `task/${name}`,
        losses: 2,
        begin: () => {
          if (!isOver()) alone = name;
        },
        stop: () => undefined,
      });
    await Promise.resolve();
    for (let passed = 0; passed < names.length && !isOver(); passed++) clock.advance(500);
    deaths += isOver() ? 1 : 0;
  };
  return { live, charged, deaths: () => deaths };
}

it('the one that ends the program is charged once others have lasted alone', async () => {
  const { live, charged, deaths } = program(['a', 'killer', 'b'], ['killer']);
  for (let starts = 0; starts < 3; starts++) await live(false);
  expect(charged).toEqual(['killer']);
  expect(deaths()).toBe(3);
});

it('two that end the program are both charged, and nobody else', async () => {
  const { live, charged } = program(['a', 'first', 'b', 'second'], ['first', 'second']);
  for (let starts = 0; starts < 12; starts++) await live(false);
  expect(new Set(charged)).toEqual(new Set(['first', 'second']));
});

it('one without others to compare is charged at its third death alone', async () => {
  const { live, charged } = program(['killer'], ['killer']);
  for (let starts = 0; starts < 3; starts++) await live(false);
  expect(charged).toEqual([]);
  await live(false);
  expect(charged).toEqual(['killer']);
});

it('kills from outside in quick succession charge nobody', async () => {
  const { live, charged } = program(
    Array.from({ length: 20 }, (_, n) => `innocent-${n}`),
    [],
  );
  for (let starts = 0; starts < 40; starts++) await live(true);
  expect(charged).toEqual([]);
});

it('hundreds under which a program was killed twice have all begun within ten seconds, few after half a second each', async () => {
  const begunAfter = async (count: number, ms: number): Promise<number> => {
    const store = new SqliteStore(':memory:');
    const clock = new ManualClock();
    const trials = new Trials({ store, clock, commit: (_, then) => then() });
    let begun = 0;
    for (let n = 0; n < count; n++)
      trials.add({
        token: `${n}`,
        key: `task/${n}`,
        losses: 2,
        begin: () => {
          begun++;
        },
        stop: () => undefined,
      });
    await Promise.resolve();
    for (let passed = 0; passed < ms; passed += 5) clock.advance(5);
    return begun;
  };
  expect(await begunAfter(400, 10_000)).toBe(400);
  expect(await begunAfter(3, 995)).toBe(2);
  expect(await begunAfter(3, 1_000)).toBe(3);
});
