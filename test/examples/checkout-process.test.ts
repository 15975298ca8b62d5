/** The checkout example as the process users start, and kill: no crash charges twice or loses an order. */

import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { type Process, startProcess } from './checkout.ts';

async function kill(server: Process): Promise<void> {
  server.child.kill('SIGKILL');
  await server.exit;
}

const becomes = (server: Process, id: string, status: string): Promise<void> =>
  expect.poll(async () => (await server.status(id)).status).toBe(status);

describe('the checkout service', () => {
  it('goes on after kill -9 during a backoff, when it was due, without paying again', async () => {
    const folder = temporaryFolder();
    const before = await startProcess(folder);
    const id = await before.checkout({ customer_info: { email: 'bounce_ann@example.com' } });
    await becomes(before, id, 'retrying');
    const { current_step } = await before.status(id);
    await kill(before);

    const after = await startProcess(folder);
    await after.post('/simulators/repair', { email: 'bounce_ann@example.com' });
    await becomes(after, id, 'complete');
    expect(await after.payments()).toEqual(['charged']);
    const { steps } = await after.details(id);
    expect(steps.map(({ attempts }) => attempts).slice(0, 4)).toEqual([1, 1, 1, 1]);
    const second = steps[4]?.history[1];
    expect(Date.parse(String(second?.started_at))).toBeGreaterThanOrEqual(
      Date.parse(String(current_step?.next_attempt_at)),
    );
  });

  it('charges once though kill -9 comes between the charge and its answer', async () => {
    const folder = temporaryFolder();
    const before = await startProcess(folder, { latencyMs: 600_000 });
    const id = await before.checkout({});
    await expect.poll(() => before.payments()).toEqual(['charged']);
    await kill(before);
    // As a crash in the middle of a write leaves it.
    appendFileSync(join(folder, 'payments.jsonl'), '{"key":"tor');

    const after = await startProcess(folder);
    await becomes(after, id, 'complete');
    expect(await after.payments()).toEqual(['charged']);
    expect((await after.world()).orders).toHaveLength(1);
    expect(readFileSync(join(folder, 'payments.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });

  it('lets a running payment finish on SIGTERM, leaves with 0, and goes on at the next start', async () => {
    const folder = temporaryFolder();
    const before = await startProcess(folder, { latencyMs: 300 });
    const id = await before.checkout({});
    await expect.poll(() => before.payments()).toEqual(['charged']);
    before.child.kill('SIGTERM');
    expect(await before.exit).toBe(0);

    const after = await startProcess(folder);
    await becomes(after, id, 'complete');
    expect((await after.details(id)).steps[1]?.history).toHaveLength(1);
  });

  it('says what is wrong with its settings', async () => {
    const starting = startProcess(temporaryFolder(), { latencyMs: -1, fromSource: true });
    await expect(starting).rejects.toThrow(/CHECKOUT_LATENCY_MS/);
  });
});
