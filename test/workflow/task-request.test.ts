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
    expect(JSON.parse(JSON.stringify(parseTaskRequest({ name: 'ShipOrder' })))).toEqual({
      name: 'ShipOrder',
      payload: {},
      delaySeconds: 0,
      maxRetries: null,
      dependencies: [],
      tenantId: 'default',
      idempotencyKey: null,
      notificationUrl: null,
      notificationTypes: [],
      priority: 5,
      correlationId: null,
      timeoutSeconds: null,
      deadlineSeconds: null,
      tags: [],
      initiator: null,
      reason: null,
      sourceSystem: null,
      allowUnresolved: false,
      onDependencyFailure: 'wait',
      workflowVersion: null,
    });
  });

  test('may be spelled as Tasker does, each thing once', () => {
    const spelled = parseTaskRequest({ name: 'a', context: { cart_id: 1 }, source_system: 'web' });
    const plain = parseTaskRequest({ name: 'a', payload: { cart_id: 1 }, sourceSystem: 'web' });
    expect(spelled).toEqual(plain);
    const both = { name: 'a', payload: {}, context: {}, sourceSystem: null, source_system: 'web' };
    expect(faults(both)).toEqual({
      '/context': 'is another spelling of payload, which is given too; keep one of them',
      '/source_system': 'is another spelling of sourceSystem, which is given too; keep one of them',
    });
    expect(faults({ name: 'a', context: [] })).toEqual({ '/context': 'must be a JSON object' });
  });

  test('takes null for what it can do without', () => {
    expect(parseTaskRequest({ name: 'a', maxRetries: null, correlationId: null }).maxRetries).toBeNull();
  });

  test('belongs to the given tenant unless it names one', () => {
    expect(parseTaskRequest({ name: 'a' }, 'shop').tenantId).toBe('shop');
    expect(parseTaskRequest({ name: 'a', tenantId: 'bank' }, 'shop').tenantId).toBe('bank');
  });

  test('is told the first thousand problems, and how many more there are', () => {
    const input = Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`field${n}`, 1]));
    const told = faults(input);
    expect(Object.keys(told)).toHaveLength(1_001);
    expect(told['']).toBe('and 89001 more');
    expect(() => parseTaskRequest(input)).toThrow('90001 problems');
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
    ['name', 'n'.repeat(256), '255'],
    ['tenantId', 't'.repeat(51), '50'],
    ['idempotencyKey', 'k'.repeat(256), '255'],
    ['delaySeconds', 315_576_001, '10 years'],
    ['delaySeconds', -0.5, 'negative'],
    ['maxRetries', 1_001, '1000'],
    ['maxRetries', 1.5, 'whole'],
    ['priority', 0, '1'],
    ['timeoutSeconds', 0, '0.001'],
    ['timeoutSeconds', 1e300, '10 years'],
    ['deadlineSeconds', 0, '0.001'],
    ['deadlineSeconds', -1, '0.001'],
    ['deadlineSeconds', 315_576_001, '10 years'],
    ['tags', Array.from({ length: 51 }, (_, at) => `t${at}`), '50'],
    ['dependencies', Array.from({ length: 10_001 }, (_, at) => `t${at}`), '10000'],
    ['payload', { a: 'x'.repeat(256 * 1024) }, '256 KiB'],
    ['payload', nested(65), '64'],
  ])('is refused when %s breaks a limit, which is named', (field, value, limit) => {
    expect(faults({ name: 'a', [field]: value })[`/${field}`]).toContain(limit);
  });

  test('may go up to every limit', () => {
    const body = {
      name: 'n'.repeat(255),
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

  test('names the types of news that may be asked for, and whom they need', () => {
    const notificationUrl = 'https://a.example/hook';
    const allowed = 'must be one of task.waiting, task.compensated, task.cancelled';
    const wrong = { name: 'a', notificationUrl, notificationTypes: ['task.waiting', 'task.complete', 1] };
    expect(faults(wrong)).toEqual({ '/notificationTypes/1': allowed, '/notificationTypes/2': allowed });
    const alone = { name: 'a', notificationTypes: ['task.waiting'] };
    expect(faults(alone)).toEqual({
      '/notificationTypes': 'must be given beside notificationUrl: there is nobody to tell',
    });
    for (const none of [null, []])
      expect(parseTaskRequest({ name: 'a', notificationTypes: none }).notificationTypes).toEqual([]);
  });
});
