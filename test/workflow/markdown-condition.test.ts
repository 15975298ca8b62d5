import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds } from '../../src/workflow/condition.ts';
import type { Condition } from '../../src/workflow/definition.ts';
import { parseCondition } from '../../src/workflow/markdown/condition.ts';

function parsed(text: string): Condition {
  const result = parseCondition(text);
  if ('fault' in result) throw new Error(`${text}: ${result.fault}`);
  return result.condition;
}
const fault = (text: string) => {
  const result = parseCondition(text);
  return 'fault' in result ? result.fault : null;
};
const is = (...path: string[]): Condition => ({ op: 'is', value: { step: null, path } });
const equals = (name: string, to: string | number | boolean | null): Condition => ({
  op: 'equals',
  value: { step: null, path: [name] },
  to,
});

describe('a number in a condition', () => {
  test.each(['9007199254740993', '-12345678901234567890', '0.12345678901234567890'])(
    '%s is refused',
    (number) => {
      expect(fault(`total == ${number}`)).toContain(`${number.slice(0, 40)} is no number that JSON can keep`);
      expect(parsed(`total == "${number}"`)).toEqual(equals('total', number));
    },
  );
});

describe('a condition', () => {
  test('asks whether a name is there, or its part', () => {
    expect(parsed('in_stock')).toEqual(is('in_stock'));
    expect(parsed('order.total')).toEqual(is('order', 'total'));
    expect(parsed('`in_stock`')).toEqual(is('in_stock'));
  });

  test.each([
    ['"two words"', 'two words'],
    ["'it → there'", 'it → there'],
    ['“curly”', 'curly'],
    ['""', ''],
    ['"true"', 'true'],
    ['bare-word', 'bare-word'],
    ['5', 5],
    ['-0.5', -0.5],
    ['1.2.3', '1.2.3'],
    ['true', true],
    ['False', false],
    ['null', null],
  ])('compares with %s', (text, value) => {
    expect(parsed(`name == ${text}`)).toEqual(equals('name', value));
    expect(parsed(`name=${text}`)).toEqual(equals('name', value));
    expect(parsed(`name != ${text}`)).toEqual({ op: 'not', of: equals('name', value) });
  });

  test('says no with ! and not, which bind closer than and, which binds closer than or', () => {
    expect(parsed('!a')).toEqual({ op: 'not', of: is('a') });
    expect(parsed('NOT a and b')).toEqual({ op: 'and', of: [{ op: 'not', of: is('a') }, is('b')] });
    expect(parsed('a || b && c')).toEqual({ op: 'or', of: [is('a'), { op: 'and', of: [is('b'), is('c')] }] });
    expect(parsed('(a or b) and c')).toEqual({
      op: 'and',
      of: [{ op: 'or', of: [is('a'), is('b')] }, is('c')],
    });
    expect(parsed('a and b and c')).toEqual({ op: 'and', of: [is('a'), is('b'), is('c')] });
  });

  test.each([
    ['', /ends where a name/],
    ['a and', /ends where a name/],
    ['a ==', /ends where a value/],
    ['(a', /bracket is not closed/],
    ['a)', /expected and, or/],
    ['in stock', /where "stock" is.*quotes/],
    ['a == in stock', /where "stock" is.*quotes/],
    ['a > 5', /where ">" is/],
    ['"a" == b', /expected the name of a value where "a"/],
    ['a == "b', /quote is not closed/],
    ['a == (b)', /expected a value where "\("/],
    ['!'.repeat(50), /at most 10 deep/],
    ['('.repeat(100_000), /at most 10 deep/],
    [`${'a'.repeat(256)} == 5`, /at most 255 characters; "a+…" has 256/],
  ])('%s cannot be read', (text, message) => {
    expect(fault(text)).toMatch(message);
  });

  test('means what JavaScript means by the same words', () => {
    const names = ['a', 'b', 'c'] as const;
    const expression = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom(...names),
        tie('any').map((inner) => `!(${inner})`),
        fc.tuple(tie('any'), fc.constantFrom('&&', '||'), tie('any')).map(([a, op, b]) => `${a} ${op} ${b}`),
        tie('any').map((inner) => `(${inner})`),
      ),
    })).any;
    const values = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });
    fc.assert(
      fc.property(expression, values, (text, world) => {
        const said = new Function(...names, `return ${text}`)(world.a, world.b, world.c);
        expect(holds(parsed(text), () => world)).toBe(said);
      }),
    );
  });

  test('never throws, whatever it says', () => {
    const word = fc.constantFrom(
      'a',
      'and',
      'or',
      'not',
      '!',
      '(',
      ')',
      '==',
      '!=',
      '=',
      '"',
      "'",
      '5',
      ' ',
      '`',
      '→',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          parseCondition(text);
        },
      ),
    );
  });
});
