// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Handlers get the links of the approvals of their own task, wherever they run, so that they can send them. */

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type HandlerContext, startWorker } from '../../src/index.ts';
import { createTroupe, type Troupe } from '../../src/troupe.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { byHandOver } from '../remote-worker/by-hand.ts';
import { request, startTroupe, stepFact, taskFact } from '../support.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, natsBus } from './buses.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => nats?.stop());

const BASE = 'https://shop.example/troupe/';
const TIME = { by: 'test', reason: null };

const order = defineWorkflow({
  name: 'order',
  steps: {
    mail: { handler: 'look' },
    manager: { dependsOn: ['mail'], waitFor: { approval: 'Ship?', within: '24h' } },
    'the boss': { dependsOn: ['manager'], waitFor: { approval: 'Really?' } },
    named: { dependsOn: ['manager'], waitFor: { approval: 'Ship?', who: ['anna'] } },
    form: {
      dependsOn: ['manager'],
      waitFor: { approval: 'How much?', schema: { type: 'object', required: ['amount'] } },
    },
    paid: { dependsOn: ['manager'], waitFor: { signal: 'payment' } },
    tell: { dependsOn: ['manager'], handler: 'look' },
  },
});

const tokenIn = (link: string | undefined): string => {
  expect(link).toMatch(/^https:\/\/shop\.example\/troupe\/approvals\/[\w-]{54}$/);
  return link?.split('/').at(-1) ?? '';
};

async function started(publicUrl: string | (() => string | null) | null = BASE) {
  const seen = new Recorder<HandlerContext>();
  const troupe = await startTroupe({
    workflows: [order],
    handlers: { look: (job) => seen.record(job) },
    ...(publicUrl === null ? {} : { publicUrl }),
  });
  const { taskId } = await troupe.submit(request('order'));
  return { troupe, id: taskId, seen, first: (await seen.nth(1)).approvals };
}

describe('job.approvals', () => {
  it('has a link for each approval of the task that anybody may answer, before it is asked too', async () => {
    const { troupe, id, first } = await started();
    expect(Object.keys(first)).toEqual(['manager', 'the boss']);
    await stepFact(troupe, id, 'manager', 'waiting');
    // The link that was made ahead is the one that the list gives.
    const [listed] = troupe.listApprovals({ tenantId: null, limit: 1 }).approvals;
    expect(tokenIn(first['manager'])).toBe(listed?.token);
    await troupe.answerApproval(tokenIn(first['manager']), 'approve', 'fine');
    expect(troupe.getStep(null, id, 'manager').output).toEqual({
      approved: true,
      by: 'link',
      reason: 'fine',
    });
  });

  it('has none of those that are over, and a new one for one that is to be asked again', async () => {
    const { troupe, id, seen, first } = await started();
    await stepFact(troupe, id, 'manager', 'waiting');
    await troupe.answerApproval(tokenIn(first['manager']), 'approve', null);
    expect(Object.keys((await seen.nth(2)).approvals)).toEqual(['the boss']);
    await stepFact(troupe, id, 'the boss', 'waiting');
    await troupe.answerApproval(tokenIn(first['the boss']), 'reject', null);
    expect(troupe.getStep(null, id, 'the boss').status).toBe('failed');
    // The same attempt is made again of what is stored by then.
    await troupe.stepVerb(null, id, 'the boss', 'retry', TIME);
    const { approvals } = troupe.listApprovals({ tenantId: null, limit: 10 });
    const again = approvals.find(({ step }) => step === 'the boss')?.token;
    expect(again).not.toBe(tokenIn(first['the boss']));
    expect(() => troupe.approval(tokenIn(first['the boss']))).toThrow(
      expect.objectContaining({ code: 'APPROVAL_OVER' }),
    );
  });

  it('is of the own task alone', async () => {
    const { troupe, seen, first } = await started();
    await troupe.submit(request('order'));
    const other = (await seen.nth(2)).approvals;
    expect(tokenIn(other['manager'])).not.toBe(tokenIn(first['manager']));
  });

  it.each([[null], [() => null]])('is empty without a public URL', async (publicUrl) => {
    expect((await started(publicUrl)).first).toEqual({});
  });

  it('is empty in a workflow that asks nobody', async () => {
    const seen = new Recorder<HandlerContext>();
    const troupe = await startTroupe({ publicUrl: BASE, handlers: { look: (job) => seen.record(job) } });
    await troupe.submit(request('look'));
    expect((await seen.nth(1)).approvals).toEqual({});
  });
});

describe('a link that is opened before its question is asked', () => {
  const notAsked = expect.objectContaining({ code: 'APPROVAL_NOT_ASKED', kind: 'conflict' });
  const over = expect.objectContaining({ code: 'APPROVAL_OVER' });

  async function ahead(): Promise<{ troupe: Troupe; id: string; token: string }> {
    const { troupe, id, first } = await started();
    await stepFact(troupe, id, 'manager', 'waiting');
    return { troupe, id, token: tokenIn(first['the boss']) };
  }

  it('says so, and answers nothing', async () => {
    const { troupe, id, token } = await ahead();
    const before = [...troupe.history(null, id)].length;
    expect(() => troupe.approval(token)).toThrow(notAsked);
    for (const decision of ['approve', 'reject'] as const)
      await expect(troupe.answerApproval(token, decision, null)).rejects.toEqual(notAsked);
    expect([...troupe.history(null, id)]).toHaveLength(before);
    await troupe.stepVerb(null, id, 'manager', 'complete', TIME);
    await stepFact(troupe, id, 'the boss', 'waiting');
    expect(troupe.approval(token)).toMatchObject({ step: 'the boss', prompt: 'Really?' });
  });

  it('says so while a step before it has failed, since that may be mended', async () => {
    const { troupe, id, token } = await ahead();
    await troupe.stepVerb(null, id, 'manager', 'reject', TIME);
    expect(() => troupe.approval(token)).toThrow(notAsked);
  });

  it('is over with its task, or when somebody has answered ahead', async () => {
    const { troupe, id, token } = await ahead();
    const other = await ahead();
    await troupe.taskVerb(null, id, 'cancel', TIME);
    expect(() => troupe.approval(token)).toThrow(over);
    await other.troupe.stepVerb(null, other.id, 'the boss', 'complete', TIME);
    expect(() => other.troupe.approval(other.token)).toThrow(over);
    await expect(other.troupe.answerApproval(other.token, 'approve', null)).rejects.toEqual(over);
  });
});

it.each(['shop.example', 'ftp://shop.example', 'https://me:pw@shop.example', 'https://shop.example/?a', ''])(
  'the public URL cannot be %j',
  async (publicUrl) => {
    await expect(createTroupe({ db: ':memory:', publicUrl })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      faults: [{ pointer: '/publicUrl' }],
    });
  },
);

describe('a worker elsewhere', () => {
  async function elsewhere(steps: Parameters<typeof defineWorkflow>[0]['steps'], text = '') {
    const prefix = freshPrefix();
    const bus = await natsBus(nats.url, prefix);
    const sent = new Recorder<Record<string, unknown>>();
    bus.subscribe(`${prefix}.jobs.>`, {}, ({ data }) =>
      sent.record(JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>),
    );
    const workflow = defineWorkflow({ name: 'order', steps });
    const troupe = await startTroupe({ bus, prefix, workflows: [workflow], publicUrl: BASE });
    const seen = new Recorder<HandlerContext>();
    const worker = await startWorker({
      nats: nats.url,
      prefix,
      handlers: {
        write: () => text,
        look: (job) => seen.record(job),
      },
    });
    onTestFinished(() => worker.stop({ graceMs: 0 }));
    const { taskId } = await troupe.submit(request('order'));
    return { troupe, id: taskId, seen, sent };
  }

  it('gets them in its job, and there is no such field where there is none', async () => {
    const { troupe, id, seen, sent } = await elsewhere({
      look: { handler: 'look' },
      manager: { dependsOn: ['look'], waitFor: { approval: 'Ship?' } },
      after: { dependsOn: ['manager'], handler: 'look' },
    });
    const { approvals } = await seen.nth(1);
    expect((await sent.nth(1))['approvals']).toEqual(approvals);
    await stepFact(troupe, id, 'manager', 'waiting');
    await troupe.answerApproval(tokenIn(approvals['manager']), 'approve', null);
    expect((await seen.nth(2)).approvals).toEqual({});
    expect(await sent.nth(2)).not.toHaveProperty('approvals');
    await taskFact(troupe, id, 'complete');
  });

  it('gets them by reference with its inputs where the job is larger than a message', async () => {
    const writers = ['a', 'b', 'c', 'd', 'e'];
    const { seen, sent } = await elsewhere(
      {
        ...Object.fromEntries(writers.map((name) => [name, { handler: 'write' }])),
        look: { dependsOn: writers, handler: 'look' },
        manager: { dependsOn: ['look'], waitFor: { approval: 'Ship?' } },
      },
      'x'.repeat(240 * 1024),
    );
    tokenIn((await seen.nth(1)).approvals['manager']);
    const job = sent.seen.find(({ step }) => step === 'look');
    expect(job).toHaveProperty('inputs');
    expect(job).not.toHaveProperty('approvals');
  });

  it('has none from an orchestrator that does not know them', async () => {
    const hand = await byHandOver(nats.url);
    const seen = new Recorder<HandlerContext>();
    const worker = await startWorker({
      nats: nats.url,
      prefix: hand.prefix,
      handlers: { look: seen.record },
    });
    onTestFinished(() => worker.stop({ graceMs: 0 }));
    await hand.send('look', {});
    expect((await seen.nth(1)).approvals).toEqual({});
  });
});
