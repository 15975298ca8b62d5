/** The limits of a tenant, the same whichever way a task comes in. */

import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Rejected } from '../../src/nats/intake/rejected.ts';
import { startRpc } from '../../src/nats/requests/rpc.ts';
import { startIntake } from '../../src/nats/submissions/intake.ts';
import { Recorder } from '../bus/recorder.ts';
import { silent } from '../nats/site.ts';
import { startTroupe } from '../support.ts';

test.each([
  { code: 'LIMIT_REACHED', limit: { maxBacklogPerTenant: 2 }, retryAfterSeconds: 5 },
  { code: 'RATE_EXCEEDED', limit: { ratePerTenant: 0.1, burstPerTenant: 2 }, retryAfterSeconds: 10 },
])(
  '$code is answered over HTTP, told on the bus and answered to requests',
  async ({ code, limit, retryAfterSeconds }) => {
    const troupe = await startTroupe({ clock: new ManualClock(), ...limit });
    const app = createApp({ troupe, keys: null, version: '1.0.0' });
    const intake = await startIntake(troupe, silent);
    const rpc = await startRpc(troupe, { version: '1.0.0', log: silent });
    onTestFinished(async () => {
      await Promise.all([intake.close(), rpc.close()]);
    });
    const rejected = new Recorder<Rejected>();
    troupe.bus.subscribe('troupe.rejected.a', {}, ({ data }) =>
      rejected.record(JSON.parse(Buffer.from(data).toString()) as Rejected),
    );
    const post = (path: string, body: unknown) =>
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const task = { name: 'print', tenantId: 'a' };
    const first = { ...task, idempotencyKey: 'first' };
    const refusal = { status: 429, code, retryAfterSeconds };

    expect((await post('/tasks/batch', { tasks: [first, task, task] })).status).toBe(
      code === 'LIMIT_REACHED' ? 429 : 201,
    );
    const open = code === 'LIMIT_REACHED' ? 2 : 3;
    if (code === 'LIMIT_REACHED')
      for (const one of [first, task]) expect((await post('/tasks', one)).status).toBe(201);

    const wait = code === 'LIMIT_REACHED' ? retryAfterSeconds : 20;
    const answer = await post('/tasks', task);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBe(wait);
    expect(await answer.json()).toMatchObject({ ...refusal, retryAfterSeconds: wait });
    expect((await post('/tasks/batch', { tasks: [{ ...task, tenantId: 'b' }, task] })).status).toBe(429);
    expect((await post('/tasks', first)).headers.get('idempotent-replayed')).toBe('true');

    const body = Buffer.from('{"name":"print"}');
    await troupe.bus.publish('troupe.submit.a', body);
    expect((await rejected.nth(1)).problem).toMatchObject({ ...refusal, retryAfterSeconds: wait });
    const asked = await troupe.bus.request('troupe.rpc.a.submit', body, { timeoutMs: 5_000 });
    expect(asked.headers['Nats-Service-Error-Code']).toBe('429');
    expect(JSON.parse(Buffer.from(asked.data).toString())).toMatchObject({ code, retryAfterSeconds: wait });

    expect(troupe.listTasks({ tenantId: 'a', limit: 10 }).tasks).toHaveLength(open);
    expect(troupe.listTasks({ tenantId: 'b', limit: 10 }).tasks).toHaveLength(0);
  },
);
