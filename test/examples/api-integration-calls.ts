/** The API integration example as its users see it: a shop and an orchestrator on ports of their own, asked over HTTP. */

import { expect, onTestFinished } from 'vitest';
import type { Order } from '../../examples/api-integration/models.ts';
import type { Asked } from '../../examples/api-integration/shop/faults.ts';
import { startShop } from '../../examples/api-integration/shop/shop.ts';
import type { Fact, StepDetailView, StepView, TaskView } from '../../src/views/tasks.ts';

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const get = async <Answer>(url: string): Promise<Answer> => (await fetch(url)).json() as Promise<Answer>;

export interface ShopCalls {
  readonly url: string;
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  /** Returns the requests of this kind that the shop got, oldest first. */
  asked(request: string): Promise<Asked[]>;
  /** Resolves while the shop has one of each of these, unanswered, at the same time. */
  hasOpen(...requests: string[]): Promise<void>;
  orders(): Promise<Order[]>;
}

export async function shopOnPort(): Promise<ShopCalls> {
  const shop = await startShop({ port: 0, orders: ':memory:' });
  onTestFinished(() => shop.close());
  const asked = async () => get<Asked[]>(`${shop.url}/requests`);
  return {
    url: shop.url,
    fault: async (fault) => {
      const response = await post(`${shop.url}/faults`, fault);
      expect(response.status, await response.clone().text()).toBe(201);
    },
    asked: async (request) => (await asked()).filter((one) => one.request === request),
    hasOpen: async (...requests) => {
      const open = async () => (await asked()).filter(({ is_open }) => is_open).map(({ request }) => request);
      await expect.poll(open, { timeout: 300_000 }).toEqual(expect.arrayContaining(requests));
    },
    orders: () => get<Order[]>(`${shop.url}/orders`),
  };
}

export interface TaskCalls {
  tryToSubmit(payload: Readonly<Record<string, unknown>>): Promise<Response>;
  /** Resolves with the id of the task. */
  submit(cartId: number): Promise<string>;
  task(id: string): Promise<TaskView>;
  /** The steps by name. */
  steps(id: string): Promise<Readonly<Record<string, StepView>>>;
  attempts(id: string, step: string): Promise<StepDetailView['attempts']>;
  /** Resolves once the task, or this attempt of this step, has come to this; a moment past counts. */
  hears(id: string, actor: string, fact: Fact['fact'], attempt?: number): Promise<void>;
  /** The task when it has ended like this. */
  ends(id: string, fact: 'complete' | 'failed'): Promise<TaskView>;
}

export function taskCalls(url: string): TaskCalls {
  const tryToSubmit: TaskCalls['tryToSubmit'] = (payload) =>
    post(`${url}/tasks`, {
      name: 'api_integration_task',
      payload,
      initiator: 'user',
      reason: 'Process order',
      sourceSystem: 'web',
    });
  const task = (id: string) => get<TaskView>(`${url}/tasks/${id}`);
  const hears: TaskCalls['hears'] = (id, actor, fact, attempt) =>
    follow(
      `${url}/events?taskId=${id}`,
      (found) =>
        found.actor === actor && found.fact === fact && (attempt === undefined || found.attempt === attempt),
    );
  return {
    tryToSubmit,
    submit: async (cartId) => {
      const response = await tryToSubmit({ cart_id: cartId });
      expect(response.status, await response.clone().text()).toBe(201);
      return ((await response.json()) as TaskView).id;
    },
    task,
    steps: async (id) => Object.fromEntries((await task(id)).steps.map((step) => [step.name, step])),
    attempts: async (id, step) => (await get<StepDetailView>(`${url}/tasks/${id}/steps/${step}`)).attempts,
    hears,
    ends: async (id, fact) => {
      await hears(id, 'task', fact);
      return task(id);
    },
  };
}

/** Reads the live events, from the first on, until the one that is waited for. */
async function follow(url: string, is: (fact: Fact) => boolean): Promise<void> {
  const { body } = await fetch(url, { headers: { 'last-event-id': '0-0' } });
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:') && is(JSON.parse(line.slice(5)) as Fact)) return;
    }
  }
  throw new Error('the events ended before the one that is waited for');
}
