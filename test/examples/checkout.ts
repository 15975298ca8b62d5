/** The checkout service for its tests: in this process on a clock moved by hand, or as the process users start. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { orderStatus, workflowDetails } from '../../examples/checkout/routes/views.ts';
import { createCheckout } from '../../examples/checkout/service.ts';
import type { Execution } from '../../examples/checkout/simulators/payments.ts';
import { listen } from '../../src/api/listen.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { runThroughBackoffs } from '../kernel/one-task.ts';
import { stepFact, taskFact, temporaryFolder } from '../support.ts';

export type OrderStatus = ReturnType<typeof orderStatus>;
type Details = ReturnType<typeof workflowDetails>;

interface World {
  readonly payments: readonly Execution[];
  readonly orders: readonly { readonly total_cents: number; readonly amount_given_cents: number }[];
  readonly mail: readonly { readonly to: string }[];
  readonly products: readonly { readonly id: number; readonly stock: number }[];
}

/** The service's calls as curl makes them: `-d` without a content type is sent as a form. */
export function client(url: string) {
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(url + path);
    expect(response.status, await response.clone().text()).toBe(200);
    return (await response.json()) as T;
  };
  return {
    post,
    /** The id of the task. */
    checkout: async (body: unknown): Promise<string> => {
      const response = await post('/checkout', body);
      expect(response.status, await response.clone().text()).toBe(202);
      return ((await response.json()) as { task_id: string }).task_id;
    },
    status: (id: string) => get<OrderStatus>(`/order_status/${id}`),
    details: (id: string) => get<Details>(`/workflow_details/${id}`),
    world: () => get<World>('/simulators'),
    /** Returns what the payment provider did for each execution, in order. */
    payments: async () => (await get<World>('/simulators')).payments.map(({ result }) => result),
  };
}

export async function startCheckout({ latencyMs = 0 } = {}) {
  const clock = new ManualClock();
  const { app, troupe } = await createCheckout({ folder: temporaryFolder(), clock, latencyMs });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await troupe.close({ graceMs: 0 });
    await server.close();
  });
  return {
    ...client(server.url),
    clock,
    troupe,
    /** Resolves once the task has become this. */
    ends: (id: string, how: 'complete' | 'failed') => taskFact(troupe, id, how),
    step: (id: string, step: string, is: 'running' | 'retrying', attempt: number) =>
      stepFact(troupe, id, step, is, attempt),
    /** Moves the clock past the backoffs of this step until the task has ended. */
    waitOut: (id: string, step: string) => runThroughBackoffs(troupe, clock, id, step),
  };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Compiling it takes as long as all else at its start. */
const BUILT = ['dist/examples/checkout/server.js'];
const AS_DOCUMENTED = ['--import', 'tsx', 'examples/checkout/server.ts'];

export interface Process extends ReturnType<typeof client> {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
}

/** The server on a free port, gone when the test ends. */
export async function startProcess(
  folder: string,
  { latencyMs = 0, fromSource = false } = {},
): Promise<Process> {
  const env = {
    ...process.env,
    PORT: '0',
    CHECKOUT_DATA: folder,
    CHECKOUT_LATENCY_MS: String(latencyMs),
  };
  const child = spawn(process.execPath, fromSource ? AS_DOCUMENTED : BUILT, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'close').then(() => child.exitCode);
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, found] = /listening on (http:\S+)\n/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', () => reject(new Error(`the server ended:\n${said}`)));
  });
  return { ...client(url), child, exit };
}
