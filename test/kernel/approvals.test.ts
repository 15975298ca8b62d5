// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A person answers: yes, no, or nothing in time; once, and only who may. */

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { request, startTroupe, stepFact, taskFact } from '../support.ts';
import { asked } from './one-task.ts';

const HOUR_MS = 3_600_000;

async function asking(waitFor: object = {}, more: object = {}) {
  const workflow = defineWorkflow({
    name: 'refund',
    steps: {
      manager: { waitFor: { approval: 'Refund ${payload.amount}?', ...waitFor }, ...more },
      pay: { dependsOn: ['manager'], handler: ({ dependencies }) => ({ by: dependencies.manager }) },
    },
  });
  const clock = new ManualClock();
  const troupe = await startTroupe({ clock, workflows: [workflow] });
  const { taskId: id } = await troupe.submit(
    request('refund', { payload: { amount: 500 }, tenantId: 'shop' }),
  );
  await stepFact(troupe, id, 'manager', 'waiting');
  return { clock, troupe, id };
}

const say = (
  troupe: Troupe,
  id: string,
  verb: 'complete' | 'reject' | 'retry' | 'skip',
  by = 'anna',
  more: object = {},
) => troupe.stepVerb('shop', id, 'manager', verb, { by, reason: 'because', ...more });
const listed = (troupe: Troupe) => troupe.listApprovals({ tenantId: null, limit: 10 }).approvals;
const linkOf = (troupe: Troupe): string => listed(troupe)[0]?.token ?? 'no token';

describe('a step that waits for a person', () => {
  it('says whom it asks what, and goes on with the answer', async () => {
    const { troupe, id } = await asking({ within: '24h', who: ['anna', 'finance-bot'] });
    expect(troupe.getTask(null, id).waitingFor[0]).toMatchObject({
      kind: 'approval',
      step: 'manager',
      until: '2030-01-02T00:00:00.000Z',
      why: "waits for anna or finance-bot's decision: Refund 500? until 2030-01-02T00:00:00.000Z",
    });
    expect(listed(troupe)).toMatchObject([
      { taskId: id, step: 'manager', prompt: 'Refund 500?', who: ['anna', 'finance-bot'], token: null },
    ]);
    await say(troupe, id, 'complete');
    await taskFact(troupe, id, 'complete');
    const output = { approved: true, by: 'anna', reason: 'because' };
    expect(troupe.getTask(null, id).result).toEqual({ pay: { by: output } });
    expect(listed(troupe)).toEqual([]);
  });

  it('fails with a no, and says whose', async () => {
    const { troupe, id } = await asking();
    await say(troupe, id, 'reject');
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({
      step: 'manager',
      code: 'REJECTED',
      message: 'anna said no: because',
      retryable: false,
    });
  });

  it('is skipped by a no where it is optional, and what comes after it gets null', async () => {
    const { troupe, id } = await asking({}, { optional: true });
    await say(troupe, id, 'reject');
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).result).toEqual({ pay: { by: null } });
  });

  it.each([
    [undefined, 'failed', 'WAIT_TIMEOUT'],
    ['fail', 'failed', 'WAIT_TIMEOUT'],
    ['reject', 'failed', 'REJECTED'],
    ['approve', 'complete', undefined],
  ] as const)('when nobody answers in time, on_timeout %s: %s', async (onTimeout, status, code) => {
    const { clock, troupe, id } = await asking({ within: '24h', ...(onTimeout && { onTimeout }) });
    clock.advance(24 * HOUR_MS);
    await taskFact(troupe, id, status);
    expect(troupe.getTask(null, id).error?.code).toBe(code);
    if (code === undefined)
      expect(troupe.getStep(null, id, 'manager').output).toEqual({
        approved: true,
        by: 'timeout',
        reason: null,
      });
  });

  it('takes one answer: the second is told who gave the first, when and how', async () => {
    const { troupe, id } = await asking();
    await say(troupe, id, 'complete');
    await expect(say(troupe, id, 'reject', 'ben')).rejects.toMatchObject({
      code: 'ANSWERED',
      kind: 'conflict',
      message: 'step manager was approved by anna at 2030-01-01T00:00:00.000Z',
    });
  });

  it.each(['reject', 'extend'] as const)(
    'is asked only where it waits: a refused %s leaves all as it was',
    async (verb) => {
      const { troupe, id } = await asking();
      const before = troupe.getTask(null, id);
      const later = {
        by: 'anna',
        reason: null,
        ...(verb === 'extend' ? { until: '2030-02-01T00:00:00Z' } : {}),
      };
      await expect(troupe.stepVerb('shop', id, 'pay', verb, later)).rejects.toMatchObject({
        code: 'WRONG_STATE',
      });
      expect(troupe.getTask(null, id)).toEqual(before);
      expect([...troupe.history(null, id)].filter(({ actor }) => actor === 'step:pay')).toEqual([]);
    },
  );

  it('takes an answer from whom it asks, and from an administrator; from nobody else', async () => {
    for (const verb of ['complete', 'reject', 'skip', 'retry'] as const) {
      const { troupe, id } = await asking({ who: ['anna'] });
      await expect(say(troupe, id, verb, 'ben')).rejects.toMatchObject({
        code: 'NOT_ALLOWED',
        kind: 'forbidden',
        message: `step manager waits for anna: "ben" cannot ${verb} it`,
      });
      if (verb === 'retry') continue;
      await troupe.stepVerb(null, id, 'manager', verb, { by: 'root', reason: null });
      expect(troupe.getStep(null, id, 'manager').status).not.toBe('waiting');
    }
  });

  it('refuses a yes that says no, and one that does not fit the schema', async () => {
    const schema = { type: 'object', required: ['limit'] };
    const { troupe, id } = await asking({ schema });
    await expect(say(troupe, id, 'complete', 'anna', { output: { approved: false } })).rejects.toMatchObject({
      code: 'INVALID_OUTPUT',
      message: 'is false: use reject to say no',
    });
    await expect(say(troupe, id, 'complete')).rejects.toMatchObject({
      code: 'INVALID_OUTPUT',
      faults: [{ pointer: '/output', message: "must have required property 'limit'" }],
    });
    // A plain yes does not fit, so that there is no link for one.
    expect(listed(troupe)).toMatchObject([{ token: null }]);
    await say(troupe, id, 'complete', 'anna', { output: { limit: 5 } });
    await taskFact(troupe, id, 'complete');
  });

  it('takes an answer while its task is paused, and what follows waits', async () => {
    const { troupe, id } = await asking();
    await troupe.taskVerb(null, id, 'pause', asked);
    expect(listed(troupe)).toHaveLength(1);
    await say(troupe, id, 'complete');
    expect(troupe.getTask(null, id)).toMatchObject({
      status: 'paused',
      steps: [{ status: 'complete' }, { status: 'pending' }],
    });
    await troupe.taskVerb(null, id, 'resume', asked);
    await taskFact(troupe, id, 'complete');
  });

  it('can be given more time', async () => {
    const { clock, troupe, id } = await asking({ within: '1h' });
    const until = '2030-01-01T03:00:00.000Z';
    await troupe.stepVerb(null, id, 'manager', 'extend', { by: 'ann', reason: 'on holiday', until });
    clock.advance(2 * HOUR_MS);
    expect(troupe.getStep(null, id, 'manager')).toMatchObject({ status: 'waiting', until });
    clock.advance(HOUR_MS);
    await taskFact(troupe, id, 'failed');
    const told = [...troupe.history(null, id)].find(({ event }) => event === 'step.extend');
    expect(told).toMatchObject({ detail: { by: 'ann', reason: 'on holiday' } });
    const past = troupe.stepVerb(null, id, 'manager', 'extend', {
      by: 'ann',
      reason: null,
      until: '2029-01-01T00:00:00Z',
    });
    await expect(past).rejects.toMatchObject({ code: 'INVALID_BODY' });
  });

  it('reminds people as often as it is told to', async () => {
    const { clock, troupe, id } = await asking({ remind: '4h', within: '24h' });
    clock.advance(4 * HOUR_MS);
    await stepFact(troupe, id, 'manager', 'reminded');
    clock.advance(4 * HOUR_MS);
    await expect
      .poll(() => [...troupe.history(null, id)].filter(({ event }) => event === 'step.remind').length)
      .toBe(2);
    expect(troupe.getStep(null, id, 'manager').status).toBe('waiting');
  });

  it('R7: a retry of one that failed asks anew, with a fresh end and a new link', async () => {
    const { clock, troupe, id } = await asking({ within: '1h' });
    const old = linkOf(troupe);
    clock.advance(HOUR_MS);
    await taskFact(troupe, id, 'failed');
    expect(() => troupe.approval(old)).toThrow('not open any more');
    await say(troupe, id, 'retry');
    expect(troupe.getStep(null, id, 'manager')).toMatchObject({
      status: 'waiting',
      attempt: 2,
      until: '2030-01-01T02:00:00.000Z',
    });
    expect(() => troupe.approval(old)).toThrow('not open any more');
    const link = linkOf(troupe);
    expect(link).not.toBe(old);
    await troupe.answerApproval(link, 'approve', null);
    await taskFact(troupe, id, 'complete');
  });

  it('is answered by a link once, and the link is dead after', async () => {
    const { troupe, id } = await asking();
    const link = linkOf(troupe);
    expect(troupe.approval(link)).toMatchObject({ step: 'manager', prompt: 'Refund 500?' });
    await troupe.answerApproval(link, 'reject', 'too much');
    expect(troupe.getTask(null, id).error?.message).toBe('link said no: too much');
    for (const decision of ['approve', 'reject'] as const)
      await expect(troupe.answerApproval(link, decision, null)).rejects.toMatchObject({
        code: 'APPROVAL_OVER',
        kind: 'gone',
      });
  });

  it('knows the links that it has made, to the bit', async () => {
    const { troupe } = await asking();
    const link = linkOf(troupe);
    for (const [index, letter] of [...link].entries()) {
      const forged = `${link.slice(0, index)}${letter === 'A' ? 'B' : 'A'}${link.slice(index + 1)}`;
      expect(() => troupe.approval(forged)).toThrow('answers no question here');
    }
    expect(() => troupe.approval('')).toThrow('answers no question here');
  });

  it('is listed for those whom it asks, page by page', async () => {
    const { troupe } = await asking();
    for (let count = 0; count < 4; count++)
      await troupe.submit(request('refund', { payload: { amount: count }, tenantId: 'b' }));
    await expect.poll(() => listed(troupe).length).toBe(5);
    const prompts: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = troupe.listApprovals({
        tenantId: null,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      prompts.push(...page.approvals.map(({ prompt }) => prompt));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(prompts).toEqual(['Refund 0?', 'Refund 1?', 'Refund 2?', 'Refund 3?', 'Refund 500?']);
    expect(troupe.listApprovals({ tenantId: 'shop', limit: 10 }).approvals).toHaveLength(1);
    expect(() => troupe.listApprovals({ tenantId: null, limit: 2, cursor: 'nonsense' })).toThrow('cursor');
  });
});
