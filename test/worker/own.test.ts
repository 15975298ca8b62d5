/** Many attempts get the same value, each as its own: it acts as a copy, and is hardly ever copied. */

import { deepStrictEqual } from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobText } from '../../src/jobs/job-text.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { asOwn, makeOwn } from '../../src/worker/own.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';

const crowd = (count: number): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index]));

/** Its members stand in front of so many others that it is not copied. */
const large = (members: object): Record<string, unknown> => ({
  ...structuredClone(members),
  crowd: crowd(300),
});

/** Counts how often its members are read, in whatever way. */
function counted(base: object): { value: Record<string, unknown>; reads: () => number } {
  let reads = 0;
  const value = new Proxy(base as Record<string, unknown>, {
    get: (target, key) => {
      reads++;
      return target[key as string];
    },
    ownKeys: (target) => {
      const keys = Reflect.ownKeys(target);
      reads += keys.length;
      return keys;
    },
  });
  return { value, reads: () => reads };
}

/** A change somewhere in a value: the keys to go down by, and what to do there. */
interface Change {
  readonly path: readonly number[];
  readonly what: 'set' | 'add' | 'delete' | 'sort' | 'push' | 'splice' | 'define' | 'assign';
  readonly value: unknown;
}

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    path: fc.array(fc.nat(5), { maxLength: 4 }),
    what: fc.constantFrom('set', 'add', 'delete', 'sort', 'push', 'splice', 'define', 'assign'),
    value: fc.jsonValue({ maxDepth: 2 }),
  }),
  { maxLength: 8 },
);

function apply(root: Record<string, unknown>, { path, what, value: given }: Change): void {
  const value: unknown = structuredClone(given);
  let at: Record<string, unknown> = root;
  for (const step of path) {
    const members = Object.values(at).filter((member) => typeof member === 'object' && member !== null);
    const next = members[step % Math.max(1, members.length)];
    if (next === undefined) break;
    at = next as Record<string, unknown>;
  }
  const [first = 'none'] = Object.keys(at);
  if (what === 'set') at[first] = value;
  else if (what === 'add') at['added'] = value;
  else if (what === 'delete') delete at[first];
  else if (what === 'define')
    Object.defineProperty(at, 'defined', { value, enumerable: true, writable: true, configurable: true });
  else if (what === 'assign') Object.assign(at, { one: value });
  else if (!Array.isArray(at)) return;
  else if (what === 'sort') at.sort();
  else if (what === 'push') at.push(value, value);
  else at.splice(0, 1, value);
}

describe('a value of one’s own', () => {
  it('looks and changes as a copy would, and what it was made of stays as it is', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.boolean(),
        changes,
        (members, isLarge, all) => {
          const base = isLarge ? large(members) : structuredClone(members);
          const before = JSON.stringify(base);
          const [copy, own, other] = [structuredClone(base), asOwn(base), asOwn(base)];
          for (const change of all) {
            apply(copy, change);
            apply(own, change);
            expect(JSON.stringify(own)).toBe(JSON.stringify(copy));
          }
          deepStrictEqual(own, copy);
          expect(JSON.stringify(base)).toBe(before);
          expect(JSON.stringify(other)).toBe(before);
        },
      ),
    );
  });

  it('has the same members each time one looks, and is an array where its base is one', () => {
    const own = asOwn(large({ list: [{ id: 1 }, { id: 2 }] })) as { list: { id: number }[] };
    expect(own.list).toBe(own.list);
    expect(Array.isArray(own.list)).toBe(true);
    expect(own.list.map(({ id }) => id)).toEqual([1, 2]);
    expect([...own.list, { id: 3 }]).toHaveLength(3);
    expect(Object.isFrozen(Object.freeze(own))).toBe(true);
  });

  it('is printed as what it is, before and after it was changed', () => {
    const base = large({ list: [1, 2], inner: { deep: { kept: true } } });
    const [own, copy] = [asOwn(base), structuredClone(base)];
    const printed = (value: unknown): string => inspect(value, { depth: 9 });
    expect(printed(own)).toBe(printed(copy));
    for (const each of [own, copy] as { list: number[]; inner: { deep: Record<string, unknown> } }[]) {
      each.inner.deep['more'] = 1;
      each.list.push(3);
    }
    expect(printed(own)).toBe(printed(copy));
  });

  it('keeps a member called __proto__ as data', () => {
    for (const text of [
      '{"__proto__":{"x":1}}',
      JSON.stringify(large({})).replace('{', '{"__proto__":{"x":1},'),
    ]) {
      const own = asOwn(JSON.parse(text)) as Record<string, unknown>;
      own['more'] = 1;
      expect(Object.keys(own)).toContain('__proto__');
      expect(own['x']).toBeUndefined();
    }
  });

  it('costs a reader of one member one read, however large it is', () => {
    const { value, reads } = counted(crowd(10_000));
    asOwn(value);
    const before = reads();
    for (let attempt = 0; attempt < 1_000; attempt++) expect(asOwn(value)[`key${attempt}`]).toBe(attempt);
    expect(reads() - before).toBe(1_000);
  });
});

const job = {
  ...{ taskId: 't', step: 's', attempt: 1, token: 'k', tenantId: 'default', handler: 'h' },
  ...{ with: {}, idempotencyKey: 't/s', deadline: '2030-01-01T00:00:00.000Z' },
};

describe('a job', () => {
  it('as JSON is what it is, and writes a large value once for all that hold it', () => {
    let written = 0;
    const payload = { ...crowd(300), toJSON: undefined };
    const value = (): object => {
      written++;
      return crowd(300);
    };
    Object.defineProperty(payload, 'toJSON', { value, enumerable: false });
    const output = { small: true };
    for (let attempt = 1; attempt <= 100; attempt++) {
      const text = jobText(
        { ...job, attempt, payload, dependencies: { first: output } },
        { outcomeTo: 'there' },
      );
      expect(JSON.parse(text)).toEqual({
        ...{ ...job, attempt, payload: crowd(300) },
        ...{ dependencies: { first: output }, outcomeTo: 'there' },
      });
    }
    expect(written).toBe(1);
  });

  it('given to a handler is its own: what one does to its job no other sees', async () => {
    const seen: unknown[] = [];
    const payload = large({ list: [3, 1, 2], name: 'order' });
    const run =
      (name: string) =>
      ({ payload: own, dependencies }: HandlerContext): unknown => {
        const [list, first] = [
          own['list'] as number[],
          dependencies['first'] as { found: number[] } | undefined,
        ];
        seen.push([name, [...list], own['name'], first === undefined ? null : [...first.found]]);
        list.sort();
        Object.assign(own, { name: `changed by ${name}` });
        first?.found.push(9);
        return { found: [7] };
      };
    const names = ['first', 'left', 'right'];
    const troupe = await startTroupe({
      handlers: handlers(Object.fromEntries(names.map((name) => [name, run(name)]))),
      workflows: [workflow('Order', [step('first'), step('left', ['first']), step('right', ['first'])])],
    });
    const { taskId } = await troupe.submit(request('Order', { payload }));
    await taskFact(troupe, taskId, 'complete');
    expect(seen).toEqual([
      ['first', [3, 1, 2], 'order', null],
      ['left', [3, 1, 2], 'order', [7]],
      ['right', [3, 1, 2], 'order', [7]],
    ]);
  });
});

it('a job keeps what it is about when it becomes one’s own', () => {
  const own = makeOwn({ ...job, payload: { a: 1 }, dependencies: { first: null, second: [1] } });
  expect(own).toEqual({ ...job, payload: { a: 1 }, dependencies: { first: null, second: [1] } });
});
