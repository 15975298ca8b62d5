// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Signals and approvals on the command line. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { approvalTable } from '../../src/cli/approvals.ts';
import { factLine } from '../../src/cli/show.ts';
import type { Fact, TaskView } from '../../src/views/tasks.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { type Ran, type Server, startServer, startSharedServer } from './process.ts';

const ORDER = {
  name: 'order',
  steps: [
    { name: 'rest', sleep: '1h', optional: true },
    { name: 'paid', wait_for: { signal: 'payment', key: '${payload.order}' } },
    { name: 'manager', depends_on: 'paid', wait_for: { approval: 'Ship ${payload.order}?', within: '24h' } },
    { name: 'boss', depends_on: 'manager', wait_for: { approval: 'Really?', who: ['anna'] } },
  ],
};

let server: Server;
beforeAll(async () => {
  const shared = await startSharedServer((folder) => [
    'dev',
    '--db',
    join(folder, 'troupe.db'),
    '--port',
    '0',
  ]);
  server = shared.server;
  await over('/workflows', ORDER);
  return shared.end;
});

const troupe = (...args: string[]): Promise<Ran> => runInProcess(args, { env: { TROUPE_URL: server.url } });

async function over<Body>(path: string, body?: object): Promise<Body> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`${server.url}${path}`, init)).json()) as Body;
}

const seen = (id: string) => over<TaskView>(`/tasks/${id}`);
const stepOf = async (id: string, name: string) => (await seen(id)).steps.find((step) => step.name === name);

/** A task that waits for a signal of its own key, and the clock. */
async function ordered(order: string): Promise<string> {
  const { id } = await over<TaskView>('/tasks', { name: 'order', payload: { order }, tags: [order] });
  await expect.poll(async () => (await seen(id)).status).toBe('waiting');
  return id;
}

async function paid(order: string): Promise<string> {
  const id = await ordered(order);
  await over(`/tasks/${id}/signals/payment`, {});
  return id;
}

describe('troupe signal', () => {
  it('tells all that wait for a key, prints the id of the signal, and once more does nothing', async () => {
    const id = await ordered('s1');
    const args = ['signal', 'payment', '--key', 's1', '--data', '{"sum":5}', '--id', 'p1', '--keep', '1h'];
    expect(await troupe(...args)).toEqual({ code: 0, stdout: 'p1\n', stderr: 'Taken by a task.\n' });
    expect(await stepOf(id, 'paid')).toMatchObject({ status: 'complete', output: { sum: 5 } });
    expect((await troupe(...args, '--json')).stdout).toContain('"delivered": 0');
    const { signals } = await over<{ signals: { until: string; at: string }[] }>(`/tasks/${id}/signals`);
    const [{ until, at } = { until: '', at: '' }] = signals;
    expect(Date.parse(until) - Date.parse(at)).toBe(3_600_000);
  });

  it('says that nobody waits, and refuses with every problem', async () => {
    const { code, stderr } = await troupe('signal', 'payment', '--key', 'nobody', '--tenant', 'acme');
    expect([code, stderr]).toEqual([0, 'Nobody waits for it now; it is kept.\n']);
    const refused = await troupe('signal', '..', '--key', '');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('INVALID_BODY');
    expect(refused.stderr).toContain('/name: ');
    expect(refused.stderr).toContain('/key: ');
  });
});

describe('troupe tasks signal and signals', () => {
  it('tell one task, and list what it was told', async () => {
    const id = await ordered('t1');
    expect((await troupe('tasks', 'signals', id)).stderr).toBe('No signals.\n');
    await troupe('tasks', 'pause', id);
    const kept = await troupe('tasks', 'signal', id, 'payment', '--data', '"x"', '--id', 't1-1');
    expect(kept).toEqual({ code: 0, stdout: 't1-1\n', stderr: 'It is kept until a step waits for it.\n' });
    expect((await troupe('tasks', 'signals', id)).stdout).toMatch(
      /^NAME +KEY +SENT +BY +TAKEN BY +KEPT UNTIL +ID\npayment +\d+ s ago +http +nobody yet +t1-1\n$/,
    );
    await troupe('tasks', 'resume', id);
    expect((await troupe('tasks', 'signals', id)).stdout).toMatch(/ paid +t1-1\n$/);
    const { signals } = JSON.parse((await troupe('tasks', 'signals', id, '--json')).stdout);
    expect(signals).toMatchObject([{ id: 't1-1', name: 'payment', takenBy: 'paid' }]);
    const wrong = await troupe('tasks', 'signal', id, 'paymant');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('did you mean "payment"?')]);
  });
});

describe('troupe approvals', () => {
  it('lists what waits for people, with the links', async () => {
    const id = await paid('a1');
    const { stdout } = await troupe('approvals', '--limit', '10000');
    const [header, ...lines] = stdout.trim().split('\n');
    expect(header).toMatch(/^AGE +UNTIL +TASK ID +STEP +PROMPT +LINK$/);
    const line = lines.find((text) => text.includes(id)) ?? '';
    expect(line).toMatch(/^\d+ s ago +in 24 h /);
    expect(line).toContain('manager  Ship a1?');
    const link = line.trim().split(' ').at(-1) ?? '';
    expect(link.startsWith(`${server.url}/approvals/`)).toBe(true);
    expect((await fetch(link)).status).toBe(200);
    const json = JSON.parse((await troupe('approvals', '--json', '--limit', '10000')).stdout);
    const found = json.approvals.find((approval: { taskId: string }) => approval.taskId === id);
    expect(found).toMatchObject({ step: 'manager', prompt: 'Ship a1?', link });
    expect(json.nextCursor).toBe(null);
  });

  it('only those of a tenant, or that a person may answer; a page is filled from several of the server', async () => {
    expect((await troupe('approvals', '--tenant', 'nobody')).stderr).toBe('Nothing waits for a person.\n');
    const id = await paid('a2');
    await over(`/tasks/${id}/steps/manager/complete`, {});
    const isIn = async (...more: string[]) =>
      (await troupe('approvals', '--limit', '10000', ...more)).stdout.includes(id);
    expect([await isIn('--who', 'anna'), await isIn('--who', 'otto')]).toEqual([true, false]);
    const { stdout } = await troupe('approvals', '--limit', '10000', '--who', 'anna');
    expect(stdout).toMatch(/Really\? +none: for anna$/m);
    await paid('a3');
    const first = await troupe('approvals', '--limit', '1');
    expect(first.stdout.trim().split('\n')).toHaveLength(2);
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.stderr) ?? [];
    const next = await troupe('approvals', '--limit', '1', '--cursor', cursor);
    expect(next.stdout).not.toBe(first.stdout);
  });

  it('lets no prompt play with the terminal, and cuts no link however narrow it is', async () => {
    const link = `https://shop.example/approvals/${'x'.repeat(54)}`;
    const approval = {
      taskId: '01a22d14-30dc-75c8-86a4-2cd7f2048f8d',
      taskName: 'order',
      tenantId: 'default',
      step: 'a step with a long name',
      prompt: '\u001b[31mred\u001b[0m \u202eand more of it, so that there is no room for all of this',
      who: null,
      since: '2030-01-01T00:00:00.000Z',
      until: null,
      link,
    };
    const at = Date.parse(approval.since) + 5_000;
    const text = approvalTable([approval], at, createColors(false), 80);
    for (const control of ['\u001b', '\u202e']) expect(text).not.toContain(control);
    expect(text.split('\n').at(-1)?.trim()).toBe(link);
    expect(text).toContain(approval.taskId);
    const wide = approvalTable([{ ...approval, link: '' }], at, createColors(false), 80);
    expect(wide.split('\n')).toHaveLength(2);
  });
});

describe('answers', () => {
  it('complete approves without an output, and reject says why', async () => {
    const id = await paid('b1');
    const approved = await troupe('tasks', 'complete', id, 'manager', '--reason', 'in stock');
    expect(approved.code).toBe(0);
    expect(approved.stdout).toContain("anna's decision: Really?");
    expect(await stepOf(id, 'manager')).toMatchObject({
      output: { approved: true, by: 'http', reason: 'in stock' },
    });
    const rejected = await troupe('tasks', 'reject', id, 'boss', '--reason', 'too late');
    expect(rejected.code).toBe(0);
    expect(await stepOf(id, 'boss')).toMatchObject({
      status: 'failed',
      error: { code: 'REJECTED', message: 'http said no: too late' },
    });
    const again = await troupe('tasks', 'complete', id, 'manager');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('ANSWERED')]);
    const other = await troupe('tasks', 'complete', id, 'rest');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('INVALID_OUTPUT')]);
  });

  it('extend moves the end, and a wrong time is refused', async () => {
    const id = await paid('b2');
    const until = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const { stdout } = await troupe('tasks', 'extend', id, 'manager', '--until', until, '--json');
    const { steps } = JSON.parse(stdout) as TaskView;
    expect(steps.find(({ name }) => name === 'manager')?.until).toBe(until);
    const wrong = await troupe('tasks', 'extend', id, 'manager', '--until', 'tomorrow');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('/until: must be')]);
  });
});

describe('tasks that wait', () => {
  it('are found by what they wait for', async () => {
    const [signal, approval] = [await ordered('c1'), await paid('c2')];
    const idsOf = async (what: string): Promise<string[]> => {
      const { stdout } = await troupe('tasks', 'list', '--waits-for', what, '--limit', '200', '--json');
      return (JSON.parse(stdout) as { tasks: TaskView[] }).tasks.map(({ id }) => id);
    };
    expect(await idsOf('approval')).toContain(approval);
    expect(await idsOf('approval')).not.toContain(signal);
    expect(await idsOf('signal')).toContain(signal);
    expect(await idsOf('sleep')).toEqual(expect.arrayContaining([signal, approval]));
    expect((await troupe('tasks', 'list', '--waits-for', 'godot')).stderr).toContain('waitsFor');
  });

  it('show says what is asked and until when, and counts no attempts of what nobody works at', async () => {
    const { stdout } = await troupe('tasks', 'show', await paid('d1'));
    expect(stdout).toMatch(
      /^waiting: step manager: waits for somebody's decision: Ship d1\? until \S+Z \(in 24 h\)/,
    );
    expect(stdout).toMatch(/^STEP +STATUS +ATTEMPTS +NEXT ATTEMPT +UNTIL +ERROR$/m);
    expect(stdout).toMatch(/^manager +waiting +in 24 h$/m);
    expect(stdout).toMatch(/^paid +complete$/m);
  });

  it('watch says what a step waits for, until when, and what is asked', () => {
    const fact: Fact = {
      taskId: 't',
      tenantId: 'default',
      seq: 1,
      at: '2030-01-01T00:00:00.000Z',
      actor: 'step:manager',
      fact: 'waiting',
      attempt: 1,
      output: null,
      error: null,
      for: 'approval',
      until: '2030-01-02T00:00:00.000Z',
      prompt: 'Ship \u001b[31m7?',
    };
    const line = (more: Partial<Fact>): string =>
      factLine({ ...fact, ...more }, createColors(false)).replace(/^\S+ +/, '');
    expect(line({})).toBe(
      'step:manager  waiting  attempt 1  approval: Ship 7?  until 2030-01-02T00:00:00.000Z',
    );
    expect(line({ for: 'signal', until: null, prompt: null })).toBe(
      'step:manager  waiting  attempt 1  signal',
    );
  });
});

it('a handler file finds the link of its task in job.approvals, with the public URL', async () => {
  const folder = temporaryFolder();
  for (const name of ['handlers', 'workflows']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'handlers/mail.js'), 'export default ({ approvals }) => approvals;\n');
  const yaml = `name: ask
version: 1.0.0
steps:
  - name: mail
  - name: manager
    depends_on: mail
    wait_for: { approval: "Ship?", within: 24h }
`;
  writeFileSync(join(folder, 'workflows/ask.yaml'), yaml);
  const started = (...more: string[]) =>
    startServer([
      ...['serve', '--db', ':memory:', '--port', '0', '--handlers', join(folder, 'handlers')],
      ...['--workflows', join(folder, 'workflows'), ...more],
    ]);
  const linksOf = async ({ url }: { readonly url: string }): Promise<(string | undefined)[]> => {
    const get = async <Body>(path: string): Promise<Body> =>
      (await (await fetch(`${url}${path}`)).json()) as Body;
    const asked = async () => (await get<{ approvals: { link: string }[] }>('/approvals')).approvals;
    const headers = { 'content-type': 'application/json' };
    const submitted = await fetch(`${url}/tasks`, { method: 'POST', headers, body: '{"name":"ask"}' });
    const { id } = (await submitted.json()) as { id: string };
    await expect.poll(asked).toHaveLength(1);
    const { steps } = await get<TaskView>(`/tasks/${id}`);
    const { manager } = z.object({ manager: z.string().optional() }).parse(steps[0]?.output);
    return [manager, (await asked())[0]?.link];
  };
  const [mailed, listed] = await linksOf(await started('--public-url', 'https://shop.example/'));
  expect(mailed).toMatch(/^https:\/\/shop\.example\/approvals\/[\w-]{54}$/);
  expect(listed).toBe(mailed);
  // Else it is the address listened on.
  const server = await started();
  const [own, same] = await linksOf(server);
  expect(own?.startsWith(`${server.url}/approvals/`)).toBe(true);
  expect(same).toBe(own);
  // Every address is none: whoever asks has one, and a handler gets no link.
  const { port } = new URL((await started('--host', '0.0.0.0', '--insecure')).url);
  const [none, asReached] = await linksOf({ url: `http://127.0.0.1:${port}` });
  expect(none).toBe(undefined);
  expect(asReached?.startsWith(`http://127.0.0.1:${port}/approvals/`)).toBe(true);
});
