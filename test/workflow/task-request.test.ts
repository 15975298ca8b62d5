import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { parseTaskRequest } from '../../src/workflow/task-request.ts';

function faults(body: unknown): Record<string, string> {
  try {
    parseTaskRequest(body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('INVALID_TASK');
    return Object.fromEntries(error.faults.map(({ pointer, message }) => [pointer, message]));
  }
  return {};
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { a: nested(depth - 1) };
}

describe('a task request', () => {
  test('needs no more than a name', () => {
    expect(parseTaskRequest({ name: 'ShipOrder' })).toEqual({
      name: 'ShipOrder',
      payload: {},
      delaySeconds: 0,
      maxRetries: null,
      dependencies: [],
      tenantId: 'default',
      idempotencyKey: null,
      notificationUrl: null,
      priority: 5,
      correlationId: null,
      timeoutSeconds: null,
      tags: [],
      initiator: null,
      reason: null,
      sourceSystem: null,
      allowUnresolved: false,
      onDependencyFailure: 'wait',
      workflowVersion: null,
    });
  });

  test('takes null for what it can do without', () => {
    expect(parseTaskRequest({ name: 'a', maxRetries: null, correlationId: null }).maxRetries).toBeNull();
  });

  test('belongs to the given tenant unless it names one', () => {
    expect(parseTaskRequest({ name: 'a' }, 'shop').tenantId).toBe('shop');
    expect(parseTaskRequest({ name: 'a', tenantId: 'bank' }, 'shop').tenantId).toBe('bank');
  });

  test('is told all its problems at once', () => {
    const found = faults({ priority: 11, maxRetries: -1, payload: [], prioriti: 1, dependencies: ['a', ''] });
    expect(Object.keys(found).sort()).toEqual(
      ['/dependencies/1', '/maxRetries', '/name', '/payload', '/priority', '/prioriti'].sort(),
    );
    expect(found['/name']).toBe('is required');
    expect(found['/prioriti']).toBe('unknown field "prioriti"; did you mean "priority"?');
  });

  test('cannot be anything but an object', () => {
    for (const body of [null, [], 'a', 1, undefined]) expect(Object.keys(faults(body))).toEqual(['']);
  });

  test.each([
    ['name', 'n'.repeat(101), '100'],
    ['tenantId', 't'.repeat(51), '50'],
    ['idempotencyKey', 'k'.repeat(256), '255'],
    ['delaySeconds', 315_576_001, '10 years'],
    ['delaySeconds', -0.5, 'negative'],
    ['maxRetries', 1_001, '1000'],
    ['maxRetries', 1.5, 'whole'],
    ['priority', 0, '1'],
    ['timeoutSeconds', 0, '0.001'],
    ['timeoutSeconds', 1e300, '10 years'],
    ['tags', Array.from({ length: 51 }, (_, at) => `t${at}`), '50'],
    ['dependencies', Array.from({ length: 1_001 }, (_, at) => `t${at}`), '1000'],
    ['payload', { a: 'x'.repeat(256 * 1024) }, '256 KiB'],
    ['payload', nested(65), '64'],
  ])('is refused when %s breaks a limit, which is named', (field, value, limit) => {
    expect(faults({ name: 'a', [field]: value })[`/${field}`]).toContain(limit);
  });

  test('may go up to every limit', () => {
    const body = {
      name: 'n'.repeat(100),
      tenantId: 't'.repeat(50),
      payload: nested(64),
      delaySeconds: 315_576_000,
    };
    expect(parseTaskRequest(body)).toMatchObject(body);
  });

  test.each(['a\0b', 'a\nb', '\ud800', '', '   '])('cannot be called %j', (name) => {
    expect(Object.keys(faults({ name }))).toEqual(['/name']);
  });

  test('survives a payload deeper than the call stack', () => {
    const body: unknown = JSON.parse(
      `{"name":"a","payload":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    );
    expect(faults(body)['/payload']).toContain('64');
  });

  test('keeps __proto__ in a payload as data and pollutes nothing', () => {
    const { payload } = parseTaskRequest(
      JSON.parse('{"name":"a","payload":{"__proto__":{"polluted":true}}}'),
    );
    expect(JSON.stringify(payload)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('names __proto__ as the unknown field it is', () => {
    expect(Object.keys(faults(JSON.parse('{"name":"a","__proto__":{}}')))).toEqual(['/__proto__']);
  });

  test.each(['ftp://a.example', 'not a url', 'https://user:pw@a.example', '/hook', 'javascript:alert(1)'])(
    'cannot be notified at %s',
    (notificationUrl) => {
      expect(Object.keys(faults({ name: 'a', notificationUrl }))).toEqual(['/notificationUrl']);
    },
  );
});
