/** An outcome that JSON would change is the fault of its attempt, and told so; nothing of it is believed changed. */

import { describe, expect, it } from 'vitest';
import { Subjects } from '../../src/bus/subjects.ts';
import { readOutcome } from '../../src/jobs/read-outcome.ts';

const subjects = new Subjects('troupe');
const subject = subjects.of({ kind: 'outcome', node: 'n', tenantId: 't', taskId: 'i', step: 's' });
const outcomeIn = (json: string) =>
  readOutcome({ subject, data: Buffer.from(json), headers: {}, replyTo: null }, subjects).content;

describe('an outcome', () => {
  it.each([
    ['{"token":"t","status":"complete","output":{"id":9007199254740993}}', 'INEXACT_NUMBER', '/output/id'],
    ['{"token":"t","status":"complete","output":1e400}', 'INEXACT_NUMBER', '/output'],
    ['{"token":"t","status":"complete","output":[{"a":1,"a":2}]}', 'DUPLICATE_KEY', '/output/0/a'],
    ['{"token":"t","status":"complete","output":1,"output":2}', 'DUPLICATE_KEY', '/output'],
  ])('with an output that would be changed fails its attempt for good: %s', (json, code, pointer) => {
    expect(outcomeIn(json)).toEqual({
      token: 't',
      status: 'failed',
      error: {
        name: 'PermanentError',
        message: expect.stringContaining(`the outcome has a problem: ${pointer} `),
        code,
        retryable: false,
      },
    });
  });

  it('that failed stays what it is, and says which details were left out', () => {
    const error =
      '{"message":"declined","code":"DECLINED","retryable":false,"details":{"id":9007199254740993}}';
    expect(outcomeIn(`{"token":"t","status":"failed","error":${error}}`)).toEqual({
      token: 't',
      status: 'failed',
      error: {
        name: 'Error',
        message: 'declined',
        code: 'DECLINED',
        retryable: false,
        details: expect.stringMatching(/^left out: .*\/error\/details\/id 9007199254740993/),
      },
    });
  });

  it.each([
    '{"token":"t","token":"u","status":"complete"}',
    '{"token":"t","status":"failed","status":"complete"}',
    '{"token":"t","status":"failed","error":{"message":"a","message":"b"}}',
    '{"token":"t","status":"complete","record":{"usd":0.12345678901234567890}}',
  ])('that does not say whose it is or what it is, is refused: %s', (json) => {
    expect(() => outcomeIn(json)).toThrow(expect.objectContaining({ name: 'Refusal' }));
  });

  it.each(['{"amount":1e2}', '{"__proto__":{"x":1}}', '"\\ud83d"', '[9007199254740992]'])(
    'with the output %s is taken as it is',
    (output) => {
      expect(outcomeIn(`{"token":"t","status":"complete","output":${output}}`)).toEqual({
        token: 't',
        status: 'complete',
        output: JSON.parse(output),
      });
    },
  );
});
