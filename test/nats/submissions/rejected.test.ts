import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestNats } from '../../nats-server.ts';
import { openSite } from '../site.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

const everything = { tenantId: null, limit: 100 } as const;

describe('a submission that is refused', () => {
  it.each([
    [
      'with every problem at once',
      { nmae: 'echo', priority: 0 },
      422,
      'INVALID_BODY',
      ['/name', '/nmae', '/priority'],
    ],
    [
      'for another tenant than its subject',
      { name: 'echo', tenantId: 'b' },
      422,
      'FOREIGN_TENANT',
      ['/tenantId'],
    ],
    [
      'for a dependency nobody has',
      { name: 'echo', dependencies: ['x'] },
      422,
      'UNKNOWN_DEPENDENCY',
      ['/dependencies/0'],
    ],
    ['for an empty batch', { tasks: [] }, 422, 'INVALID_BODY', ['/tasks']],
    ['for being no JSON', '{"name"', 400, 'NOT_JSON', []],
    [
      'for a number that JSON cannot keep, as the text it is',
      '{"name":"echo","payload":{"id":9007199254740993}}',
      422,
      'INEXACT_NUMBER',
      ['/payload/id'],
    ],
    [
      'for a key given twice, as the text it is',
      '{"name":"echo","tasks":[],"name":"fail"}',
      422,
      'DUPLICATE_KEY',
      ['/name'],
    ],
    ['for being empty', '', 400, 'NOT_JSON', []],
  ])('is told %s, and does not come again', async (_, body, status, code, pointers) => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate();
    await site.publish(body, { tenant: 'acme', messageId: 'm1' });
    const told = await site.rejected.nth(1);
    expect(told).toMatchObject({ messageId: 'm1', problem: { type: 'about:blank', status, code }, body });
    expect(told.subject).toBe(site.subjects.of({ kind: 'rejected', tenantId: 'acme' }));
    expect(told.problem.errors.map(({ pointer }) => pointer).sort()).toEqual(pointers);
    await site.settled();
    expect(site.rejected.seen).toHaveLength(1);
    expect(troupe.listTasks(everything).tasks).toEqual([]);
  });

  it('names each task of a batch that is for another tenant, and none is taken', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate();
    await site.publish({ tasks: [{ name: 'echo' }, { name: 'echo', tenantId: 'b' }] }, { tenant: 'acme' });
    const { problem } = await site.rejected.nth(1);
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['/tasks/1/tenantId']);
    await site.settled();
    expect(troupe.listTasks(everything).tasks).toEqual([]);
  });

  it('is told for the same key with another body, where the first stays', async () => {
    const site = await openSite(nats.url);
    const { troupe } = await site.orchestrate();
    await site.publish({ name: 'echo', idempotencyKey: 'k' });
    await site.settled();
    await site.publish({ name: 'echo', idempotencyKey: 'k', priority: 1 });
    expect(await site.rejected.nth(1)).toMatchObject({ problem: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(troupe.listTasks(everything).tasks).toHaveLength(1);
  });

  it('is told without its body where both are too much for one message', async () => {
    const site = await openSite(nats.url);
    await site.orchestrate();
    await site.publish('x'.repeat(1024 * 1024 - 100), { messageId: 'big' });
    const told = await site.rejected.nth(1);
    expect(told).toMatchObject({ messageId: 'big', body: null, problem: { code: 'NOT_JSON' } });
    await site.settled();
  });

  it('is told when its subject names no tenant, where a publisher would look', async () => {
    const site = await openSite(nats.url);
    await site.orchestrate();
    const { prefix } = site;
    await site.bus.publish(`${prefix}.submit.a.b`, Buffer.from('{"name":"echo"}'));
    const told = await site.rejected.nth(1);
    expect(told.problem.code).toBe('UNKNOWN_SUBJECT');
    expect(told.subject).toBe(`${prefix}.rejected.a%2Eb`);
    await site.settled();
  });

  it('is told when its tenant is too long a name', async () => {
    const site = await openSite(nats.url);
    await site.orchestrate();
    await site.publish({ name: 'echo' }, { tenant: 'x'.repeat(51) });
    expect(await site.rejected.nth(1)).toMatchObject({ problem: { code: 'INVALID_TENANT' } });
    await site.settled();
  });
});
