/** The workflow of `docs/waits.md` is one in all its forms, and its commands do what they say. */

import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { TaskView } from '../../src/views/tasks.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { builtMain, ROOT } from '../build.ts';
import { MAIN, startServer } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';
import { blocksOf } from './blocks.ts';

const PAGE = 'docs/waits.md';
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
const run = promisify(execFile);

beforeAll(async () => {
  await builtMain();
}, 600_000);

const [yaml = ''] = blocksOf(PAGE, 'yaml');
const typescript = blocksOf(PAGE, 'ts');

it('the workflow is the same in YAML and in TypeScript', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(ROOT, join(cwd, 'node_modules/troupe'));
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(cwd, 'refund.ts'), typescript.find((code) => code.includes('defineWorkflow')) ?? '');
  const print = "import { refund } from './refund.ts';\nconsole.log(JSON.stringify(refund.definition));\n";
  writeFileSync(join(cwd, 'print.ts'), print);
  const { stdout } = await run(process.execPath, [TSX, 'print.ts'], { cwd });
  expect(loadWorkflow(yaml, 'yaml', { environment: null, variables: null })).toEqual(JSON.parse(stdout));
});

it('the commands signal, list and answer', async () => {
  const cwd = temporaryFolder();
  for (const folder of ['workflows', 'handlers']) mkdirSync(join(cwd, folder));
  writeFileSync(join(cwd, 'workflows/refund.yaml'), yaml);
  const handlers = 'export const handlers = { MailTheManager: (job) => job.approvals, PayBack: () => 1 };\n';
  writeFileSync(join(cwd, 'handlers/all.js'), handlers);
  const server = await startServer(['dev', '--port', '0'], { cwd });

  const lines = (blocksOf(PAGE, 'sh')[0] ?? '').trim().split('\n');
  const bash = async (part: string, id = ''): Promise<string> => {
    const line = lines.find((text) => text.includes(part)) ?? `exit 9 # no line with ${part}`;
    const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const said = line.replace(' ID', ` ${id}`).replace('2030-01-31T09:30:00Z', inAWeek);
    const npx = `npx() { shift; ${process.execPath} ${MAIN} "$@"; }\n`;
    const env = { ...process.env, TROUPE_URL: server.url };
    const { stdout } = await run('bash', ['-euc', npx + said], { env });
    return stdout;
  };
  const task = async (id: string): Promise<TaskView> =>
    (await (await fetch(`${server.url}/tasks/${id}`)).json()) as TaskView;
  const stepOf = async (id: string, name: string) =>
    (await task(id)).steps.find((step) => step.name === name);
  const submitted = async (order: string): Promise<string> => {
    const payload = JSON.stringify({ order, amount: 500 });
    const id = (await server.troupe('submit', 'refund', '--payload', payload)).stdout.trim();
    await expect.poll(async () => (await stepOf(id, 'mail'))?.status).toBe('complete');
    return id;
  };
  const [one, two] = [await submitted('A7'), await submitted('B8')];

  await bash('troupe signal payment');
  expect(await stepOf(one, 'paid')).toMatchObject({ status: 'complete', output: { sum: 500 } });
  expect((await stepOf(two, 'paid'))?.status).toBe('waiting');
  await bash('tasks signal ID', two);
  expect(await bash('tasks signals', two)).toContain('payment');
  const { manager: link } = z.object({ manager: z.string() }).parse((await stepOf(one, 'mail'))?.output);
  expect(await bash('troupe approvals')).toContain(link);
  expect(await bash('--waits-for approval')).toContain(two);
  await bash('tasks extend', two);
  await bash('tasks complete', one);
  await bash('tasks reject', two);
  expect(await stepOf(one, 'manager')).toMatchObject({ output: { approved: true, reason: 'in order' } });
  expect(await stepOf(two, 'manager')).toMatchObject({ error: { code: 'REJECTED' } });
  expect(lines).toHaveLength(8);
});
