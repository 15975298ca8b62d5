// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpCall } from '../../src/workflow/definition.ts';
import { fillCall } from '../../src/workflow/http-request.ts';
import type { Scope } from '../../src/workflow/template.ts';

const call = (more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'POST',
  url: 'https://shop.example/carts',
  headers: {},
  body: null,
  ...more,
});

function fill(more: Partial<HttpCall>, scope: Partial<Scope> = {}) {
  return fillCall(call(more), { payload: {}, dependencies: {}, ...scope });
}

function filled(more: Partial<HttpCall>, payload: Scope['payload'] = {}) {
  const result = fill(more, { payload });
  if ('faults' in result) throw new Error(result.faults.map(({ message }) => message).join('; '));
  return result.request;
}

const faulty = (...codes: string[]) => ({ faults: codes.map((code) => expect.objectContaining({ code })) });

describe('a value', () => {
  it('is found by name and index in the payload and in the outputs of steps', () => {
    const url = 'https://shop.example/${payload.a.b[1].c}/${steps["Create Cart"].output.0}/${steps.y.output}';
    const scope = {
      payload: { a: { b: [0, { c: 'x' }] } },
      dependencies: { 'Create Cart': ['first'], y: true },
    };
    expect(fill({ url }, scope)).toMatchObject({ request: { url: 'https://shop.example/x/first/true' } });
  });

  it.each([
    ['../../admin', '..%2F..%2Fadmin'],
    ['a/b', 'a%2Fb'],
    ['a\\b', 'a%5Cb'],
    ['?x=1', '%3Fx%3D1'],
    ['#x', '%23x'],
    ['%2e%2e', '%252e%252e'],
    ['a b\r\n', 'a%20b%0D%0A'],
    ['größer "1"', 'gr%C3%B6%C3%9Fer%20%221%22'],
    ['…', '%E2%80%A6'],
    ['...', '...'],
    [7, '7'],
  ])('%j stays in its path segment', (id, encoded) => {
    const { url } = filled({ url: 'https://shop.example/carts/${payload.id}/lines' }, { id });
    expect(url).toBe(`https://shop.example/carts/${encoded}/lines`);
    expect(new URL(url).href).toBe(url);
  });

  it.each(['.', '..', ''])('%j cannot be a path segment at all', (id) => {
    const url = 'https://shop.example/carts/${payload.id}';
    expect(fill({ url }, { payload: { id } })).toEqual(faulty('TEMPLATE_INVALID'));
  });

  it('cannot complete a dot segment that the rest of the segment begins', () => {
    const of = (url: string, payload: Scope['payload']) => fill({ url }, { payload });
    expect(of('https://shop.example/a/.${payload.x}/b', { x: '.' })).toEqual(faulty('TEMPLATE_INVALID'));
    expect(of('https://shop.example/a/%2e${payload.x}', { x: '.' })).toEqual(faulty('TEMPLATE_INVALID'));
  });

  it('stays in its place of the query', () => {
    const { url } = filled({ url: 'https://shop.example?q=${payload.q}&n=1' }, { q: 'a&n=2+3=#/ü' });
    expect([...new URL(url).searchParams]).toEqual([
      ['q', 'a&n=2+3=#/ü'],
      ['n', '1'],
    ]);
  });

  it.each(['a\r\nX-Admin: 1', 'a\nb', 'a\0', 'größer', '\u{1f600}'])('%j does not get into a header', (x) => {
    expect(fill({ headers: { 'X-A': 'v ${payload.x}' } }, { payload: { x } })).toEqual(
      faulty('TEMPLATE_INVALID'),
    );
  });

  it('that is an object or half a character does not get into a URL', () => {
    const url = 'https://shop.example/?q=${payload.q}';
    for (const q of [{}, [1], '\ud800'])
      expect(fill({ url }, { payload: { q } })).toEqual(faulty('TEMPLATE_INVALID'));
  });

  it('that is missing is named with its place; so are all others', () => {
    const more = {
      url: 'https://shop.example/${payload.cart.id}',
      headers: { 'X-A': '${payload.a}' },
      body: { ref: '${steps.y.output.ref}', own: '${payload.toString}', list: '${payload.list.length}' },
    };
    const result = fill(more, { payload: { a: 'ü', list: [] }, dependencies: { y: null } });
    expect(result).toEqual({
      faults: [
        { code: 'TEMPLATE_INVALID', message: expect.stringMatching(/^header X-A: \$\{payload\.a\}/) },
        ...['steps.y.output.ref', 'payload.toString', 'payload.list.length', 'payload.cart.id'].map(
          (name) => ({
            code: 'TEMPLATE_MISSING',
            message: expect.stringContaining(`\${${name}} `),
          }),
        ),
      ],
    });
  });

  it('of any kind leaves scheme, host, port, and the number of segments and parameters as they were', () => {
    const url = 'https://shop.example:8443/a/${payload.p}/b?x=${payload.q}&y=1';
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (p, q) => {
        const result = fill({ url }, { payload: { p, q } });
        if ('faults' in result) return p === '' || p === '.' || p === '..';
        const { origin, pathname, searchParams, hash } = new URL(result.request.url);
        const [, a, segment = '', b, ...more] = pathname.split('/');
        expect([origin, a, b, more, hash]).toEqual(['https://shop.example:8443', 'a', 'b', [], '']);
        expect(decodeURIComponent(segment)).toBe(p);
        expect([...searchParams]).toEqual([
          ['x', q],
          ['y', '1'],
        ]);
        return true;
      }),
    );
  });
});

describe('a body', () => {
  it('is JSON, where a reference that stands alone keeps its type and others become text', () => {
    const body = {
      whole: '${payload.cart}',
      nothing: '${payload.none}',
      text: 'cart ${payload.cart.id}: "${payload.name}"',
      cart: ['as ${payload.cart}'],
      '${payload.name}': '$${payload.name}',
    };
    const payload = { cart: { id: 7 }, none: null, name: 'O"Neil' };
    const request = filled({ body }, payload);
    expect(request.headers).toEqual({ 'content-type': 'application/json' });
    expect(JSON.parse(request.body ?? '')).toEqual({
      whole: { id: 7 },
      nothing: null,
      text: 'cart 7: "O"Neil"',
      cart: ['as {"id":7}'],
      'O"Neil': '${payload.name}',
    });
  });

  it('that is one reference is what the value is', () => {
    const json = { 'Content-Type': 'application/json' };
    expect(filled({ body: '${payload.x}' }, { x: [1] })).toMatchObject({
      body: '[1]',
      headers: { 'content-type': 'application/json' },
    });
    expect(filled({ body: '${payload.x}' }, { x: 'hi' })).toMatchObject({
      body: 'hi',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect(filled({ body: '${payload.x}', headers: json }, { x: 'hi' })).toMatchObject({
      body: '"hi"',
      headers: json,
    });
  });

  it('that is a text takes values encoded for its type', () => {
    const as = (type: string, body: string) =>
      filled({ headers: { 'content-type': type }, body }, { x: '<a b="1">&' }).body;
    expect(as('text/plain', '=${payload.x}')).toBe('=<a b="1">&');
    expect(as('application/x-www-form-urlencoded', 'x=${payload.x}&y=1')).toBe(
      'x=%3Ca%20b%3D%221%22%3E%26&y=1',
    );
    expect(as('application/soap+xml; charset=utf-8', '<x>${payload.x}</x>')).toBe(
      '<x>&lt;a b=&quot;1&quot;&gt;&amp;</x>',
    );
  });

  it('that is a mapping is sent as a form when it says so', () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = { amount: '${payload.amount}', note: 'for ${payload.who}' };
    const request = filled({ headers, body }, { amount: 1999, who: 'a&b=c' });
    expect(request).toMatchObject({ headers, body: 'amount=1999&note=for+a%26b%3Dc' });
    expect(fill({ headers, body: { a: [1] } })).toEqual(faulty('TEMPLATE_INVALID'));
  });
});
