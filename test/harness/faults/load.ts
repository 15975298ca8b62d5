/** The servers work on this load during faults: steps run side by side, fail and try again. */

import { Random } from '../kill/random.ts';
import type { Served } from './server.ts';

export const WORKFLOW = {
  name: 'Order',
  version: '1.0.0',
  steps: ['Receive', 'Stock', 'Pay', 'Ship'].map((name) => ({
    name,
    handler: 'Work',
    depends_on: { Stock: ['Receive'], Pay: ['Receive'], Ship: ['Stock', 'Pay'] }[name] ?? [],
    backoff: { strategy: 'fixed', base: 0.05, jitter: 'none' },
  })),
} as const;

export class Load {
  readonly #random: Random;
  #tasks = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  next(): Record<string, unknown> {
    const random = this.#random;
    const idempotencyKey = `load-${++this.#tasks}`;
    if (random.chance(0.2)) return { name: 'Work', idempotencyKey, delaySeconds: random.between(0, 3) / 10 };
    const plans = WORKFLOW.steps.map(({ name }) => [
      name,
      { ms: random.between(0, 10), failures: random.chance(0.15) ? 1 : 0 },
    ]);
    return { name: 'Order', idempotencyKey, payload: Object.fromEntries(plans) };
  }
}

/** Submits tasks, four at a time, until `count` are taken; rejects at the first that is not. */
export async function submit(server: Served, load: Load, count: number): Promise<string[]> {
  const taken: string[] = [];
  let left = count;
  const sendOn = async (): Promise<void> => {
    while (left-- > 0) {
      const { status, body } = await server.post('/tasks', load.next());
      if (status !== 201) throw new Error(`a task was answered ${status}: ${JSON.stringify(body)}`);
      taken.push(String(body['id']));
    }
  };
  await Promise.all([sendOn(), sendOn(), sendOn(), sendOn()]);
  return taken;
}

/** Reads what happens until the server is gone: a client that was told of it. */
export async function follow(server: Served): Promise<void> {
  const response = await fetch(`${server.url}/events`);
  const read = async (): Promise<void> => {
    for await (const _ of response.body ?? []);
  };
  // It ends with the server, however that ends.
  void read().catch(() => undefined);
}

/** Resolves once as many tasks have ended. */
export async function ended(server: Served, count: number): Promise<void> {
  for (;;) {
    const { body } = await server.get('/health/status');
    const tasks = body['tasks'] as Readonly<Record<string, number>> | undefined;
    if ((tasks?.['complete'] ?? 0) + (tasks?.['failed'] ?? 0) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
