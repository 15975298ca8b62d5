/** An order of 300 lines: each is shipped once, whatever happens, and the mail comes three days after the last. */

import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { StepView, TaskView } from '../../src/views/tasks.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { ROOT } from '../build.ts';
import { type Server, startServer } from '../cli/process.ts';
import { blocksOf } from '../readme/blocks.ts';
import { handlers, request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';
import { readmeCommand } from './readme-command.ts';

const README = 'examples/fulfilment-lines/README.md';
const LINES = 300;
const DAY_MS = 86_400_000;

const command = (part: string, id = ''): string[] => readmeCommand(README, part, { ID: id });

/** The carrier answers at once, and `answers` times. */
const warehouse = (cwd: string, answers = ''): Promise<Server> =>
  startServer([...command('troupe dev'), '--port', '0'], {
    cwd,
    env: { CARRIER_ANSWER_MS: '1', ...(answers === '' ? {} : { CARRIER_ANSWERS: answers }) },
  });

/** Runs the command of the README that begins so, as it stands but for the port and the id. */
async function bash(begin: string, { url }: Server, cwd: string, id = ''): Promise<string> {
  const lines = blocksOf(README, 'sh').join('').split('\n');
  const from = lines.findIndex((line) => line.startsWith(begin));
  // A quoted text may go on in the next line.
  const isWhole = (to: number): boolean => lines.slice(from, to).join('').split("'").length % 2 === 1;
  let to = from + 1;
  while (!isWhole(to)) to++;
  const said = lines
    .slice(from, to)
    .join('\n')
    .replace('http://127.0.0.1:7070', url)
    .replace('=ID', `=${id}`);
  return (await promisify(execFile)('bash', ['-euc', said], { cwd })).stdout;
}

const submitted = async (server: Server, part: string): Promise<string> =>
  (await server.troupe(...command(part))).stdout.trim();

const taskOf = async (server: Server, id: string): Promise<TaskView> =>
  (await (await fetch(`${server.url}/tasks/${id}`)).json()) as TaskView;

const stepOf = async (server: Server, id: string, name: string): Promise<StepView | undefined> =>
  (await taskOf(server, id)).steps.find((step) => step.name === name);

const becomes = (server: Server, id: string, status: string): Promise<void> =>
  expect.poll(async () => (await taskOf(server, id)).status).toBe(status);

/** The boxes in the books of the carrier, in the order of their lines. */
function books(cwd: string): string[] {
  const file = join(cwd, '.troupe/parcels.jsonl');
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const lines = text === '' ? [] : text.split('\n');
  const boxes = lines.map((line) => z.object({ box: z.string() }).parse(JSON.parse(line)).box);
  return boxes.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

const ALL = Array.from({ length: LINES }, (_, index) => `a box with SKU-${index + 1}`);

describe('an order of 300 lines', () => {
  it('is one row in the list, ships each line once though the server is killed, and mails after the sleep', async () => {
    const cwd = temporaryFolder();
    const first = await warehouse(cwd, '100');
    const id = await submitted(first, '"A7"');
    // The books have what was answered, and the twenty that were not.
    await expect.poll(() => books(cwd).length).toBe(120);
    await expect.poll(async () => (await stepOf(first, id, 'parcels'))?.children?.done).toBe(100);
    expect((await stepOf(first, id, 'parcels'))?.children).toEqual({
      total: LINES,
      next: 120,
      open: 20,
      done: 100,
      lost: 0,
    });
    const list = (await first.troupe(...command('tasks list'))).stdout;
    expect(list.trim().split('\n')).toHaveLength(2);
    expect(list).toContain(id);
    first.child.kill('SIGKILL');
    await first.exit;

    const server = await warehouse(cwd);
    await becomes(server, id, 'waiting');
    await expect.poll(async () => (await stepOf(server, id, 'let_it_arrive'))?.status).toBe('waiting');
    expect(books(cwd)).toEqual(ALL);
    expect((await server.troupe(...command('tasks show', id))).stdout).toContain('let_it_arrive');
    await server.troupe(...command('tasks skip', id));
    await becomes(server, id, 'complete');
    expect((await stepOf(server, id, 'ask_how_it_was'))?.output).toEqual({
      to: 'ann@example.com',
      text: 'How were the 300 parcels of order A7?',
    });
    const second = await bash('curl -s http://127.0.0.1:7070/tasks -H', server, cwd);
    expect(JSON.parse(second)).toMatchObject({ name: 'Fulfilment', payload: { order: 'A8' } });
  });

  it('loses the line whose address the carrier does not know, and a retry ships that one alone', async () => {
    const cwd = temporaryFolder();
    const server = await warehouse(cwd);
    const id = await submitted(server, '"lost": 300');
    await becomes(server, id, 'failed');
    expect(await stepOf(server, id, 'parcels')).toMatchObject({
      children: { total: LINES, next: LINES, open: 0, done: LINES - 1, lost: 1 },
      error: { code: 'CHILD_FAILED' },
    });
    const lost = await bash("curl -s 'http://127.0.0.1:7070/tasks?parentId=", server, cwd, id);
    expect(JSON.parse(lost)).toMatchObject({
      tasks: [{ parent: { taskId: id, index: 299 }, error: { code: 'ADDRESS_UNKNOWN' } }],
    });
    expect(books(cwd)).toEqual(ALL.slice(0, -1));
    await bash("echo '300", server, cwd);
    await server.troupe(...command('tasks retry', id));
    await expect.poll(async () => (await stepOf(server, id, 'let_it_arrive'))?.status).toBe('waiting');
    expect(books(cwd)).toEqual(ALL);
    expect((await stepOf(server, id, 'parcels'))?.children).toMatchObject({ open: 0, done: LINES, lost: 0 });
  });

  it('begins nothing new after a line that is lost early, and goes on with the rest after a retry', async () => {
    const cwd = temporaryFolder();
    const server = await warehouse(cwd);
    const early = ['Fulfilment', '--payload', '{ "order": "B2", "lost": 17 }'];
    const id = (await server.troupe('submit', ...early)).stdout.trim();
    await becomes(server, id, 'failed');
    const { children } = (await stepOf(server, id, 'parcels')) ?? {};
    expect(children?.next).toBeLessThan(LINES);
    expect(books(cwd)).toHaveLength(children?.done ?? LINES);
    appendFileSync(join(cwd, '.troupe/carrier-map.txt'), '17 Nowhere Lane\n');
    await server.troupe(...command('tasks retry', id));
    await expect.poll(async () => (await stepOf(server, id, 'let_it_arrive'))?.status).toBe('waiting');
    expect(books(cwd)).toEqual(ALL);
  });

  it('mails three days after the last parcel, and not before', async () => {
    const clock = new ManualClock();
    const [fulfilment, shipLine] = ['fulfilment', 'ship-line'].map((name) => {
      const text = readFileSync(join(ROOT, `examples/fulfilment-lines/workflows/${name}.yaml`), 'utf8');
      return loadWorkflow(text, 'yaml', { environment: null, variables: null });
    });
    if (fulfilment === undefined || shipLine === undefined) throw new Error('there are two workflows');
    const lines = Array.from({ length: LINES }, (_, n) => ({ sku: `SKU-${n}`, address: 'here' }));
    const troupe = await startTroupe({
      clock,
      workflows: [fulfilment, shipLine],
      handlers: handlers({
        ReadOrder: () => ({ lines }),
        Pack: () => ({ box: 'a box' }),
        Ship: () => ({ parcel: 'P' }),
        MailCustomer: ({ with: { text } }) => text,
      }),
    });
    const { taskId: id } = await troupe.submit(request('Fulfilment', { payload: { order: 'A7' } }));
    await stepFact(troupe, id, 'let_it_arrive', 'waiting');
    clock.advance(3 * DAY_MS - 1);
    expect(troupe.getTask(null, id)).toMatchObject({ status: 'waiting' });
    expect(troupe.listTasks({ tenantId: null, limit: 10 }).tasks).toHaveLength(1);
    clock.advance(1);
    await taskFact(troupe, id, 'complete');
    expect(troupe.getStep(null, id, 'ask_how_it_was').output).toBe('How were the 300 parcels of order A7?');
  });
});
