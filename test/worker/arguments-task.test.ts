// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

/** Steps with arguments, in tasks: what their handlers get, what fails without one, and what is shown of it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import type { TroupeOptions } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import { HandlerHost } from '../../src/worker/host/host.ts';
import type { Handler, HandlerContext, Job } from '../../src/worker/job.ts';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import { handlers, request, startTroupe, step, taskFact, temporaryFolder, workflow } from '../support.ts';
import { handlerFolder } from './host/hosting.ts';

const failsForGood: Handler = () => {
  throw new PermanentError('out of paper', { code: 'NO_PAPER' });
};

/** The handler `send` gives back its arguments, which are kept with its step. */
async function start(
  steps: readonly StepDefinition[],
  own: Readonly<Record<string, Handler>> = {},
  more: Partial<TroupeOptions> = {},
) {
  const jobs: HandlerContext[] = [];
  const send: Handler = (job) => {
    jobs.push(job);
    return job.with;
  };
  const all = handlers({ send, print: ({ step }) => ({ by: step }), ...own });
  const troupe = await startTroupe({ handlers: all, workflows: [workflow('w', steps)], ...more });
  const run = async (ends: 'complete' | 'failed', payload = {}) => {
    const { taskId } = await troupe.submit(request('w', { payload }));
    await taskFact(troupe, taskId, ends);
    return taskId;
  };
  return { troupe, jobs, run };
}

const sends = (name: string, dependsOn: string[], given?: Record<string, unknown>): StepDefinition =>
  step(name, dependsOn, { handler: 'send', ...(given === undefined ? {} : { with: given }) });

it('one handler does many steps, each by its own arguments, and none gives it an empty object', async () => {
  const { troupe, jobs, run } = await start([
    step('first', [], { handler: 'print' }),
    step('next', ['first'], { handler: 'print' }),
    sends('mail', ['next'], { to: '${payload.to}', by: '${steps.first.output}', n: ['${payload.n}'] }),
    sends('chat', ['mail'], { text: 'after ${steps.mail.output.by.by}' }),
    sends('bare', ['chat']),
  ]);
  const id = await run('complete', { to: 'Ann', n: 7 });
  expect(jobs.map(({ step, with: given }) => [step, given])).toEqual([
    ['mail', { to: 'Ann', by: { by: 'first' }, n: [7] }],
    ['chat', { text: 'after first' }],
    ['bare', {}],
  ]);
  // A step that one only refers to is no dependency.
  expect(jobs.map(({ dependencies }) => Object.keys(dependencies))).toEqual([['next'], ['mail'], ['chat']]);
  expect(troupe.getStep(null, id, 'mail')).toMatchObject({
    with: { to: '${payload.to}', by: '${steps.first.output}', n: ['${payload.n}'] },
    arguments: { to: 'Ann', by: { by: 'first' }, n: [7] },
  });
  expect(troupe.getStep(null, id, 'bare')).toMatchObject({ arguments: null });
  expect(troupe.getStep(null, id, 'bare')).not.toHaveProperty('with');
});

it('are the same for each attempt, and its own: what one does to them neither the next nor the payload sees', async () => {
  const lines = Array.from({ length: 400 }, (_, index) => index);
  const { troupe, run } = await start(
    [
      step('sort', [], {
        with: { small: ['${payload.small}'], lines: '${payload.lines}' },
        backoff: { strategy: 'fixed', baseMs: 0, maxMs: 0, jitter: 'none' },
      }),
      step('look', ['sort'], { with: { lines: '${payload.lines}' } }),
    ],
    {
      sort: ({ with: given, attempt }) => {
        const { small, lines } = given as { small: { n: number }[]; lines: number[] };
        const seen = [small[0]?.n, lines.length, lines[0]];
        Object.assign(small[0] ?? {}, { n: 0 });
        lines.splice(0, 300);
        if (attempt === 1) throw new Error('again');
        return seen;
      },
      look: ({ with: given, payload }) => [given['lines'], payload['small']],
    },
  );
  const id = await run('complete', { small: { n: 1 }, lines });
  expect(troupe.getStep(null, id, 'sort')).toMatchObject({ attempt: 2, output: [1, 400, 0] });
  expect(troupe.getTask(null, id).result).toEqual({ look: [lines, { n: 1 }] });
});

it('a missing value fails the attempt for good, and so does what is too large, with both numbers', async () => {
  const { troupe, jobs, run } = await start([
    sends('missing', [], { to: '${payload.to.name}' }),
    sends('large', [], { text: '${payload.text}', again: ['${payload.text}'] }),
  ]);
  const id = await run('failed', { text: 'x'.repeat(150 * 1024) });
  expect(jobs).toEqual([]);
  const error = (name: string) => troupe.getStep(null, id, name).attempts.map(({ error }) => error);
  expect(error('missing')).toMatchObject([
    {
      name: 'PermanentError',
      code: 'TEMPLATE_MISSING',
      message: 'with: ${payload.to.name} has no value: there is no payload.to',
      retryable: false,
      stack: null,
    },
  ]);
  expect(error('large')).toMatchObject([
    {
      code: 'ARGUMENTS_TOO_LARGE',
      message: expect.stringMatching(
        /^with: the arguments are at least 307\d\d\d bytes .*; at most 262144 are/,
      ),
      retryable: false,
    },
  ]);
  for (const name of ['missing', 'large'])
    expect(troupe.getStep(null, id, name)).toMatchObject({ arguments: null });
});

it('an optional step that lacks one is skipped, and null is what a skipped step gives others', async () => {
  const { jobs, run } = await start([
    { ...sends('gift', [], { to: '${payload.gift}' }), optional: true },
    sends('mail', ['gift'], { gift: '${steps.gift.output}' }),
  ]);
  await run('complete');
  expect(jobs.map(({ step, with: given }) => [step, given])).toEqual([['mail', { gift: null }]]);
});

it('a failure handler has arguments too, of the failures and the payload', async () => {
  const told = {
    what: '${steps.failed.output[0].error.code}',
    all: '${steps.failed.output}',
    to: '${payload.to}',
  };
  const tell = { ...sends('tell', [], told), failuresAs: 'failed' };
  const thank = { ...sends('thank', [], { to: '${payload.to}' }), failuresAs: 'failed' };
  const { troupe, jobs, run } = await start([step('pay'), tell, thank], { pay: failsForGood });
  const id = await run('failed', { to: 'Ann' });
  const [first, second] = [...jobs].sort((a, b) => a.step.localeCompare(b.step)).map((job) => job.with);
  expect(first).toMatchObject({
    what: 'NO_PAPER',
    to: 'Ann',
    all: [{ step: 'pay', error: { code: 'NO_PAPER' } }],
  });
  expect(second).toEqual({ to: 'Ann' });
  // Failures change, and are not made again of what there is later.
  expect(troupe.getStep(null, id, 'tell')).toMatchObject({ with: told, arguments: null });
  expect(troupe.getStep(null, id, 'thank')).toMatchObject({ arguments: { to: 'Ann' } });
});

it('reach handlers in a process of their own', { timeout: 300_000 }, async () => {
  const folder = handlerFolder({
    away: 'export default (job) => [process.pid, job.with, job.dependencies];',
  });
  const host = await HandlerHost.open({
    groups: [[folder]],
    isolation: 'host',
    log: pino({ level: 'silent' }),
  });
  const large = Array.from({ length: 400 }, (_, index) => index);
  const { troupe, run } = await start(
    [
      step('first', [], { handler: 'print' }),
      step('next', ['first'], { handler: 'print' }),
      step('away', ['next'], { with: { by: '${steps.first.output.by}', large: '${payload.large}' } }),
    ],
    {},
    { host },
  );
  const id = await run('complete', { large });
  const { away } = troupe.getTask(null, id).result as { away: [number, Job['with'], object] };
  expect(away[0]).not.toBe(process.pid);
  expect(away.slice(1)).toEqual([{ by: 'first', large }, { next: { by: 'next' } }]);
});

it('are made again when an attempt is sent again after a restart, and no copy of them is stored', async () => {
  const db = join(temporaryFolder(), 'troupe.db');
  const steps = [sends('mail', [], { text: 'for ${payload.to} alone' })];
  const first = await start(steps, { send: () => new Promise(() => {}) }, { db });
  const { taskId } = await first.troupe.submit(request('w', { payload: { to: 'Ann' } }));
  await taskFact(first.troupe, taskId, 'running');
  await first.troupe.close({ graceMs: 0 });
  const second = await start(steps, { send: ({ with: given }) => String(given['text']).length }, { db });
  await taskFact(second.troupe, taskId, 'complete');
  expect(second.troupe.getStep(null, taskId, 'mail')).toMatchObject({
    output: 'for Ann alone'.length,
    arguments: { text: 'for Ann alone' },
  });
  await second.troupe.close({ graceMs: 0 });
  const folder = join(db, '..');
  for (const name of readdirSync(folder))
    expect(readFileSync(join(folder, name)).includes('for Ann alone')).toBe(false);
});

it('are shown over HTTP: as written with the workflow and the task, filled in with the step, in no list', async () => {
  const { troupe, run } = await start([
    sends('mail', [], { to: '${payload.to}' }),
    sends('late', ['mail'], { n: 1 }),
  ]);
  const id = await run('complete', { to: 'Ann' });
  const app = createApp({ troupe, keys: null, version: '0' });
  const get = async (path: string) => (await (await app.request(path)).json()) as Record<string, unknown>;
  const written = [{ with: { to: '${payload.to}' } }, { with: { n: 1 } }];
  expect(await get('/workflows/w')).toMatchObject({ steps: written });
  expect(await get(`/tasks/${id}`)).toMatchObject({ steps: written });
  expect(await get(`/tasks/${id}/steps/mail`)).toMatchObject({ ...written[0], arguments: { to: 'Ann' } });
  const { tasks } = (await get('/tasks')) as { tasks: { steps: object[] }[] };
  expect(tasks[0]?.steps.filter((step) => 'with' in step)).toEqual([]);
});

it('a task of a definition with much of them is written in a thread', async () => {
  const text = 'x'.repeat(200 * 1024);
  const steps = Array.from({ length: 6 }, (_, index) => sends(`s${index}`, [], { text }));
  const { troupe, run } = await start(
    steps,
    { send: () => null },
    { db: join(temporaryFolder(), 'troupe.db') },
  );
  const id = await run('complete');
  const answer = await troupe.answer(null, { ask: 'task', id });
  expect(answer).toBeInstanceOf(Uint8Array);
  expect(JSON.parse(Buffer.from(answer).toString())).toEqual(
    JSON.parse(JSON.stringify(troupe.getTask(null, id))),
  );
});
