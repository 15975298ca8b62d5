/** `troupe run` as a real process: what goes in, what comes out, and what survives an interruption. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTroupe } from '../../src/troupe.ts';
import type { TaskView } from '../../src/views/tasks.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { runTroupe, startTroupeCommand } from './process.ts';

const WORKFLOW = `
name: orders
steps:
  - name: receive
  - name: charge
    depends_on: receive
    backoff: { strategy: fixed, base: 1ms }
  - name: ship
    depends_on: charge
`;

/** Each execution leaves a line in `executed`; a payload asks for what is to go wrong. */
const HANDLERS = `
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
const folder = import.meta.dirname;
const executed = (job) => appendFileSync(join(folder, 'executed'), job.step + ' ' + job.payload.id + '\\n');
export const handlers = {
  receive: (job) => {
    executed(job);
    console.log('a handler talks');
    if (job.payload.refuse) throw Object.assign(new Error('no address'), { name: 'PermanentError', code: 'NO_ADDRESS' });
    return job.payload.id;
  },
  charge: async (job) => {
    executed(job);
    while (job.payload.waitFor && !existsSync(join(folder, job.payload.waitFor))) await new Promise(setImmediate);
    if (job.attempt < (job.payload.attempts ?? 1)) throw new Error('busy');
    return 'receipt';
  },
  ship: (job) => {
    executed(job);
    return 'track_' + job.payload.id;
  },
};
`;

function checkout() {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'orders.yaml'), WORKFLOW);
  writeFileSync(join(cwd, 'handlers.mjs'), HANDLERS);
  return {
    cwd,
    file: (name: string, text: string) => writeFileSync(join(cwd, name), text),
    run: (...args: string[]) => runTroupe(['run', 'orders.yaml', '--handlers', '.', ...args], { cwd }),
    /** In this process, for what ends before anything starts. */
    refuse: (...args: string[]) => runInProcess(['run', 'orders.yaml', '--handlers', '.', ...args], { cwd }),
    start: (...args: string[]) =>
      startTroupeCommand(['run', 'orders.yaml', '--handlers', '.', ...args], { cwd }),
    executed: () => readFileSync(join(cwd, 'executed'), 'utf8').trim().split('\n'),
  };
}

const lines = (...payloads: readonly object[]): string =>
  payloads.map((payload) => `${JSON.stringify(payload)}\n`).join('');

const tasksIn = (stdout: string): TaskView[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TaskView);

describe('a run', () => {
  it('makes a task of each line, tells a line a fact elsewhere than on a terminal, sums up, and stores its file as written', async () => {
    const { cwd, file, run } = checkout();
    file('in.jsonl', lines({ id: 'o1' }, { id: 'o2', attempts: 2 }));
    const { code, stdout, stderr } = await run('--input', '@in.jsonl', '--db', 'run.db');
    expect(stderr).toContain('orders 0.1.0: 2 tasks of 3 steps');
    expect(stderr).toMatch(/2 o2 {2}\S+ {2}step:charge {2}retrying {2}attempt 1 {2}Error: busy/);
    expect(stdout).toMatch(/^1 o1 +complete +3 of 3/m);
    expect(stdout).toMatch(/2 tasks in .*: 2 complete\n$/);
    expect(code).toBe(0);
    const troupe = await createTroupe({ db: join(cwd, 'run.db'), handlers: [] });
    const { hash } = troupe.getWorkflow('orders');
    expect(troupe.workflowSource(hash)).toMatchObject({ format: 'yaml', text: WORKFLOW });
    await troupe.close();
  });

  it('exits 1 when a task failed, and says which and why', async () => {
    const { run } = checkout();
    const { code, stdout } = await run('--input', '[{"id":"o1"},{"id":"o2","refuse":true}]');
    expect(stdout).toMatch(/^2 o2 +failed +0 of 3 .*receive: no address \(NO_ADDRESS\)$/m);
    expect(code).toBe(1);
  });

  it('takes payloads from standard input, prints each ended task as a line of JSON, and nothing else: what handlers print is talk', async () => {
    const { cwd } = checkout();
    const args = ['run', 'orders.yaml', '--handlers', '.', '--input', '-', '--json'];
    const input = lines({ id: 'o1' }, { id: 'o2', refuse: true });
    const { stdout, stderr } = await runTroupe(args, { cwd, input });
    const tasks = tasksIn(stdout);
    expect(Object.fromEntries(tasks.map(({ payload, status }) => [payload['id'], status]))).toEqual({
      o1: 'complete',
      o2: 'failed',
    });
    expect(tasks.find(({ status }) => status === 'complete')?.result).toEqual({ ship: 'track_o1' });
    expect(stderr).toContain('a handler talks');
  });

  it('starts one task with an empty payload when it is given none', async () => {
    const { run } = checkout();
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toContain('track_undefined');
  });
});

describe('before anything starts', () => {
  it('a bad line is told by its number', async () => {
    const { file, refuse, executed } = checkout();
    file('in.jsonl', '{"id":"o1"}\n\n[1]\n');
    const { code, stdout, stderr } = await refuse('--input', '@in.jsonl');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/line 3: \/payload must be a JSON object/);
    expect(executed).toThrow();
  });

  it('all steps without a handler are told at once', async () => {
    const { cwd } = checkout();
    writeFileSync(
      join(cwd, 'handlers.mjs'),
      'export const handlers = { charge: () => 1, Receive: () => 1 };',
    );
    const { code, stderr } = await runInProcess(['run', 'orders.yaml', '--handlers', '.'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'step "receive" needs the handler receive; a handler "Receive" is served; did you mean it?',
    );
    expect(stderr).toContain('step "ship" needs the handler ship');
    expect(stderr).not.toContain('step "charge"');
  });

  it('everything wrong with the file is told with its place', async () => {
    const { file, refuse } = checkout();
    file('orders.yaml', 'name: orders\nsteps:\n  - name: a\n    depends_on: b\n  - name: a\n');
    const { code, stderr } = await refuse();
    expect(code).toBe(2);
    expect(stderr).toMatch(/orders\.yaml:4:/);
    expect(stderr).toMatch(/orders\.yaml:5:/);
  });

  it.each([
    [['--record'], /only a Markdown runbook/],
    [['--concurrency', '0'], /--concurrency/],
    [['--handlers', 'no-such-folder'], /no-such-folder/],
    [['--input', '@no-such-file.json'], /no-such-file/],
  ])('%j is wrong usage', async (args, message) => {
    const { cwd } = checkout();
    const { code, stderr } = await runInProcess(['run', 'orders.yaml', ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('an interrupted run', () => {
  const input = ['--input', '@in.jsonl', '--concurrency', '1'];
  const orders = lines({ id: 'o1', waitFor: 'go' }, { id: 'o2' });

  it('ends the attempts that run, says how to go on, and goes on: nothing runs twice', async () => {
    const { file, start, run, executed } = checkout();
    file('in.jsonl', orders);
    const running = start(...input, '--db', 'run.db');
    await running.shows(/1 o1 .*step:charge {2}running/);
    running.child.kill('SIGINT');
    await running.shows(/SIGINT: stopping/);
    file('go', '');
    expect(await running.exit).toBe(1);
    expect(running.stderr()).toContain(
      'Go on with: troupe run orders.yaml --db run.db --handlers . --concurrency 1',
    );

    const { code, stdout } = await run('--db', 'run.db', '--json');
    expect(code).toBe(0);
    expect(tasksIn(stdout).map(({ payload }) => payload['id'])).toEqual(expect.arrayContaining(['o1', 'o2']));
    expect(executed().sort()).toEqual([
      'charge o1',
      'charge o2',
      'receive o1',
      'receive o2',
      'ship o1',
      'ship o2',
    ]);
  });

  it('goes on after kill -9; a completed step is not executed again', async () => {
    const { file, start, run, executed } = checkout();
    file('in.jsonl', orders);
    const running = start(...input, '--db', 'run.db');
    await running.shows(/1 o1 .*step:charge {2}running/);
    running.child.kill('SIGKILL');
    await running.exit;
    file('go', '');
    const { code } = await run(...input, '--db', 'run.db');
    expect(code).toBe(0);
    expect(executed().filter((line) => line === 'receive o1')).toHaveLength(1);
    expect(executed().filter((line) => line === 'ship o1')).toHaveLength(1);
  });

  it('is not mixed up with another input, and a run that is over makes way for a new one', async () => {
    const { file, start, run } = checkout();
    file('in.jsonl', orders);
    const running = start(...input, '--db', 'run.db');
    await running.shows(/1 o1 .*step:charge {2}running/);
    running.child.kill('SIGKILL');
    await running.exit;
    file('go', '');
    const other = await run('--db', 'run.db', '--input', '{"id":"o9"}');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('unfinished run with another input');

    expect((await run('--db', 'run.db')).code).toBe(0);
    const { stdout } = await run('--db', 'run.db', '--input', '{"id":"o9"}', '--json');
    expect(tasksIn(stdout).map(({ payload }) => payload['id'])).toEqual(['o9']);
  });

  it('in memory cannot go on, and says so', async () => {
    const { file, start } = checkout();
    file('in.jsonl', orders);
    const running = start(...input);
    await running.shows(/1 o1 .*step:charge {2}running/);
    running.child.kill('SIGTERM');
    file('go', '');
    expect(await running.exit).toBe(1);
    expect(running.stderr()).toContain('with --db FILE they could go on');
  });
});
