/** Workflows as large as they may be: sent, refused for what is wrong with them, and read without anybody waiting. */

import { describe, expect, it } from 'vitest';
import { start } from './server.ts';

const MIB = 1024 * 1024;
const name = (index: number): string => `step-${index}-${'n'.repeat(100)}`;
const crowd = (count: number): { name: string; depends_on?: string[] }[] =>
  Array.from({ length: count }, (_, index) => ({ name: name(index) }));

/** The last step waits for all others. */
const fanIn = (steps: number) => ({
  ...{ name: 'FanIn', version: '1.0.0' },
  steps: [...crowd(steps - 1), { name: 'last', depends_on: crowd(steps - 1).map((step) => step.name) }],
});

const yamlOf = ({ steps, ...workflow }: ReturnType<typeof fanIn>): string =>
  [
    `name: ${workflow.name}`,
    `version: ${workflow.version}`,
    'steps:',
    ...steps.flatMap((step) => [
      `  - name: ${step.name}`,
      ...(step.depends_on === undefined ? [] : [`    depends_on: [${step.depends_on.join(', ')}]`]),
    ]),
  ].join('\n');

const YAML = { 'content-type': 'application/yaml' };

const send = ({ app }: Awaited<ReturnType<typeof start>>, body: string, headers: Record<string, string>) =>
  app.request('/workflows', { method: 'POST', body, headers });

describe('a large workflow', () => {
  it('of ten thousand steps that one waits for is registered', { timeout: 120_000 }, async () => {
    const body = JSON.stringify(fanIn(10_000));
    expect(body.length).toBeGreaterThan(2 * MIB);
    expect((await send(await start(), body, { 'content-type': 'application/json' })).status).toBe(201);
  });

  it('is the same workflow as YAML', async () => {
    const server = await start();
    expect((await server.post('/workflows', fanIn(1_000))).status).toBe(201);
    expect((await send(server, yamlOf(fanIn(1_000)), YAML)).status).toBe(200);
  });

  it('is told what is wrong with it as a small one is', async () => {
    const server = await start();
    const wrong = (steps: ReturnType<typeof fanIn>['steps']) => ({
      ...fanIn,
      steps: [{ name: 'a', depends_on: ['b'] }, ...steps],
    });
    const [small, large] = [
      await server.post('/workflows', wrong([])),
      await server.post('/workflows', wrong(crowd(3_000))),
    ];
    expect([small.status, large.status]).toEqual([422, 422]);
    expect(await large.json()).toEqual(await small.json());
    const broken = await send(server, JSON.stringify(fanIn(1_000)).slice(0, -1), {
      'content-type': 'application/json',
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: 'NOT_JSON' });
  });

  it('may have eight megabytes, and is told so', async () => {
    const server = await start();
    const response = await send(server, `name: ${'x'.repeat(8 * MIB)}`, YAML);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: 'BODY_TOO_LARGE',
      detail: expect.stringMatching(/8388608 bytes.*several workflows/),
    });
  });

  it('leaves other bodies their bound', async () => {
    const response = await (await start()).post('/tasks', {
      name: 'echo',
      payload: { text: 'x'.repeat(MIB) },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      detail: expect.stringMatching(/1048576 bytes.*several requests/),
    });
  });
});

describe('a name', () => {
  it('of 255 characters is a name', async () => {
    const long = 'n'.repeat(255);
    const response = await (await start()).post('/workflows', { name: long, steps: [{ name: long }] });
    expect(response.status).toBe(201);
  });

  it.each(['json', 'yaml'] as const)(
    'that is too long is refused with its length, once, in %s',
    async (form) => {
      const server = await start();
      const long = `Long${'n'.repeat(252)}`;
      const waiting = Array.from({ length: 600 }, (_, index) => ({ name: `w${index}`, depends_on: [long] }));
      const workflow = { name: 'Long', version: '1.0.0', steps: [{ name: long }, ...waiting] };
      const sent =
        form === 'json' ? server.post('/workflows', workflow) : send(server, yamlOf(workflow), YAML);
      const { errors } = (await (await sent).json()) as { errors: { message: string }[] };
      expect(errors).toHaveLength(1);
      expect(errors[0]?.message).toMatch(/at most 255 characters; "Longn+…" has 256/);
    },
  );
});
