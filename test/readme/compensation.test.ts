/** The workflow of `docs/compensation.md` is one in all its forms, and its commands take back what they say. */

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { StepView, TaskView } from '../../src/views/tasks.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import type { FileFormat } from '../../src/workflow/file-format.ts';
import { builtMain, ROOT } from '../build.ts';
import { MAIN, type Server, startServer } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';
import { blocksOf } from './blocks.ts';

const PAGE = 'docs/compensation.md';
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
const run = promisify(execFile);

beforeAll(async () => {
  await builtMain();
}, 600_000);

const [yaml = '', byHand = ''] = blocksOf(PAGE, 'yaml');
const typescript = blocksOf(PAGE, 'ts');
const [, markdown = ''] = /^````markdown\n(.*?)^````$/ms.exec(readFileSync(join(ROOT, PAGE), 'utf8')) ?? [];

const load = (text: string, format: FileFormat) =>
  loadWorkflow(text, format, { environment: null, variables: null });

it('the workflow is the same in YAML, in TypeScript and in Markdown', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(ROOT, join(cwd, 'node_modules/troupe'));
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(cwd, 'trip.ts'), typescript.find((code) => code.includes('defineWorkflow')) ?? '');
  const print = "import { trip } from './trip.ts';\nconsole.log(JSON.stringify(trip.definition));\n";
  writeFileSync(join(cwd, 'print.ts'), print);
  const { stdout } = await run(process.execPath, [TSX, 'print.ts'], { cwd });
  expect(load(yaml, 'yaml')).toEqual(JSON.parse(stdout));
  expect(load(markdown, 'markdown')).toEqual(load(yaml, 'yaml'));
});

/** These handlers note what they do in the file `log`, and do as the payload says. */
const HANDLERS = `
import { appendFileSync, existsSync } from 'node:fs';
import { PermanentError } from 'troupe/worker';
const note = (text) => appendFileSync('log', text + '\\n');
const stopped = (signal) => new Promise((_, stop) => signal.addEventListener('abort', () => stop(signal.reason)));
export const handlers = {
  BookFlight: ({ idempotencyKey }) => ({ booking: 'F1', key: idempotencyKey }),
  BookHotel: () => ({ booking: 'H1' }),
  RentCar({ payload: { car }, signal }) {
    if (car === 'slow') return stopped(signal);
    throw new PermanentError('no cars', { code: 'NO_CARS' });
  },
  async CancelFlight({ payload: { flight }, compensates, step, signal }) {
    note(step + ' ' + compensates.output.booking + ' ' + (compensates.idempotencyKey === compensates.output.key));
    if (flight === 'slow') await stopped(signal);
  },
  CancelHotel({ with: { reason }, step }) {
    if (existsSync('hotel is closed')) throw new PermanentError('the hotel is closed', { code: 'CLOSED' });
    note(step + ' ' + reason);
  },
  CancelCar: ({ step }) => note(step),
  ship: () => 'on its way',
  bill() { throw new PermanentError('no address'); },
  CallBack: ({ step }) => note(step),
};
`;

interface Office {
  readonly server: Server;
  readonly cwd: string;
  /** It runs the line of the page that has `part` in it, for this task. */
  bash(part: string, id: string): Promise<string>;
  task(id: string): Promise<TaskView>;
  submit(name: string, payload?: object): Promise<string>;
  becomes(id: string, status: string): Promise<void>;
  step(id: string, name: string): Promise<StepView | undefined>;
  log(): string[];
}

/** This payment provider answers everything, and notes it. */
async function payments(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const provider = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void provider.close());
  await new Promise((listens) => provider.once('listening', listens));
  return { url: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`, asked };
}

async function office(pay = 'http://127.0.0.1:9'): Promise<Office> {
  const cwd = temporaryFolder();
  for (const folder of ['workflows', 'handlers', 'node_modules']) mkdirSync(join(cwd, folder));
  symlinkSync(ROOT, join(cwd, 'node_modules/troupe'));
  writeFileSync(join(cwd, 'log'), '');
  writeFileSync(join(cwd, 'workflows/trip.yaml'), yaml.replaceAll('https://pay.example', pay));
  writeFileSync(join(cwd, 'workflows/shipment.yaml'), byHand);
  writeFileSync(join(cwd, 'handlers/all.mjs'), HANDLERS);
  const [teller = ''] = typescript.filter((code) => code.startsWith('// handlers/TellTraveller.ts'));
  writeFileSync(join(cwd, 'handlers/TellTraveller.ts'), teller);
  const server = await startServer(['dev', '--port', '0'], {
    cwd,
    env: { TROUPE_WEBHOOK_ALLOW: '127.0.0.1' },
  });
  const task = async (id: string): Promise<TaskView> =>
    (await (await fetch(`${server.url}/tasks/${id}`)).json()) as TaskView;
  return {
    ...{ server, cwd, task },
    bash: async (part, id) => {
      const lines = (blocksOf(PAGE, 'sh')[0] ?? '').trim().split('\n');
      const line = lines.find((text) => text.includes(part)) ?? `exit 9 # no line with ${part}`;
      const npx = `npx() { shift; ${process.execPath} ${MAIN} "$@"; }\n`;
      const env = { ...process.env, TROUPE_URL: server.url };
      return (await run('bash', ['-euc', npx + line.replace(' ID', ` ${id}`)], { env })).stdout;
    },
    submit: async (name, payload = {}) =>
      (await server.troupe('submit', name, '--payload', JSON.stringify(payload))).stdout.trim(),
    becomes: (id, status) =>
      expect.poll(async () => (await task(id)).status, { timeout: 20_000 }).toBe(status),
    step: async (id, name) => (await task(id)).steps.find((step) => step.name === name),
    log: () => readFileSync(join(cwd, 'log'), 'utf8').trim().split('\n').sort(),
  };
}

const BACK = ['flight.compensation F1 true', 'hotel.compensation no car for 7'];

describe('the commands', { timeout: 60_000 }, () => {
  it('a cancel takes back first, and leaves nothing', async () => {
    const { url, asked } = await payments();
    const { submit, step, bash, becomes, task, log } = await office(url);
    const id = await submit('trip', { trip: 7, car: 'slow' });
    await expect.poll(async () => (await step(id, 'car'))?.status, { timeout: 20_000 }).toBe('running');
    await bash('cancel ID --compensate', id);
    await becomes(id, 'cancelled');
    expect(await task(id)).toMatchObject({
      ending: 'cancel',
      compensation: { done: 4, total: 4, failed: 0 },
      compensated: true,
    });
    // The car was cut off: nobody knows whether it is rented.
    expect(await step(id, 'car')).toMatchObject({ status: 'cancelled', unknown: true });
    expect(log()).toEqual(['car.compensation', ...BACK].sort());
    expect(asked).toEqual(['PUT /charges/7', 'DELETE /charges/7']);
    expect((await step(id, 'tell'))?.status).toBe('cancelled');
  });

  it('a cancel leaves the rest, and is refused without a word about it', async () => {
    const { url } = await payments();
    const { server, submit, bash, task, log } = await office(url);
    const id = await submit('trip', { trip: 7, flight: 'slow' });
    await expect.poll(log, { timeout: 20_000 }).toEqual(BACK);
    const refused = await server.troupe('tasks', 'cancel', id);
    expect(refused.stderr).toContain('COMPENSATING');
    await bash('--no-compensate', id);
    expect(await task(id)).toMatchObject({ status: 'cancelled', compensated: 'partly' });
  });

  it('a compensation that failed is retried, or done by hand', async () => {
    const { url } = await payments();
    const { server, cwd, submit, bash, becomes, task, step } = await office(url);
    writeFileSync(join(cwd, 'hotel is closed'), '');
    const [one, two] = [await submit('trip', { trip: 7 }), await submit('trip', { trip: 8 })];
    for (const id of [one, two]) await becomes(id, 'failed');
    const listed = z.object({ tasks: z.array(z.looseObject({ id: z.string(), error: z.unknown() })) });
    const { tasks } = listed.parse(await (await fetch(`${server.url}/tasks`)).json());
    expect(tasks.find(({ id }) => id === one)?.error).toMatchObject({
      code: 'COMPENSATION_FAILED',
      step: 'hotel.compensation',
    });
    expect(await task(one)).toMatchObject({
      compensation: { done: 2, total: 3, failed: 1 },
      compensated: 'partly',
    });
    expect((await step(one, 'tell'))?.output).toEqual({
      booked: ['flight', 'hotel', 'pay'],
      stands: ['hotel'],
    });
    expect((await server.troupe('tasks', 'retry', one)).stderr).toContain('COMPENSATED');
    await bash('tasks complete ID hotel.compensation', two);
    rmSync(join(cwd, 'hotel is closed'));
    await bash('tasks retry ID hotel.compensation', one);
    for (const id of [one, two]) {
      await expect.poll(async () => (await task(id)).compensated, { timeout: 20_000 }).toBe(true);
      expect((await task(id)).error).toMatchObject({ code: 'NO_CARS', step: 'car' });
    }
  });

  it('a task that failed stands until somebody says so, where its workflow says by_hand', async () => {
    const { submit, bash, becomes, task, log } = await office();
    const id = await submit('shipment');
    await becomes(id, 'failed');
    expect(await task(id)).toMatchObject({
      compensation: null,
      waitingFor: [{ why: expect.stringContaining('compensate') }],
    });
    await bash('tasks compensate', id);
    await expect.poll(async () => (await task(id)).compensated, { timeout: 20_000 }).toBe(true);
    expect(log()).toEqual(['ship.compensation']);
  });
});

it('the tables name what there is', () => {
  const text = readFileSync(join(ROOT, PAGE), 'utf8');
  const [, table = ''] = /^\| of `job.compensates`.*?\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(named).toEqual(['step', 'output', 'error', 'attempt', 'idempotencyKey', 'children']);
});
