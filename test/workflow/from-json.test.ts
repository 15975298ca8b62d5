import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { parseWorkflowJson } from '../../src/workflow/from-json.ts';

function faults(body: unknown): Record<string, string> {
  try {
    parseWorkflowJson(body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('INVALID_WORKFLOW');
    return Object.fromEntries(error.faults.map(({ pointer, message }) => [pointer, message]));
  }
  return {};
}

describe('a workflow in JSON', () => {
  test('fills in the defaults', () => {
    expect(parseWorkflowJson({ name: 'order', steps: [{ name: 'charge' }] })).toEqual({
      name: 'order',
      namespace: 'default',
      version: '0.1.0',
      description: '',
      input: null,
      steps: [
        {
          name: 'charge',
          handler: 'charge',
          dependsOn: [],
          maxAttempts: null,
          timeoutMs: null,
          startTimeoutMs: null,
          backoff: null,
          critical: false,
          optional: false,
          agent: 'default',
          channel: null,
        },
      ],
    });
  });

  test('keeps what a step is for, and leaves it out where nothing is said', () => {
    const [first, second] = parseWorkflowJson({
      name: 'order',
      steps: [{ name: 'a', description: 'Charges the card' }, { name: 'b' }],
    }).steps;
    expect(first?.description).toBe('Charges the card');
    expect(second).not.toHaveProperty('description');
    expect(faults({ name: 'order', steps: [{ name: 'a', description: 1 }] })).toHaveProperty([
      '/steps/0/description',
    ]);
  });

  test('reads every key of a step', () => {
    const { steps } = parseWorkflowJson({
      name: 'order',
      retry_strategies: { email: { strategy: 'linear', base: '5s', max: '300s', jitter: 'full' } },
      steps: [
        { name: 'a', retryable: false },
        { name: 'b', depends_on: 'a', depends_on_step: 'a', retry_limit: 3, timeout: 1.5, backoff: 'email' },
        {
          name: 'c',
          handler: 'see',
          depends_on_steps: ['a', 'b'],
          start_timeout: '2h',
          agent: 'night',
          channel: 'ops',
          optional: true,
          backoff: { strategy: 'fixed', base: '500ms', jitter: 'none' },
        },
      ],
    });
    expect(steps).toMatchObject([
      { maxAttempts: 1 },
      {
        dependsOn: ['a'],
        maxAttempts: 3,
        timeoutMs: 1_500,
        backoff: { strategy: 'linear', baseMs: 5_000, maxMs: 300_000, jitter: 'full' },
      },
      {
        handler: 'see',
        dependsOn: ['a', 'b'],
        startTimeoutMs: 7_200_000,
        agent: 'night',
        channel: 'ops',
        optional: true,
        backoff: { strategy: 'fixed', baseMs: 500, maxMs: 30_000, jitter: 'none' },
      },
    ]);
  });

  test('can have steps that are one HTTP call, and steps that handle failures', () => {
    const { steps } = parseWorkflowJson({
      name: 'order',
      steps: [
        { name: 'a', http: { url: 'https://shop.example/' } },
        { name: 'b', on_failure: false, depends_on: 'a' },
        { name: 'c', on_failure: 'failed_orders' },
      ],
    });
    expect(steps[0]).toMatchObject({
      handler: 'troupe.http',
      http: { method: 'GET', url: 'https://shop.example/', headers: {}, body: null },
    });
    expect(steps[1]).not.toHaveProperty('failuresAs');
    expect(steps[2]).toMatchObject({ handler: 'c', failuresAs: 'failed_orders' });
  });

  test('is refused with its circle and its broken input schema beside all else', () => {
    const found = faults({
      name: 'w',
      input: { type: 'object', properties: { a: { type: 'strin' } }, $async: 1 },
      steps: [
        { name: 'a', depends_on: 'b', timeout: 'long' },
        { name: 'b', depends_on_steps: ['a'] },
      ],
    });
    expect(found).toMatchObject({
      '/steps/0/depends_on': expect.stringContaining('a → b → a'),
      '/steps/0/timeout': expect.anything(),
      '/input/$async': expect.anything(),
    });
    const input = { properties: { a: { type: 'strin', minimum: '1' } } };
    expect(faults({ name: 'w', input, steps: [{ name: 'a' }] })).toEqual({
      '/input/properties/a/type': expect.stringContaining('did you mean "string"?'),
      '/input/properties/a/minimum': expect.stringContaining('must be number'),
    });
  });

  test('is told all its problems at once, the ones between steps included', () => {
    const found = faults({
      versoin: '1',
      retry_strategies: { email: {} },
      steps: [
        { name: 'charge', retry_limit: 0, handlr: 'x' },
        { name: 'charge', depends_on: ['charg'], timeout: '5 parsecs', backoff: 'emial' },
        { name: 'ship', critical: true, optional: true },
      ],
    });
    expect(Object.keys(found).sort()).toEqual([
      '/name',
      '/steps/0/handlr',
      '/steps/0/retry_limit',
      '/steps/1/backoff',
      '/steps/1/depends_on/0',
      '/steps/1/name',
      '/steps/1/timeout',
      '/steps/2/optional',
      '/versoin',
    ]);
    expect(found['/steps/0/handlr']).toContain('did you mean "handler"?');
    expect(found['/steps/1/depends_on/0']).toContain('did you mean "charge"?');
    expect(found['/steps/1/backoff']).toContain('did you mean "email"?');
  });

  test.each([0, -1, '0s', '5', 'soon', '11y', Number.MAX_VALUE, null, true])(
    'takes no %j for a duration',
    (timeout) => {
      expect(Object.keys(faults({ name: 'w', steps: [{ name: 'a', timeout }] }))).toEqual([
        '/steps/0/timeout',
      ]);
    },
  );

  test('takes no backoff that starts above its own maximum', () => {
    const steps = [{ name: 'a', backoff: { base: '60s' } }];
    expect(JSON.stringify(faults({ name: 'w', steps }))).toContain('/steps/0/backoff');
  });

  test.each([
    null,
    'w',
    [],
    { name: 'w' },
    { name: 'w', steps: [] },
    { name: 'w', steps: 'a' },
    { name: 'w', steps: [1] },
  ])('cannot be %j', (body) => expect(Object.keys(faults(body)).length).toBeGreaterThan(0));
});
