// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Signals and approvals over HTTP: the statuses, the links, and who sees and does what. */

import { describe, expect, it } from 'vitest';
import { bearer, type ProblemBody, type Server, start, until } from './server.ts';

const ORDER = `
name: order
version: 1.0.0
steps:
  - name: paid
    wait_for: { signal: payment, key: "\${payload.order}", within: 30m }
  - name: manager
    depends_on: paid
    wait_for: { approval: "Ship \${payload.order}?", within: 24h }
  - name: echo
    depends_on: manager
`;

const SHOP = bearer('shop-key');
const BANK = bearer('bank-key');
const ROOT = bearer('root-key');

async function ordered(yaml = ORDER): Promise<{ server: Server; id: string }> {
  const server = await start({ keyed: true });
  const registered = await server.post('/workflows', yaml, { ...ROOT, 'content-type': 'application/yaml' });
  expect(registered.status).toBe(201);
  const submitted = await server.post('/tasks', { name: 'order', payload: { order: '<7>' } }, SHOP);
  const { id } = (await submitted.json()) as { id: string };
  await until(server, id, 'waiting');
  return { server, id };
}

const json = async <Body>(response: Response | Promise<Response>): Promise<Body> =>
  (await response).json() as Promise<Body>;
const problem = async (response: Response | Promise<Response>): Promise<string> => {
  const { status, code } = await json<ProblemBody>(response);
  return `${status} ${code}`;
};

interface Listed {
  readonly approvals: readonly { readonly prompt: string; readonly link?: string }[];
  readonly nextCursor: string | null;
  readonly count: number;
  readonly atLeast: boolean;
}

describe('signals over HTTP', () => {
  it('reach those who wait for their key, and are stored whether or not anybody does', async () => {
    const { server, id } = await ordered();
    const sent = await server.post(
      '/signals',
      { name: 'payment', key: '<7>', data: { ok: true }, id: 'p1' },
      SHOP,
    );
    expect(sent.status).toBe(202);
    expect(await sent.json()).toEqual({ id: 'p1', delivered: 1, more: false });
    const again = await server.post(
      '/signals',
      { name: 'payment', key: '<7>', data: { ok: true }, id: 'p1' },
      SHOP,
    );
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const other = { name: 'payment', key: '<7>', data: 2, id: 'p1' };
    expect(await problem(server.post('/signals', other, SHOP))).toBe('422 SIGNAL_ID_REUSED');
    expect(await json(server.get(`/tasks/${id}/signals`, SHOP))).toMatchObject({
      signals: [{ id: 'p1', name: 'payment', key: '<7>', by: 'shop', takenBy: 'paid' }],
    });
  });

  it('reach one task by its id, with a body or without, and can be taken back', async () => {
    const { server, id } = await ordered();
    await server.post(`/tasks/${id}/pause`, undefined, SHOP);
    const sent = await server.post(`/tasks/${id}/signals/payment`, { id: 'p1' }, SHOP);
    expect([sent.status, await sent.json()]).toEqual([200, { id: 'p1', taken: false }]);
    const gone = await server.app.request(`/tasks/${id}/signals/p1`, { method: 'DELETE', headers: SHOP });
    expect([gone.status, await gone.json()]).toEqual([200, { signals: [] }]);
    await server.post(`/tasks/${id}/resume`, undefined, SHOP);
    const empty = await server.post(`/tasks/${id}/signals/payment`, undefined, SHOP);
    expect(await empty.json()).toMatchObject({ taken: true });
  });

  it('R9: of another tenant do not exist, nor do its tasks', async () => {
    const { server, id } = await ordered();
    expect(await json(server.post('/signals', { name: 'payment', key: '<7>' }, BANK))).toMatchObject({
      delivered: 0,
    });
    expect(await problem(server.post(`/tasks/${id}/signals/payment`, {}, BANK))).toBe('404 TASK_NOT_FOUND');
    expect(await problem(server.get(`/tasks/${id}/signals`, BANK))).toBe('404 TASK_NOT_FOUND');
    const foreign = { name: 'payment', key: '<7>', tenantId: 'shop' };
    expect(await problem(server.post('/signals', foreign, BANK))).toBe('403 FOREIGN_TENANT');
    expect(await json(server.post('/signals', foreign, ROOT))).toMatchObject({ delivered: 1 });
  });

  it.each([
    [{ name: 'payment' }, '/key'],
    [{ name: '', key: 'k' }, '/name'],
    [{ name: 'n'.repeat(101), key: 'k' }, '/name'],
    [{ name: 'payment', key: 'k'.repeat(101) }, '/key'],
    [{ name: 'payment', key: 'k', data: 'x'.repeat(17_000) }, '/data'],
    [{ name: 'payment', key: 'k', keepSeconds: -1 }, '/keepSeconds'],
    [{ name: 'payment', key: 'k', dat: 1 }, '/dat'],
  ])('are refused with the place of what is wrong: %#', async (body, pointer) => {
    const { server } = await ordered();
    const answer = await json<ProblemBody>(server.post('/signals', body, SHOP));
    expect(answer.status).toBe(422);
    expect(answer.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('may come with the task', async () => {
    const { server } = await ordered();
    const signals = [{ name: 'payment', data: 'first', id: 's1' }];
    const body = { name: 'order', payload: { order: '8' }, idempotencyKey: 'k', signals };
    const { id } = await json<{ id: string }>(server.post('/tasks', body, SHOP));
    await until(server, id, 'waiting');
    expect(await json(server.get(`/tasks/${id}/steps/paid`, SHOP))).toMatchObject({ output: 'first' });
    // A replay delivers what is new.
    const more = { ...body, signals: [...signals, { name: 'payment', data: 'second', id: 's2' }] };
    expect((await server.post('/tasks', more, SHOP)).status).toBe(200);
    const { signals: all } = await json<{ signals: { id: string }[] }>(
      server.get(`/tasks/${id}/signals`, SHOP),
    );
    expect(all.map((signal) => signal.id)).toEqual(['s1', 's2']);
  });

  it.each([
    [{ signals: [{ name: 'paymant' }] }, '/signals/0/name', 'UNKNOWN_SIGNAL'],
    [{ signals: [{ name: 'payment' }], idempotencyKey: 'k' }, '/signals/0/id', 'INVALID_BODY'],
    [{ signals: [{ data: 1 }] }, '/signals/0/name', 'INVALID_BODY'],
  ])('that come with a task are checked with it: %#', async (more, pointer, code) => {
    const { server } = await ordered();
    const answer = await json<ProblemBody>(
      server.post('/tasks', { name: 'order', payload: { order: '9' }, ...more }, SHOP),
    );
    expect([answer.status, answer.code]).toEqual([422, code]);
    expect(answer.errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('approvals over HTTP', () => {
  async function asking() {
    const { server, id } = await ordered();
    await server.post(`/tasks/${id}/signals/payment`, {}, SHOP);
    const { approvals, nextCursor: _none, ...count } = await json<Listed>(server.get('/approvals', SHOP));
    const link = new URL(approvals[0]?.link ?? 'http://no.link/');
    return { server, id, approvals, count, path: link.pathname };
  }

  it('are listed with their link for those who may see them, and approved by key with a default output', async () => {
    const { server, id, approvals, count } = await asking();
    expect(count).toEqual({ count: 1, atLeast: false });
    expect(approvals).toMatchObject([
      { taskId: id, taskName: 'order', step: 'manager', prompt: 'Ship <7>?', who: null },
    ]);
    expect(await json(server.get('/approvals', BANK))).toEqual({
      approvals: [],
      nextCursor: null,
      count: 0,
      atLeast: false,
    });
    const approved = await server.post(`/tasks/${id}/steps/manager/complete`, { reason: 'fine' }, SHOP);
    expect(approved.status).toBe(200);
    expect(await json(server.get(`/tasks/${id}/steps/manager`, SHOP))).toMatchObject({
      output: { approved: true, by: 'shop', reason: 'fine' },
      resolvedBy: 'shop',
    });
    const second = await json<ProblemBody>(server.post(`/tasks/${id}/steps/manager/reject`, undefined, SHOP));
    expect(second).toMatchObject({
      status: 409,
      code: 'ANSWERED',
      detail: expect.stringContaining('approved by shop at') as string,
    });
  });

  it('steps say what they wait for, before and after they have begun, and not in lists', async () => {
    const { server, id } = await ordered();
    const waitsOf = async (path: string) => {
      const task = await json<{ steps: { wait?: object }[] }>(server.get(path, SHOP));
      return task.steps.map(({ wait }) => wait);
    };
    expect(await waitsOf(`/tasks/${id}`)).toEqual([
      { for: 'signal', signal: 'payment', key: '<7>' },
      { for: 'approval', onTimeout: 'fail' },
      undefined,
    ]);
    await server.post(`/tasks/${id}/signals/payment`, {}, SHOP);
    expect((await waitsOf(`/tasks/${id}`))[1]).toEqual({
      for: 'approval',
      prompt: 'Ship <7>?',
      onTimeout: 'fail',
    });
    const { tasks } = await json<{ tasks: { steps: object[] }[] }>(server.get('/tasks', SHOP));
    expect(tasks[0]?.steps.some((step) => 'wait' in step)).toBe(false);
  });

  it('R8: opening the link changes nothing, however often it is opened', async () => {
    const { server, id, path } = await asking();
    const before = [...server.troupe.history(null, id)].length;
    for (let count = 0; count < 10; count++) {
      const page = await server.get(path, { accept: 'text/html' });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Ship &lt;7&gt;?');
    }
    await server.app.request(path, { method: 'HEAD' });
    expect([...server.troupe.history(null, id)]).toHaveLength(before);
    expect(server.troupe.getTask(null, id).status).toBe('waiting');
  });

  it('a link is kept by nobody and shows its page in no frame', async () => {
    const { server, path } = await asking();
    const { headers } = await server.get(path, { accept: 'text/html' });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('are answered by the form of the page or as JSON, without a key, once', async () => {
    const { server, id, path } = await asking();
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
    const answered = await server.post(path, 'decision=approve&reason=', form);
    expect([answered.status, await answered.text()]).toEqual([200, expect.stringContaining('Approved.')]);
    await until(server, id, 'complete');
    expect(server.troupe.getStep(null, id, 'manager').output).toEqual({
      approved: true,
      by: 'link',
      reason: null,
    });
    expect(await problem(server.post(path, { decision: 'approve' }))).toBe('410 APPROVAL_OVER');
    const over = await server.get(path, { accept: 'text/html' });
    expect([over.status, await over.text()]).toEqual([410, expect.stringContaining('not open any more')]);
    expect(await problem(server.get(`${path.slice(0, -2)}xx`))).toBe('404 APPROVAL_NOT_FOUND');
  });

  it.each([{}, { decision: 'maybe' }, { decision: 'approve', why: 1 }, 'not json'])(
    'refuse %j',
    async (body) => {
      const { server, id, path } = await asking();
      expect((await server.post(path, body)).status).toBe(typeof body === 'string' ? 400 : 422);
      expect(server.troupe.getTask(null, id).status).toBe('waiting');
    },
  );

  it('of named people have no link, and are theirs to answer', async () => {
    const yaml = ORDER.replace('within: 24h }', 'within: 24h, who: [bank] }');
    const { server, id } = await ordered(yaml);
    await server.post(`/tasks/${id}/signals/payment`, {}, SHOP);
    const { approvals } = await json<Listed>(server.get('/approvals?who=bank', SHOP));
    expect(approvals).toHaveLength(1);
    expect(approvals[0]).not.toHaveProperty('link');
    expect(await json(server.get('/approvals?who=shop', SHOP))).toMatchObject({ approvals: [] });
    expect(await problem(server.post(`/tasks/${id}/steps/manager/complete`, undefined, SHOP))).toBe(
      '403 NOT_ALLOWED',
    );
    expect(
      (await server.post(`/tasks/${id}/steps/manager/extend`, { until: '2099-01-01T00:00:00Z' }, SHOP))
        .status,
    ).toBe(422);
    expect((await server.post(`/tasks/${id}/steps/manager/complete`, undefined, ROOT)).status).toBe(200);
  });

  it('tasks are found by what they wait for', async () => {
    const { server, id } = await asking();
    const { id: other } = await json<{ id: string }>(
      server.post('/tasks', { name: 'order', payload: { order: '8' } }, SHOP),
    );
    await until(server, other, 'waiting');
    const idsOf = async (query: string) =>
      (await json<{ tasks: { id: string }[] }>(server.get(`/tasks?${query}`, SHOP))).tasks.map(
        (task) => task.id,
      );
    expect(await idsOf('waitsFor=approval')).toEqual([id]);
    expect(await idsOf('waitsFor=signal')).toEqual([other]);
    expect(await idsOf('waitsFor=sleep')).toEqual([]);
    expect(await idsOf('status=waiting')).toEqual([other, id]);
    expect(await problem(server.get('/tasks?waitsFor=godot', SHOP))).toBe('422 INVALID_QUERY');
  });
});
