/** The log as a person reads it: one line a record, and the stack of its error below. */

import pc from 'picocolors';
import { expect, it } from 'vitest';
import { recordText } from '../../src/cli/server-log.ts';

const colors = pc.createColors(false);

it('has the time, the level, what happened and its facts in one line, then the frames', () => {
  const stack = 'TypeError: bug\n    at work (/app/pay.ts:3:9)';
  const cause = { name: 'Error', message: 'reset', stack: 'Error: reset\n    at send (/app/http.ts:7:1)' };
  const record = {
    level: 40,
    time: Date.parse('2026-01-31T09:30:00.125Z'),
    pid: 7,
    hostname: 'shop',
    task: 'id',
    step: 'pay',
    attempt: 1,
    msg: 'attempt 1 of step pay failed: TypeError: bug',
    err: { type: 'TypeError', message: 'bug', stack, causes: [cause] },
  };
  expect(recordText(record, colors).split('\n')).toEqual([
    '09:30:00.125 WARN attempt 1 of step pay failed: TypeError: bug task=id',
    '    at work (/app/pay.ts:3:9)',
    '    caused by Error: reset',
    '    at send (/app/http.ts:7:1)',
  ]);
});

it('lets no text of a stranger move the cursor', () => {
  const err = { stack: 'E: m\n    at \u001b[2Jx (/a.js:1:1)' };
  const text = recordText({ level: 50, time: 0, msg: 'bad \u001b[31mthing\nnext', err }, colors);
  expect(text).toBe('00:00:00.000 ERROR bad thing next\n    at x (/a.js:1:1)');
});
