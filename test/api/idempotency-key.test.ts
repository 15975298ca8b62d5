import { expect, test } from 'vitest';
import { idempotencyKey } from '../../src/api/idempotency-key.ts';

test.each([
  ['order-1', 'order-1'],
  ['"order-1"', 'order-1'],
  ['"order 1, again"', 'order 1, again'],
  ['"say \\"hi\\" \\\\"', 'say "hi" \\'],
  ['  order-1  ', 'order-1'],
])('the header %s means the key %s', (header, key) => {
  expect(idempotencyKey(header, null)).toBe(key);
});

test.each(['', '""', '"open', 'a, b', 'a b', '"a\\b"', 'é', '"a" "b"', 'k'.repeat(256)])(
  'the header %j is refused',
  (header) => {
    expect(() => idempotencyKey(header, null)).toThrow(
      expect.objectContaining({ code: 'INVALID_IDEMPOTENCY_KEY' }),
    );
  },
);

test('header and body may agree but not differ', () => {
  expect(idempotencyKey('"a"', 'a')).toBe('a');
  expect(idempotencyKey(undefined, 'a')).toBe('a');
  expect(idempotencyKey(undefined, null)).toBeNull();
  expect(() => idempotencyKey('a', 'b')).toThrow(expect.objectContaining({ kind: 'invalid' }));
});
