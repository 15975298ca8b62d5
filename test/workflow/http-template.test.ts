// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import type { HttpCall } from '../../src/workflow/definition.ts';
import { templateFaults, textsIn } from '../../src/workflow/http-template.ts';
import { outputsIn } from '../../src/workflow/template.ts';
import { step, workflow } from '../support.ts';

const call = (more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'GET',
  url: 'https://shop.example/carts',
  headers: {},
  body: null,
  ...more,
});

const faultsOf = (more: Partial<HttpCall>) => templateFaults(call(more));

describe('an HTTP call', () => {
  it('may refer to the payload and to steps, however they are named', () => {
    const more = {
      method: 'post',
      url: 'https://shop.example:8443/carts/${payload.cart.id}/${ steps.pay.output.ref }?page=${payload.pages[0]}',
      headers: { Authorization: 'Bearer ${payload.token}', 'X-Price': '$${ 5' },
      body: { id: '${steps["Create Cart"].output.id}', all: ["${steps['Create Cart'].output}"], n: 1 },
    };
    expect(faultsOf(more)).toEqual([]);
    expect(outputsIn(textsIn(call(more))).map(({ path, step }) => [path.join('/'), step])).toEqual([
      ['url', 'pay'],
      ['body/id', 'Create Cart'],
      ['body/all/0', 'Create Cart'],
    ]);
  });

  it.each([
    'https://${payload.host}/',
    'https://shop.${payload.domain}/',
    'https://shop.example${payload.rest}',
    'https://shop.example:${payload.port}/',
    'https://me:${payload.secret}@shop.example/',
    '${payload.scheme}://shop.example/',
    '${payload.url}',
    'https:${payload.rest}',
    'https:///${payload.rest}',
    'https:\\\\${payload.rest}/',
  ])('takes no value in the scheme, user, host or port: %s', (url) => {
    expect(faultsOf({ url })).toEqual([{ path: ['url'], message: expect.stringContaining('references') }]);
  });

  it.each([
    ['', 'not a URL'],
    ['/carts', 'not a URL'],
    ['ftp://shop.example/', 'scheme ftp'],
    ['https://me:secret@shop.example/', 'credentials'],
    ['https://shop.example/a b', 'a space'],
    ['https://shop.example/a\\..\\b', 'a backslash'],
    ['https://shop.example/a#b', 'a fragment'],
    ['https://shop.example/a/../b', '".."'],
    ['https://shop.example/a/%2E./b', '".."'],
  ])('goes to an http(s) URL that means what it says: not %j', (url, why) => {
    expect(faultsOf({ url })).toEqual([{ path: ['url'], message: expect.stringContaining(why) }]);
  });

  it.each([
    '${payload',
    '${}',
    '${payload.}',
    '${payload..x}',
    '${ENV:TOKEN}',
    '${steps.pay}',
    '${steps.pay.input.x}',
    '${steps["pay\\x"].output}',
    '${payload[x]}',
    '${payload.x | upper}',
  ])('names what is no reference, with the forms there are: %s', (text) => {
    expect(faultsOf({ method: 'POST', body: { note: `see ${text}` } })).toEqual([
      { path: ['body', 'note'], message: expect.stringMatching(/is no reference; write \$\{payload\.x\}/) },
    ]);
  });

  it('has a known method, and no body where there cannot be one', () => {
    expect(faultsOf({ method: 'FETCH' })).toMatchObject([{ path: ['method'] }]);
    expect(faultsOf({ method: 'GET', body: {} })).toMatchObject([{ path: ['body'] }]);
  });

  it.each([
    ['X Shop', 'v', 'no header name'],
    ['X-Shop', 'a\r\nX-Admin: 1', 'visible ASCII'],
    ['X-Shop', 'größer', 'visible ASCII'],
    ['Host', 'inside.example', 'set by Troupe'],
    ['Content-Length', '5', 'set by Troupe'],
    ['Content-Type', '${payload.type}', 'written out'],
  ])('refuses the header %s: %j', (name, text, why) => {
    expect(faultsOf({ headers: { [name]: text } })).toEqual([
      { path: ['headers', name], message: expect.stringContaining(why) },
    ]);
  });

  it('refuses a header given twice, a JSON text that takes values, a mapping sent as XML', () => {
    const [twice] = faultsOf({ headers: { 'X-A': '1', 'x-a': '2' } });
    expect(twice).toMatchObject({ path: ['headers', 'x-a'] });
    const json = { 'content-type': 'application/vnd.shop+json; v=1' };
    const post = { method: 'POST', headers: json };
    expect(faultsOf({ ...post, body: '{"id": "${payload.id}"}' })).toMatchObject([{ path: ['body'] }]);
    expect(faultsOf({ ...post, body: '{"id": 1}' })).toEqual([]);
    expect(faultsOf({ ...post, headers: { 'content-type': 'text/xml' }, body: {} })).toMatchObject([
      { path: ['body'] },
    ]);
  });

  it('is checked whole, and with its workflow, wherever that comes from', () => {
    const http = call({
      method: 'PUSH',
      url: 'https://${payload.x}/',
      headers: { 'X-R': '${steps.b.output}' },
    });
    const compile = () => compileWorkflow(workflow('w', [step('a', [], { handler: 'troupe.http', http })]));
    const pointers = ['/steps/0/http/method', '/steps/0/http/url', '/steps/0/http/headers/X-R'];
    expect(compile).toThrow(
      expect.objectContaining({
        code: 'INVALID_WORKFLOW',
        faults: pointers.map((pointer) => expect.objectContaining({ pointer })),
      }),
    );
  });

  it.each([
    ['troupe.http', undefined],
    ['troupe.webhook', undefined],
    ['mine', call()],
  ])('and the handler %s do not go together otherwise', (handler, http) => {
    const steps = [step('a', [], { handler, ...(http === undefined ? {} : { http }) })];
    expect(() => compileWorkflow(workflow('w', steps))).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ pointer: '/steps/0/handler' })] }),
    );
  });
});
