/** The refund desk: approved by the link and by nothing else, rejected in words, and lapsed after a day. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { StepView, TaskView } from '../../src/views/tasks.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { ROOT } from '../build.ts';
import { type Server, startServer } from '../cli/process.ts';
import { handlers, request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';
import { readmeCommand } from './readme-command.ts';

const README = 'examples/refund-desk/README.md';
const FLOW = join(ROOT, 'examples/refund-desk/workflows/refund.yaml');

function command(part: string, id = ''): string[] {
  const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
  return readmeCommand(README, `troupe ${part}`, { ID: id, '2030-01-31T09:30:00Z': inAWeek });
}

const desk = (cwd: string): Promise<Server> => startServer([...command('dev'), '--port', '0'], { cwd });
const taskOf = async (server: Server, id: string): Promise<TaskView> =>
  (await (await fetch(`${server.url}/tasks/${id}`)).json()) as TaskView;
const stepOf = async (server: Server, id: string, name: string): Promise<StepView | undefined> =>
  (await taskOf(server, id)).steps.find((step) => step.name === name);

const mailOf = async (server: Server, id: string, name: string): Promise<string> =>
  z.object({ text: z.string() }).parse((await stepOf(server, id, name))?.output).text;

async function asked(server: Server): Promise<{ id: string; link: string }> {
  const id = (await server.troupe(...command('submit'))).stdout.trim();
  await expect.poll(async () => (await stepOf(server, id, 'ask'))?.status).toBe('complete');
  return { id, link: /\S+$/.exec(await mailOf(server, id, 'ask'))?.[0] ?? '' };
}

describe('the refund desk', () => {
  it('opens the link ten times and nothing happens; its form answers once, and then it is dead', async () => {
    const server = await desk(temporaryFolder());
    const { id, link } = await asked(server);
    expect((await server.troupe(...command('approvals'))).stdout).toContain(link);
    for (let opened = 0; opened < 10; opened++) expect((await fetch(link)).status).toBe(200);
    expect((await taskOf(server, id)).status).toBe('waiting');
    const answer = (decision: string): Promise<Response> =>
      fetch(link, { method: 'POST', body: new URLSearchParams({ decision, reason: 'mouldy' }) });
    expect((await answer('approve')).status).toBe(200);
    await expect.poll(async () => (await taskOf(server, id)).status).toBe('complete');
    expect((await stepOf(server, id, 'pay'))?.output).toMatchObject({ order: 'A7', paidBack: 40 });
    const second = await answer('reject');
    expect(second.status).toBe(410);
    const late = await server.troupe(...command('tasks complete', id));
    expect(late.stderr).toContain('was approved by link');
  });

  it('asks on after a crash; a no moves no money, and the agent is told whose it was', async () => {
    const cwd = temporaryFolder();
    const first = await desk(cwd);
    const { id } = await asked(first);
    const { until } = (await stepOf(first, id, 'manager')) ?? {};
    first.child.kill('SIGKILL');
    await first.exit;
    const server = await desk(cwd);
    expect(await stepOf(server, id, 'manager')).toMatchObject({ status: 'waiting', until });
    await server.troupe(...command('tasks extend', id));
    expect((await stepOf(server, id, 'manager'))?.until).not.toBe(until);
    await server.troupe(...command('tasks reject', id));
    await expect.poll(async () => (await taskOf(server, id)).status).toBe('failed');
    expect(await mailOf(server, id, 'tell_why_not')).toMatch(/^no refund: .*bought two years ago/);
    expect((await stepOf(server, id, 'pay'))?.status).toBe('pending');
  });

  it('lapses after a day', async () => {
    const text = readFileSync(FLOW, 'utf8');
    const clock = new ManualClock();
    const troupe = await startTroupe({
      clock,
      workflows: [loadWorkflow(text, 'yaml', { environment: null, variables: null })],
      handlers: handlers({ AskManager: () => 1, PayBack: () => 1, TellAgent: () => 'told' }),
    });
    const { taskId: id } = await troupe.submit(request('Refund', { payload: { order: 'A7', amount: 40 } }));
    await stepFact(troupe, id, 'manager', 'waiting');
    clock.advance(86_400_000);
    await taskFact(troupe, id, 'failed');
    expect(troupe.getStep(null, id, 'manager').error).toMatchObject({ code: 'WAIT_TIMEOUT' });
    expect(troupe.getStep(null, id, 'tell_why_not').output).toBe('told');
  });
});
