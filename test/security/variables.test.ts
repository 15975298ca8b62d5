/** A secret that a workflow refers to reaches the server it is for, and nobody else. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { createTroupe } from '../../src/troupe.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { request, taskFact, temporaryFolder } from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const YAML = `
name: charge
steps:
  - name: call
    retryable: false
    http:
      method: POST
      url: "\${ENV:BASE}/charge/\${payload.id}"
      headers: { Authorization: "Bearer \${ENV:TOKEN}" }
      body: { note: "\${ENV:TOKEN}", left: "$\${ENV:TOKEN}" }
`;
const TOKEN = 'hunter2-\u007b$\u007bpayload.id}';

test('the value of a variable is in the request alone: not in the store, an answer or the history', async () => {
  const receiver = await startReceiver((_, response) => response.end('{}'));
  const variables = { BASE: `http://127.0.0.1:${receiver.port}`, TOKEN };
  const folder = temporaryFolder();
  const troupe = await createTroupe({
    db: join(folder, 'store.db'),
    handlers: [],
    workflows: [loadWorkflow(YAML, 'yaml', { environment: null, variables })],
    variables,
    webhooks: { secret: null, allow: ['127.0.0.1'] },
  });
  onTestFinished(() => troupe.close({ graceMs: 0 }));
  const { taskId } = await troupe.submit(request('charge', { payload: { id: 7 } }));
  await taskFact(troupe, taskId, 'complete');

  const [call] = receiver.received;
  expect(call?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(JSON.parse(String(call?.body))).toEqual({ note: TOKEN, left: '$\u007bENV:TOKEN}' });

  const app = createApp({ troupe, keys: null, version: '1.0.0' });
  const paths = ['/workflows', '/workflows/charge', '/workflows/charge/graph', `/tasks/${taskId}`];
  paths.push(`/tasks/${taskId}/history`, `/tasks/${taskId}/snapshot`, '/overview');
  const answers = await Promise.all(paths.map(async (path) => (await app.request(path)).text()));
  expect(answers.join('')).toContain('$\u007bENV:TOKEN}');
  expect(answers.filter((text) => text.includes('hunter2'))).toEqual([]);
  const stored = readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes('hunter2'));
  expect(stored).toEqual([]);
});

test('a variable that is gone, or is no start of a URL any more, fails the step and says which', async () => {
  const load = (variables: Record<string, string>) =>
    createTroupe({
      db: ':memory:',
      handlers: [],
      workflows: [
        loadWorkflow(YAML, 'yaml', { environment: null, variables: { BASE: 'http://a.example', TOKEN } }),
      ],
      variables,
    });
  for (const [variables, code] of [
    [{ BASE: 'http://a.example' }, 'VARIABLE_MISSING'],
    [{ BASE: 'http://', TOKEN }, 'INVALID_URL'],
  ] as const) {
    const troupe = await load(variables);
    onTestFinished(() => troupe.close({ graceMs: 0 }));
    const { taskId } = await troupe.submit(request('charge', { payload: { id: 'evil.example' } }));
    await taskFact(troupe, taskId, 'failed');
    expect(troupe.getTask(null, taskId).error).toMatchObject({ code });
  }
});
