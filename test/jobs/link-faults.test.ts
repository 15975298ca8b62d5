/**
 * A NATS that is there and yet not to be reached, with orders under way at a worker elsewhere: they all end, no step
 * is done twice, and work within the process goes on meanwhile. Silent servers are given up within a second here,
 * where it is 15 s by default, so that the faults are short.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import type { Troupe } from '../../src/troupe.ts';
import { TestNats } from '../nats-server.ts';
import { fact, handlers, request, startTroupe, taskFact } from '../support.ts';
import { TcpProxy } from '../tcp-proxy.ts';
import { freshPrefix, INSTALL_TIMEOUT_MS, natsBus } from './buses.ts';
import { ORDER } from './order.ts';
import { allComplete, expectOnceAnAttempt, submitOrders } from './orders.ts';
import { TestProcess } from './processes.ts';

const PATIENTLY = { timeout: 300_000 };
const PING_INTERVAL_MS = 300;

let server: TestNats;
let proxy: TcpProxy;
beforeAll(async () => {
  server = await TestNats.start();
}, INSTALL_TIMEOUT_MS);
afterAll(() => server?.stop());
beforeEach(async () => {
  proxy = await TcpProxy.start(server.port);
  onTestFinished(() => proxy.stop());
});

interface UnderWay {
  readonly troupe: Troupe;
  readonly bus: Bus;
  readonly worker: TestProcess;
  readonly ids: readonly string[];
}

/** Both the orchestrator and the worker reach the server through the proxy; the orders are in the middle. */
async function underWay(): Promise<UnderWay> {
  const prefix = freshPrefix();
  const bus = await natsBus(proxy.url, prefix, { pingIntervalMs: PING_INTERVAL_MS });
  const troupe = await startTroupe({
    bus,
    prefix,
    workflows: [ORDER],
    handlers: handlers({ Here: () => 'done' }),
    heartbeatTimeoutMs: 3_000,
  });
  const worker = await TestProcess.worker(proxy.url, prefix);
  const ids = await submitOrders(troupe, 20, 20);
  await fact(troupe, ({ actor, fact: name }) => actor === 'step:Pack' && name === 'running');
  return { troupe, bus, worker, ids };
}

async function workHereGoesOn({ troupe }: UnderWay): Promise<void> {
  const { taskId } = await troupe.submit(request('Here'));
  await taskFact(troupe, taskId, 'complete');
}

const isConnected = ({ bus }: UnderWay) => bus.link?.connected;

describe('orders under way all end, and no attempt is done twice', { timeout: 300_000 }, () => {
  const afterwards = async ({ troupe, ids, worker }: UnderWay): Promise<void> => {
    await allComplete(troupe, ids);
    expectOnceAnAttempt(troupe, ids, [worker]);
  };

  it('when the nats-server freezes until it is given up, and thaws', async () => {
    const orders = await underWay();
    await server.freeze();
    onTestFinished(() => server.thaw());
    await expect.poll(() => isConnected(orders), PATIENTLY).toBe(false);
    await workHereGoesOn(orders);
    server.thaw();
    await afterwards(orders);
  });

  it('when the nats-server is frozen past the time for heartbeats', async () => {
    const orders = await underWay();
    await server.freeze();
    onTestFinished(() => server.thaw());
    const { taskId } = await orders.troupe.submit(request('Here', { delaySeconds: 5 }));
    await taskFact(orders.troupe, taskId, 'complete');
    server.thaw();
    await afterwards(orders);
  });

  it('when the link is reset, again and again', async () => {
    const orders = await underWay();
    for (let resets = 0; resets < 5; resets++) {
      await expect.poll(() => isConnected(orders), PATIENTLY).toBe(true);
      proxy.reset();
      await workHereGoesOn(orders);
    }
    await afterwards(orders);
  });

  it('when the link becomes a black hole', async () => {
    const orders = await underWay();
    proxy.blackHole();
    await expect.poll(() => isConnected(orders), PATIENTLY).toBe(false);
    await workHereGoesOn(orders);
    proxy.heal();
    await afterwards(orders);
  });

  it('when everything is a twentieth of a second on its way', async () => {
    const orders = await underWay();
    proxy.delay(50);
    await workHereGoesOn(orders);
    await afterwards(orders);
    expect(isConnected(orders)).toBe(true);
  });
});
