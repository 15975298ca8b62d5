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

it.each([
  [
    { at: new Date(0), gone: undefined, many: new Set([1]) },
    { at: '1970-01-01T00:00:00.000Z', many: {} },
  ],
  [
    [undefined, Number.NaN, Number.POSITIVE_INFINITY],
    [null, null, null],
  ],
  [Number.NaN, null],
  [Number.NEGATIVE_INFINITY, null],
  [null, null],
  ['text', 'text'],
  [-0.5, -0.5],
])('%j becomes %j', (output, stored) => {
  const outcome = completed('token', output);
  expect(outcome).toEqual({ token: 'token', status: 'complete', output: stored });
  expect(outcome).toEqual(JSON.parse(JSON.stringify(outcome)));
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
