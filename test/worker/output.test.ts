/** An output is what JSON makes of it, at once and not only after a restart, or it is refused for good. */

import { expect, it } from 'vitest';
import { completed } from '../../src/worker/output.ts';

const circle: Record<string, unknown> = {};
circle['self'] = circle;
const throwing = {
  toJSON() {
    throw new Error('not me');
  },
};

class Order {
  readonly id = 7;
}
class Sealed {
  readonly #state = 1;
  state(): number {
    return this.#state;
  }
}

it.each([
  [
    { at: new Date(0), gone: undefined, url: new URL('https://shop.example/a'), order: new Order() },
    { at: '1970-01-01T00:00:00.000Z', url: 'https://shop.example/a', order: { id: 7 } },
  ],
  [Buffer.from('x'), { type: 'Buffer', data: [120] }],
  [{ toJSON: () => ({ toJSON: 'kept', at: 1 }) }, { toJSON: 'kept', at: 1 }],
  [{ a: { toJSON: () => undefined }, b: 1 }, { b: 1 }],
  [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  [Object.defineProperty({ a: 1 }, Symbol('mark'), { value: 1 }), { a: 1 }],
  [null, null],
  ['text', 'text'],
  [-0.5, -0.5],
])('%j becomes %j', (output, stored) => {
  const outcome = completed('token', output);
  expect(outcome).toEqual({ token: 'token', status: 'complete', output: stored });
  expect(outcome).toEqual(JSON.parse(JSON.stringify(outcome)));
});

it('has no negative zero, which JSON has not', () => {
  const outcome = completed('token', { low: -0 });
  expect(outcome).toEqual({ token: 'token', status: 'complete', output: { low: 0 } });
});

it.each([
  ['a Map', new Map([['a', 1]]), 'it is a Map'],
  ['a Set inside', { ids: [new Set([1])] }, '/ids/0 is a Set'],
  ['a subclass of Map', { m: new (class Index extends Map {})() }, '/m is a Map'],
  ['NaN', { sum: Number.NaN }, '/sum is NaN'],
  ['an infinite number', [Number.NEGATIVE_INFINITY], '/0 is -Infinity'],
  ['a hole in a list', [1, undefined], '/1 is undefined'],
  ['a promise', { 'a/b': Promise.resolve(1) }, '/a~1b is a promise'],
  [
    'a promise as Node marks it',
    Object.assign(Promise.resolve(1), { [Symbol('async_id')]: 1 }),
    'it is a promise',
  ],
  ['a generator', (function* () {})(), 'it is a generator'],
  ['an asynchronous generator', { rows: (async function* () {})() }, '/rows is a generator'],
  ['an error', { cause: new TypeError('x') }, '/cause is an error'],
  ['a Response', new Response('x'), 'it '],
  ['a regular expression', { by: /x/ }, '/by is a regular expression'],
  ['bytes', { image: new Uint8Array(3) }, '/image is binary data'],
  ['a function', { run: () => 1 }, '/run is a function'],
  ['a symbol as a key', { a: { [Symbol('k')]: 1 } }, '/a has the key Symbol(k)'],
  ['private state', { s: new Sealed() }, '/s is an object of class Sealed'],
  ['search parameters', new URLSearchParams('a=1'), 'it is an object of class URLSearchParams'],
  ['an invalid date', { at: new Date(Number.NaN) }, '/at is an invalid date'],
  ['a boxed number', { n: Object(1) }, '/n is a boxed primitive'],
  ['what a toJSON gives', { a: { toJSON: () => ({ b: new Map() }) } }, '/a/b is a Map'],
  [
    'a getter that throws',
    {
      list: [
        {
          get a() {
            throw new Error('not now');
          },
        },
      ],
    },
    '/list/0/a cannot be read: not now',
  ],
])('%s would be changed by JSON, and is refused with its place', (_, output, place) => {
  expect(completed('token', output)).toMatchObject({
    status: 'failed',
    error: { code: 'OUTPUT_NOT_JSON', retryable: false, message: expect.stringContaining(`: ${place}`) },
  });
});

it('of few objects that share each other is known to be too large without being written', () => {
  let shared: unknown = ['x'];
  for (let level = 0; level < 60; level++) shared = [shared, shared];
  expect(completed('token', shared)).toMatchObject({ error: { code: 'OUTPUT_TOO_LARGE' } });
});

it('is a copy: what a handler does to it later changes nothing', () => {
  const output = { count: 1 };
  const outcome = completed('token', output);
  output.count = 2;
  expect(outcome).toMatchObject({ output: { count: 1 } });
});

it.each([
  ['nothing', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a big integer', 10n],
  ['a circle', circle],
  ['an object whose toJSON throws', throwing],
])('%s is no JSON, and never will be', (_, output) => {
  expect(completed('token', output)).toMatchObject({
    token: 'token',
    status: 'failed',
    error: { code: 'OUTPUT_NOT_JSON', retryable: false },
  });
});

it.each([
  ['lists', (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`],
  ['objects', (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`],
])('may nest 64 %s, and not one more; brackets in texts do not count', (_, nested) => {
  const outcome = (levels: number) => completed('token', JSON.parse(nested(levels)));
  expect(outcome(64)).toMatchObject({ status: 'complete' });
  expect(outcome(65)).toMatchObject({
    status: 'failed',
    error: { code: 'OUTPUT_TOO_DEEP', retryable: false },
  });
  expect(completed('token', [`"\\${'[{'.repeat(100)}`])).toMatchObject({ status: 'complete' });
});
