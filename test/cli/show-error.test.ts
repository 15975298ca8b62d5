/** A failed task in words: where it was thrown, what stood behind it, and what the server answered. */

import pc from 'picocolors';
import { expect, it } from 'vitest';
import { failureLines } from '../../src/cli/show-error.ts';
import { errorView } from '../../src/views/errors.ts';

const colors = pc.createColors(false);
const base = { name: 'TypeError', message: 'bug', code: null, retryable: false };
const lines = (error: object) =>
  failureLines({ error: { ...errorView({ ...base, ...error }), step: 'pay' } }, colors);

it('shows stack, causes and fields', () => {
  const cause = { name: 'Error', message: 'reset', code: 'ECONNRESET', details: { port: 1 } };
  expect(
    lines({ stack: 'TypeError: bug\n    at work (/app/pay.ts:3:9)', causes: [cause], details: { a: [1] } }),
  ).toEqual([
    '',
    'step pay: TypeError: bug',
    '  at work (/app/pay.ts:3:9)',
    '  caused by Error: reset (ECONNRESET)',
    '    details',
    '      {',
    '        "port": 1',
    '      }',
    '  details',
    '    {',
    '      "a": [',
    '        1',
    '      ]',
    '    }',
  ]);
});

it("shows a provider's answer, and that it was cut", () => {
  const response = {
    status: 402,
    headers: { 'x-request-id': 'r7' },
    body: 'no \u001b[31mmoney',
    truncated: true,
  };
  expect(lines({ response, details: { status: 402 } })).toEqual([
    '',
    'step pay: TypeError: bug',
    '  the server answered 402',
    '    x-request-id: r7',
    '    no money',
    '    (cut: the answer was longer)',
  ]);
});

it('says nothing that was said already', () => {
  expect(lines({})).toEqual([]);
  expect(failureLines({ error: null }, colors)).toEqual([]);
});
