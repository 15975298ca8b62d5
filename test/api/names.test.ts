/** Names that lead nowhere are refused, names that look alike are one, and what is derived obeys the rules of names. */

import { describe, expect, test } from 'vitest';
import { problemIn, type Server, start, until } from './server.ts';

const DOTS = ['.', '..', '%2e', '%2E%2e', '.%2E', '%2e.'];
const NFC = 'caf\u00e9';
const NFD = 'cafe\u0301';

test.each(DOTS)('the name %s is refused wherever a name comes in', async (name) => {
  const server = await start();
  const steps = [{ name: 'a' }];
  const places: [string, object, string][] = [
    ['/tasks', { name }, '/name'],
    ['/tasks', { name: 'echo', tenantId: name }, '/tenantId'],
    ['/tasks', { name: 'echo', tags: ['ok', name] }, '/tags/1'],
    ['/tasks', { name: 'echo', workflowVersion: name }, '/workflowVersion'],
    ['/tasks', { name: 'echo', dependencies: [name] }, '/dependencies/0'],
    ['/workflows', { name, steps }, '/name'],
    ['/workflows', { name: 'w', namespace: name, steps }, '/namespace'],
    ['/workflows', { name: 'w', version: name, steps }, '/version'],
    ['/workflows', { name: 'w', steps: [{ name }] }, '/steps/0/name'],
    ['/workflows', { name: 'w', steps: [{ name: 'a', handler: name }] }, '/steps/0/handler'],
    ['/workflows', { name: 'w', steps: [{ name: 'a', agent: name }] }, '/steps/0/agent'],
    ['/workflows', { name: 'w', steps: [{ name: 'a', channel: name }] }, '/steps/0/channel'],
  ];
  for (const [path, body, pointer] of places) {
    const { status, errors } = await problemIn(await server.post(path, body));
    expect(status).toBe(422);
    expect(errors).toContainEqual({ pointer, message: 'must not be "." or "..", which no path can hold' });
  }
});

test.each(DOTS)('the name %s is refused in a definition that a program registers', async (name) => {
  const { troupe } = await start();
  const times = { maxAttempts: null, timeoutMs: null, startTimeoutMs: null, backoff: null };
  const step = {
    handler: 'echo',
    dependsOn: [],
    critical: false,
    optional: false,
    agent: 'default',
    channel: null,
  };
  const head = { name: 'w', namespace: 'default', version: '1', description: '', input: null };
  await expect(
    troupe.registerWorkflow({ ...head, steps: [{ ...times, ...step, name }] }),
  ).rejects.toMatchObject({ code: 'INVALID_WORKFLOW', faults: [{ pointer: '/steps/0/name' }] });
});

test.each(['...', '.a', 'a.', '..a', '%2e%2e%2e'])('%s is a name like any other', async (name) => {
  const server = await start();
  const answer = await server.post('/workflows', { name: 'w', steps: [{ name, handler: 'echo' }] });
  expect(answer.status).toBe(201);
});

describe('a name in two Unicode forms', () => {
  const register = (server: Server, body: object) => server.post('/workflows', body);

  test('is one step for those that depend on it, which name it as it names itself', async () => {
    const server = await start();
    const steps = [
      { name: NFC, handler: 'echo' },
      { name: 's', handler: 'echo', depends_on: [NFD, NFC] },
    ];
    const answer = await register(server, { name: 'w', steps });
    expect(answer.status).toBe(201);
    const { steps: registered } = (await answer.json()) as { steps: { dependsOn: string[] }[] };
    expect(registered[1]?.dependsOn).toEqual([NFC]);
  });

  test('given to two steps of a workflow is given twice', async () => {
    const server = await start();
    const steps = [{ name: NFC }, { name: NFD }];
    const { errors } = await problemIn(await register(server, { name: 'w', steps }));
    expect(errors).toContainEqual({
      pointer: '/steps/1/name',
      message: `there is another step named "${NFD}"`,
    });
  });

  test('finds the workflow, the handler, the step and the task by either', async () => {
    const server = await start();
    await register(server, { name: NFD, steps: [{ name: NFD, handler: 'fail' }] });
    const answer = await server.post('/tasks', { name: NFC });
    const { id, workflow } = (await answer.json()) as { id: string; workflow: { name: string } };
    expect(workflow.name).toBe(NFD);
    await until(server, id, 'failed');
    for (const name of [NFC, NFD].map(encodeURIComponent)) {
      expect((await server.get(`/tasks/${id}/steps/${name}`)).status).toBe(200);
      expect((await server.get(`/workflows/${name}`)).status).toBe(200);
      const list = (await (await server.get(`/tasks?name=${name}`)).json()) as { tasks: { id: string }[] };
      expect(list.tasks.map((task) => task.id)).toEqual([id]);
    }
  });

  test('is one name in named_steps, retry strategies, references and circles', async () => {
    const server = await start();
    const call = { url: `https://a.example/\${steps["${NFD}"].output.id}` };
    const good = {
      name: 'w',
      named_steps: [NFD, 's'],
      retry_strategies: { [NFD]: { base: '1s' } },
      steps: [
        { name: NFC, backoff: NFC },
        { name: 's', depends_on: NFD, http: call },
      ],
    };
    expect((await register(server, good)).status).toBe(201);
    const round = {
      name: 'r',
      steps: [
        { name: NFC, depends_on: 'b' },
        { name: 'b', depends_on: NFD },
      ],
    };
    expect((await problemIn(await register(server, round))).detail).toContain('circle');
  });
});

describe('a correlation taken from the payload', () => {
  const correlationOf = async (server: Server, payload: string): Promise<string | null> => {
    const answer = await server.post('/tasks', `{"name":"echo","payload":${payload}}`);
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { correlationId: string | null }).correlationId;
  };

  test.each([
    ['{"orderId":"ORD1"}', 'ORD1'],
    ['{"orderId":7}', '7'],
    ['{"orderId":-0.5e-9}', '-5e-10'],
    ['{"correlationId":"c","orderId":"o"}', 'c'],
    ['{"correlationId":"","orderId":"o"}', 'o'],
    [`{"orderId":"${'x'.repeat(255)}"}`, 'x'.repeat(255)],
  ])('obeys the rules of one that is given: %s', async (payload, expected) => {
    expect(await correlationOf(await start(), payload)).toBe(expected);
  });

  test.each([
    '{"orderId":""}',
    '{"orderId":"   "}',
    '{"orderId":"a\\nb"}',
    '{"orderId":"\\u0007"}',
    '{"orderId":"ORD\\ud83d"}',
    `{"orderId":"${'x'.repeat(256)}"}`,
    '{"orderId":null}',
    '{"orderId":true}',
    '{"orderId":["a"]}',
    '{"__proto__":{"orderId":"a"}}',
  ])('is none where it does not: %s', async (payload) => {
    expect(await correlationOf(await start(), payload)).toBeNull();
  });
});
