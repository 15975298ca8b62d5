import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../machines/index.ts';
import { complete, running } from './task-events.ts';

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a tally', () => {
  const changes = fc.array(fc.array(fc.tuple(fc.nat(9_999), fc.nat(3)), { maxLength: 5 }), { maxLength: 30 });

  it('counts as a record does, at every moment, and through JSON', () => {
    fc.assert(fc.property(changes, countsAsARecord));
  });

  function countsAsARecord(all: readonly (readonly [number, number][])[]): void {
    const record = new Map<number, number>();
    const moments: (readonly [Tally, Record<string, number>])[] = [];
    let tally = Tally.from({});
    for (const change of all) {
      tally = tally.with(change);
      for (const [step, count] of change) record.set(step, count);
      const told = Object.fromEntries([...record].filter(([, count]) => count > 0));
      moments.push([tally, told]);
    }
    for (const [moment, told] of moments) {
      expect(asJson(moment)).toEqual(told);
      expect(asJson(Tally.from(told))).toEqual(told);
    }
  }

  it('takes what a damaged row holds for what it is', () => {
    const damaged = Tally.from({ x: 1, '-3': 2, '999999999999': 4 });
    expect([damaged.of(0), damaged.of(-3), damaged.of(999_999_999_999)]).toEqual([0, 2, 4]);
  });
});

it('is copied by the page when a step of a task of 10,000 ends, and not as a whole', () => {
  const half = 5_000;
  const task = running(2 * half, { rootCount: half });
  const seen = new Set<unknown>();
  let most = 0;
  for (let step = 0; step < half; step++) {
    task.hears(complete(`s${step}`, [[half + step, 2]]));
    const pages = Object.values(Tally.from(task.context.met).pages);
    for (const page of pages) seen.add(page);
    most = Math.max(most, pages.length, ...pages.map(({ length }) => length));
  }
  expect(seen.size).toBe(half);
  expect(most).toBeLessThanOrEqual(128);
});
