/**
 * Makes the inputs: names that mean something to JavaScript, a shell, a terminal or a path, and mangled good
 * inputs.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import fc from 'fast-check';

const NASTY = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '.',
  '..',
  '../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '%',
  '%zz',
  '%c0%af',
  '\u0000',
  '\u001b[31m',
  '\u009b31m',
  '\u202e',
  '\ud800',
  '\ufeff',
  '*',
  '>',
  'a.b',
  "' OR 1=1 --",
  '"',
  '`id`',
  '$(id)',
  '=cmd|x',
  '\r\nX-Evil: 1',
  '\n',
  '\t',
  '${payload}',
  '${payload.__proto__.x}',
  '${steps["a"].output}',
  '${ENV:PATH}',
  '${',
  '$${',
  '-1',
  '0',
  '1e999',
  'NaN',
  'null',
  'true',
  'a'.repeat(101),
  'é'.repeat(300),
  '😀',
  '𝟙',
  '1970-01-01T00:00:00Z',
  '+275760-09-13',
  '9007199254740993',
  '0x10',
];

export const nastyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 400 }),
);

const nastyScalar = fc.oneof(
  nastyText,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, 2 ** 53, -1, 1e308, 0.1 + 0.2),
);

export const nastyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    nastyScalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(nastyText, tie('value')), { maxLength: 5 }).map(fromEntries),
  ),
})).value;

/** As JSON.parse would: `__proto__` is a key. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
  );
}

const rarely = <T>(list: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant<T[]>([]) }, list);

/** A good document in which some values are nasty, some keys more, and some gone. */
export function spoilt(good: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.keys(good);
  const changes = fc.array(fc.tuple(fc.constantFrom(...keys), fc.oneof(nastyScalar, nastyJson)), {
    maxLength: 2,
  });
  const gone = rarely(fc.subarray(keys, { maxLength: 1 }));
  const more = rarely(fc.array(fc.tuple(nastyText, nastyJson), { maxLength: 1 }));
  return fc.tuple(changes, gone, more).map(([changed, without, added]) => {
    const kept = Object.entries(good).filter(([key]) => !without.includes(key));
    return fromEntries([...kept, ...changed, ...added]) as Record<string, unknown>;
  });
}

/** Deep, wide or long. */
export const giantJson: fc.Arbitrary<string> = fc.constantFrom(
  `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
  `{"name":"echo","payload":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  `{"name":"echo","payload":{"a":${'['.repeat(65)}${']'.repeat(65)}}}`,
  `{"name":"echo","payload":{"a":"${'x'.repeat(300_000)}"}}`,
  `{"name":"echo","tags":[${'"a",'.repeat(100_000)}"b"]}`,
  `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":1`).join()}}`,
  `{"tasks":[${'{"name":"echo"},'.repeat(20_000)}{"name":"echo"}]}`,
  `{"tasks":[${'{},'.repeat(200_000)}{}]}`,
  `{"name":"echo","priority":${'9'.repeat(100_000)}}`,
  `{"name":"${'\\u0000'.repeat(50_000)}"}`,
  `{"name":"w","steps":[${'{"name":"a"},'.repeat(30_000)}{"name":"a"}]}`,
);

/** Text with bytes flipped, cut, doubled or made very long. */
export function mangled(texts: readonly string[]): fc.Arbitrary<string> {
  const cut = fc.tuple(
    fc.nat(4_000),
    fc.nat(40),
    fc.oneof(
      nastyText,
      fc.constantFrom(...texts).map((text) => text.slice(0, 200)),
    ),
  );
  return fc.tuple(fc.constantFrom(...texts), fc.array(cut, { maxLength: 6 })).map(([text, cuts]) =>
    cuts.reduce((soFar, [at, length, put]) => {
      const from = soFar.length === 0 ? 0 : at % soFar.length;
      return soFar.slice(0, from) + put + soFar.slice(from + length);
    }, text),
  );
}

const UNITS = [
  ',',
  '[',
  '{',
  ']',
  '}',
  '- ',
  '-\n',
  ': ',
  'a: ',
  ':\n',
  '? ',
  '&a ',
  '*a ',
  '!a ',
  '#\n',
  '---\n',
  '%A\n',
  '"',
  "'",
  '|\n',
  '\\x',
  '\n',
  '\r',
  '\t',
  ' ',
  '@',
  '`',
  '```\n',
  '# a\n',
  '## a\n',
  '* ',
  '> ',
  '[a](b',
  '<',
  '<!--',
  '|',
  'a → b\n',
  '1. ',
  '![',
  '${',
  '${ENV:X}',
  '${payload.a',
  '\\',
  'é',
  '\u0000',
];

/** Up to a megabyte of one thing. */
export const repeated: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', 'a: ', 'name: w\nsteps: ', '# w\n', '# w\n```session-toon\n', '[', '"', 'a: "'),
    fc.constantFrom(...UNITS),
    fc.constantFrom(100, 5_000, 100_000, 1_048_000),
  )
  .map(([start, unit, length]) => start + unit.repeat(Math.floor(length / unit.length)));

/** Bytes that are no UTF-8, here and there. */
export const brokenBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(nastyText, fc.uint8Array({ maxLength: 40 }), nastyText)
  .map(([before, bytes, after]) => Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]));
