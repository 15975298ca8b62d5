/** JSON from outside is kept to the digit and to the key, or refused with where it would not be. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { isKept } from '../../src/workflow/number-text.ts';
import { parseJson, parseOwnJson } from '../../src/workflow/strict-json.ts';

function refusalOf(text: string): Refusal | null {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
const pointers = (text: string) => refusalOf(text)?.faults.map(({ pointer }) => pointer) ?? [];

describe('a number', () => {
  it.each(['0', '-0', '0.0', '-0.0', '1.0', '0.10', '1e2', '1E+2', '100e-2', '0e999', '1e21', '5e-324'])(
    '%s is taken: what is read denotes the same',
    (literal) => {
      expect(parseJson(`{"n":${literal}}`)).toEqual({ n: Number(literal) });
    },
  );

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '0.1',
    '1.7976931348623157e308',
    '-1.5e-7',
    '9.007199254740992E15',
  ])('%s is taken, large or small, since a double is exactly what is written', (literal) => {
    expect(refusalOf(literal)).toBeNull();
  });

  it.each([
    '9007199254740992',
    '-9007199254740992',
    '1152921504606847000',
    '123456789012345680000',
    '9007199254740992.0',
  ])('%s is taken from programs of ours alone: elsewhere it may stand for one beside it', (literal) => {
    expect(refusalOf(literal)).toMatchObject({ code: 'INEXACT_NUMBER' });
    expect(parseOwnJson(literal)).toBe(Number(literal));
    expect(() => parseOwnJson('9007199254740993')).toThrow(Refusal);
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '1e400',
    '-1e400',
    '1e-400',
    '0.12345678901234567890',
    '3.141592653589793238',
    '1.00000000000000000001',
    '9007199254740993.0',
    '1e999999999999999999999',
  ])('%s is refused', (literal) => {
    const refusal = refusalOf(`{"a":[true,{"n":${literal}}]}`);
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'INEXACT_NUMBER' });
    expect(refusal?.faults).toEqual([
      {
        pointer: '/a/1/n',
        message: `${literal} is no number that JSON can keep; put it in quotes if it is a text`,
      },
    ]);
  });

  it('is kept when it is one that JSON itself wrote', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(isKept(JSON.stringify(value))).toBe(true);
      }),
    );
  });

  it('is kept exactly when the double, written out, has the same digits', () => {
    // Below 10^21 JavaScript writes whole numbers without an exponent.
    const wholes = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(
      fc.property(wholes, (whole) => {
        expect(isKept(String(whole))).toBe(BigInt(String(Number(whole))) === whole);
      }),
    );
  });

  it('within a text is no number', () => {
    expect(parseJson('{"n":"9007199254740993","1e400":"a:b,\\"c\\\\"}')).toEqual({
      n: '9007199254740993',
      '1e400': 'a:b,"c\\',
    });
  });
});

describe('a key', () => {
  it.each([
    ['{"a":1,"a":2}', ['/a']],
    ['{"a":1,"\\u0061":1}', ['/a']],
    ['{"p":{"x":1,"y":2,"x":3}}', ['/p/x']],
    ['[{},{"k":[],"k":{}}]', ['/1/k']],
    ['{"":1,"":2}', ['/']],
    ['{"__proto__":1,"__proto__":2}', ['/__proto__']],
    ['{"constructor":1,"constructor":1}', ['/constructor']],
    ['{"a/b":1,"a~b":2,"a\\/b":3,"a~b":4}', ['/a~1b', '/a~0b']],
    ['{"a":1,"a":2,"a":3}', ['/a', '/a']],
    ['{"a":{"b":1},"a":{"b":9007199254740993}}', ['/a', '/a/b']],
  ])('given twice is refused where it comes again: %s', (text, expected) => {
    expect(pointers(text)).toEqual(expected);
  });

  it('given twice has a code of its own', () => {
    expect(refusalOf('{"name":"a","name":"a"}')).toMatchObject({
      kind: 'invalid',
      code: 'DUPLICATE_KEY',
      faults: [{ pointer: '/name', message: 'the key "name" is given twice' }],
    });
  });

  it.each(['{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":1,"A":1,"a ":1}', '{"\u00e9":1,"e\u0301":2}'])(
    'that only looks the same is another: %s',
    (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    },
  );

  it('called __proto__ is a key like any other', () => {
    const value = parseJson('{"__proto__":{"polluted":true},"b":{"__proto__":null}}') as Record<
      string,
      unknown
    >;
    expect(Object.keys(value)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('a text', () => {
  it('is read as JSON.parse reads it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (text) => {
        expect(JSON.stringify(parseOwnJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps half a surrogate pair as it came', () => {
    expect(JSON.stringify(parseJson('["\\ud83d","\\udc00x"]'))).toBe('["\\ud83d","\\udc00x"]');
  });

  it('with a key doubled anywhere is refused', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), {
      minKeys: 1,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(objects, fc.nat(), (object, pick) => {
        const keys = Object.keys(object);
        const key = JSON.stringify(keys[pick % keys.length]);
        const text = `${JSON.stringify({ a: [object] }).slice(0, -3)},${key}:0}]}`;
        expect(() => parseOwnJson(text)).toThrow(expect.objectContaining({ code: 'DUPLICATE_KEY' }));
      }),
      { numRuns: 30 },
    );
  });

  it.each(['', '{', '{"a":1,}', "{'a':1}", '01', '+1', 'NaN', '{"a":1}{"a":1}', '"a\nb"'])(
    'that is no JSON is that first of all: %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it('that is very deep or holds very many mistakes is refused in few words', () => {
    const deep = `${'['.repeat(50_000)}1e400${']'.repeat(50_000)}`;
    const many = `[${Array.from({ length: 5_000 }, () => '1e400').join()}]`;
    const long = `[${Array.from({ length: 30 }, () => '9'.repeat(10_000)).join()}]`;
    for (const text of [deep, many, long]) {
      const refusal = refusalOf(text);
      expect(refusal?.code).toBe('INEXACT_NUMBER');
      expect(JSON.stringify(refusal?.faults).length).toBeLessThan(500_000);
    }
    expect(pointers(many)).toHaveLength(50);
  });
});
