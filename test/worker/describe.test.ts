/** Whatever is thrown is described: with its reason, within bounds, and without throwing again. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { runInNewContext } from 'node:vm';
import { expect, describe as group, it } from 'vitest';
import { describe } from '../../src/worker/describe.ts';
import { PermanentError, RetryableError } from '../../src/worker/errors.ts';
import { OUTCOME_LIMITS } from '../../src/worker/outcome-limits.ts';

const circle: Record<string, unknown> = { a: 1 };
circle['self'] = circle;

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const hostile = new Proxy(new Error('hidden'), {
  get() {
    throw new Error('no');
  },
  ownKeys() {
    throw new Error('no');
  },
  getPrototypeOf() {
    throw new Error('no');
  },
});

group('anything thrown', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['a text', 'out of paper', 'out of paper'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a big integer', 10n, '10'],
    ['a function', function broken() {}, '[function broken]'],
    ['an object without prototype', Object.assign(Object.create(null), { status: 402 }), '{"status":402}'],
    ['a circle', circle, '{"a":1,"self":{"a":1,"self":"[circular]"}}'],
    ['a list', [1, 'two'], '[1,"two"]'],
    ['a Map', new Map([['a', 1]]), 'Map [["a",1]]'],
    ['a Response', new Response('x', { status: 404 }), `${Response.name} {"status":404`],
    ['a revoked proxy', revoked(), 'an object that cannot be read'],
    ['a proxy that throws', hostile, 'an object that cannot be read'],
    ['an error whose message is an object', Object.assign(new Error('x'), { message: { a: 1 } }), '{"a":1}'],
    [
      'an error whose message is undefined',
      Object.assign(new Error('x'), { message: undefined }),
      'the error has no message',
    ],
    ['an error whose message is a number', Object.assign(new Error('x'), { message: 42 }), '42'],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('no');
        },
      }),
      'the error has no message',
    ],
    ['an error of another realm', runInNewContext('new TypeError("far")'), 'far'],
  ])('is told in words: %s', (_, thrown, message) => {
    const error = describe(thrown);
    expect(error.message.startsWith(message), error.message).toBe(true);
    expect(error).toMatchObject({ retryable: true, code: null });
    expect(typeof error.name).toBe('string');
    expect(JSON.parse(JSON.stringify(error))).toEqual(error);
    expect(JSON.stringify(error)).not.toContain('[object');
  });

  it('has a name that is text, whatever it was', () => {
    expect(describe(Object.assign(new Error('m'), { name: 7 })).name).toBe('Error');
    expect(describe(Object.assign(new RangeError('m'), { name: '' })).name).toBe('RangeError');
    expect(describe(Object.assign(new Error('m'), { name: Symbol('s') })).name).toBe('Error');
  });

  it('of a plain object gives its message, code and name, and its other fields as details', () => {
    expect(describe({ code: 'E_CARD', message: 'card declined', name: 'CardError', amount: 5 })).toEqual({
      name: 'CardError',
      message: 'card declined',
      code: 'E_CARD',
      retryable: true,
      details: { amount: 5 },
    });
  });

  it.each([
    [11_000, '11000'],
    ['E', 'E'],
    [Number.NaN, null],
    ['', null],
    [{}, null],
  ])('with the code %j has the code %j', (code, told) => {
    expect(describe(Object.assign(new Error('m'), { code })).code).toBe(told);
  });
});

group('an error', () => {
  it('keeps the fields it was given, and none of its secrets', () => {
    const error = Object.assign(new Error('m'), {
      statusCode: 402,
      config: { headers: { Authorization: 'Bearer s3cret' }, url: 'https://pay.example' },
    });
    const described = describe(error);
    expect(described.details).toMatchObject({ statusCode: 402, config: { url: 'https://pay.example' } });
    expect(JSON.stringify(described)).not.toContain('s3cret');
  });

  it('of ours keeps its details to the letter, and what a class of the user adds', () => {
    class Declined extends PermanentError {
      readonly bank = 'north';
    }
    expect(describe(new PermanentError('no', { details: { card: [1, null] } })).details).toEqual({
      card: [1, null],
    });
    expect(describe(new Declined('no', { details: { card: 7 } }))).toMatchObject({
      retryable: false,
      details: { card: 7, bank: 'north' },
    });
    const retryable = describe(new RetryableError('busy', { retryAfter: 7, details: 'text' }));
    expect(retryable).toMatchObject({ retryAfter: 7, details: 'text', retryable: true });
  });

  it('keeps where it was thrown, without the frames of Node', () => {
    const { stack } = describe(new TypeError('bug'));
    expect(stack).toMatch(/^TypeError: bug\n +at .*describe\.test\.ts:\d+:\d+/);
    expect(stack).not.toContain('node:internal');
  });

  it('keeps the frames of the user before those of installed packages', () => {
    const frame = (file: string) => `    at work (${file}:1:2)`;
    const installed = Array.from({ length: 60 }, (_, n) => frame(`/app/node_modules/lib/${n}.js`));
    const stack = [
      'Error: m',
      ...installed,
      frame('/app/handlers/pay.ts'),
      frame('/app/node_modules/troupe/x.js'),
    ];
    expect(describe(Object.assign(new Error('m'), { stack: stack.join('\n') })).stack).toBe(
      [
        'Error: m',
        frame('/app/handlers/pay.ts'),
        frame('/app/node_modules/troupe/x.js'),
        '    … [cut: 60 more frames]',
      ].join('\n'),
    );
  });

  it('keeps the chain of its causes, whatever they are, up to where it closes', () => {
    const socket = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', port: 1 });
    const top = new Error('query failed', { cause: new Error('no connection', { cause: socket }) });
    Object.assign(socket, { cause: top });
    expect(describe(top).causes).toMatchObject([
      { message: 'no connection', code: null },
      { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', details: { port: 1 } },
    ]);
    expect(describe(new Error('m', { cause: 'a text' })).causes).toMatchObject([{ message: 'a text' }]);
    expect(describe(new PermanentError('m', { cause: { status: 402 } })).causes).toMatchObject([
      { details: { status: 402 } },
    ]);
    expect(describe(new Error('m', { cause: null }))).not.toHaveProperty('causes');
  });

  it('that holds others keeps them, each with what stands behind it', () => {
    const inner = [new Error('first', { cause: new Error('deep reason') }), 'second'];
    const error = describe(new AggregateError(inner, ''));
    expect(error).toMatchObject({
      name: 'AggregateError',
      message: 'first; second',
      errors: [{ message: 'first' }, { message: 'second' }],
    });
    expect(JSON.stringify(error.errors)).toContain('deep reason');
    const behind = describe(
      new Error('all failed', { cause: new AggregateError([new Error('one of them')]) }),
    );
    expect(JSON.stringify(behind.causes)).toContain('one of them');
  });

  it('of a call that found nobody says what the network said', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const error = await fetch(`http://127.0.0.1:${port}/`).catch(describe);
    expect(error).toMatchObject({
      message: 'fetch failed',
      causes: [{ code: 'ECONNREFUSED', details: { port, syscall: 'connect' } }],
    });
  });

  it('that holds itself ends', () => {
    const error = new AggregateError([], '');
    error.errors.push(error);
    expect(describe(error)).toMatchObject({ name: 'AggregateError', errors: [{ name: 'AggregateError' }] });
  });
});

group('what is too long', () => {
  const { nameCharacters, messageCharacters, codeCharacters, stackCharacters, errorBytes } = OUTCOME_LIMITS;

  it('is cut, part by part, and each names its limit', () => {
    const huge = 'é'.repeat(100_000);
    const { name, message, code, stack } = describe({ name: huge, message: huge, code: huge, stack: huge });
    for (const [text, limit] of [
      [name, nameCharacters],
      [message, messageCharacters],
      [code ?? '', codeCharacters],
      [stack ?? '', stackCharacters],
    ] as const) {
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text).toContain(`at most ${limit}`);
    }
  });

  it('is cut in details, fields, causes and inner errors', () => {
    const list = Array.from({ length: 1_000_000 }, (_, index) => index);
    const fields = JSON.stringify(
      describe(Object.assign(new Error('m'), { list, text: 'x'.repeat(1_000_000) })),
    );
    expect(fields.length).toBeLessThan(OUTCOME_LIMITS.fieldsBytes);
    expect(fields).toContain('[cut: ');
    const given = describe(new PermanentError('m', { details: { list } })).details;
    expect(JSON.stringify(given).length).toBeLessThan(OUTCOME_LIMITS.detailsBytes * 1.1);
    expect(JSON.stringify(given)).toContain(`at most ${OUTCOME_LIMITS.detailsBytes} bytes`);
    let cause = new Error('0');
    for (let n = 1; n < 50; n++) cause = new Error(String(n), { cause });
    expect(describe(cause).causes?.at(-1)?.message).toContain('at most 8');
    const many = new AggregateError(Array.from({ length: 100 }, () => new Error('m')));
    expect(describe(many).errors?.at(-1)?.message).toBe('[cut: 92 more inner errors; at most 8 are kept]');
  });

  it('is cut once more as a whole', () => {
    const text = '\u0001'.repeat(8_000);
    const heavy = () => Object.assign(new Error(text), { stack: text, code: text, text });
    const error = describe(
      Object.assign(new AggregateError(Array.from({ length: 20 }, heavy), text, { cause: heavy() }), {
        name: 'PermanentError',
        details: { text: 'x'.repeat(250_000) },
      }),
    );
    expect(Buffer.byteLength(JSON.stringify(error))).toBeLessThanOrEqual(errorBytes);
  });

  it('is nested at most as deep as JSON may be', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(JSON.stringify(describe(new PermanentError('m', { details: deep })).details)).toContain(
      'nested deeper',
    );
  });
});
