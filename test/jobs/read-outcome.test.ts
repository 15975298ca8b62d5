/** This process keeps failures from workers elsewhere by its own rules; none is lost for being too long. */

import { expect, it } from 'vitest';
import { Subjects } from '../../src/bus/subjects.ts';
import { readOutcome } from '../../src/jobs/read-outcome.ts';
import { describe } from '../../src/worker/describe.ts';
import { acceptable, EXTRA_ERROR_FIELDS } from '../../src/worker/job.ts';
import { LIMITS } from '../../src/workflow/definition.ts';

const subjects = new Subjects('troupe');
const subject = subjects.of({ kind: 'outcome', node: 'n', tenantId: 't', taskId: 'i', step: 's' });

function read(outcome: unknown) {
  const data = Buffer.from(typeof outcome === 'string' ? outcome : JSON.stringify(outcome));
  return readOutcome({ subject, data, headers: {}, replyTo: null }, subjects).content;
}

const failed = (error: object) => ({ token: 't', status: 'failed', error });

it('is the same as described here', () => {
  const inner = new AggregateError([new Error('first'), { code: 'E2' }], 'both');
  const error = describe(Object.assign(new Error('m', { cause: inner }), { port: 1 }));
  const response = { status: 402, headers: { 'x-request-id': 'r' }, body: { a: 1 }, truncated: true };
  expect(read(failed({ ...error, response }))).toEqual(failed({ ...error, response }));
});

it('is taken from a worker of an older version, or of a few lines', () => {
  const old = { name: 'PermanentError', message: 'm', code: 'E', retryable: false, details: { a: 1 } };
  expect(read(failed(old))).toEqual(failed(old));
  const short = { name: 'Error', message: 'm', code: null, retryable: true };
  expect(read(failed({ message: 'm' }))).toEqual(failed(short));
  const nulls = { stack: null, causes: null, errors: [], response: null, code: null };
  expect(read(failed({ message: 'm', ...nulls }))).toEqual(failed(short));
});

it('is cut where it is cut here, and never refused for its length', () => {
  const huge = 'x'.repeat(100_000);
  const local = describe({ name: huge, message: huge, code: huge, stack: huge });
  expect(read(failed({ name: huge, message: huge, code: huge, stack: huge }))).toEqual(failed(local));
  const deep = `${'['.repeat(100)}1${']'.repeat(100)}`;
  for (const part of [
    `"details":${deep}`,
    `"details":${JSON.stringify('é'.repeat(300_000))}`,
    `"causes":${JSON.stringify(Array.from({ length: 500 }, () => ({ message: 'm' })))}`,
    `"response":{"status":500,"body":${JSON.stringify(huge)}}`,
    `"retryAfter":${JSON.stringify(huge)}`,
  ])
    expect(read(`{"token":"t","status":"failed","error":{"message":"m",${part}}}`)).toMatchObject({
      token: 't',
      status: 'failed',
    });
});

it.each([
  { column: 'x'.repeat(4_001) },
  { ['n'.repeat(101)]: 1 },
  Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`c${n}`, n])),
])('fails its attempt for a record beyond the limits, as here', (record) => {
  expect(read({ token: 't', status: 'complete', output: 1, record })).toMatchObject({
    token: 't',
    status: 'failed',
    error: { code: 'INVALID_RECORD', retryable: false, message: expect.stringMatching(/at most [\d,]+/) },
  });
});

it('fails its attempt when it is too large to be read', () => {
  const output = JSON.stringify('x'.repeat(LIMITS.bodyBytes));
  for (const text of [
    `{"token":"t","status":"complete","output":${output}}`,
    `{"output":${output},"status":"complete","token":"t"}`,
  ])
    expect(read(text)).toMatchObject({
      token: 't',
      status: 'failed',
      error: { code: 'OUTCOME_TOO_LARGE', message: expect.stringContaining(`at most ${LIMITS.bodyBytes}`) },
    });
});

it('says no more to an orchestrator than it takes', () => {
  const error = describe(new Error('m', { cause: new Error('c') }));
  const outcome = { token: 't', status: 'failed', error } as const;
  expect(acceptable(outcome, EXTRA_ERROR_FIELDS)).toEqual(outcome);
  const old = acceptable(outcome, []);
  expect(old).toEqual(failed({ name: 'Error', message: 'm', code: null, retryable: true }));
  expect(acceptable(outcome, ['stack', 'of another time'])).toHaveProperty('error.stack');
});
