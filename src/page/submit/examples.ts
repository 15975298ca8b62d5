/** Examples to run with one press, on a server that serves their handlers: each shows one thing worth watching. */

import orderProcessing from '../../../examples/checkout/order_processing.yaml?raw';
import { ask, post } from '../api.ts';

export interface Example {
  readonly title: string;
  readonly says: string;
  readonly name: string;
  /** The handlers that workers must serve. */
  readonly handlers: readonly string[];
  /** A workflow file to register first. */
  readonly file?: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const CHECKOUT = {
  name: 'order_processing',
  handlers: ['validate_cart', 'process_payment', 'update_inventory', 'create_order', 'send_confirmation'],
  file: orderProcessing,
};

export const EXAMPLES: readonly Example[] = [
  {
    ...CHECKOUT,
    title: 'A checkout',
    says: 'Five steps, one after the other: validated, paid, stocked, ordered, confirmed.',
    payload: {},
  },
  {
    ...CHECKOUT,
    title: 'A payment gateway that times out',
    says: 'Three attempts with a growing delay, then failed: retry it by hand, or skip the step.',
    payload: { payment_info: { token: 'test_timeout_gateway' } },
  },
  {
    ...CHECKOUT,
    title: 'A payment that works the third time',
    says: 'Watch the countdown to the next attempt.',
    payload: { payment_info: { token: 'test_temp_fail_gateway' } },
  },
  {
    title: 'One handler',
    says: 'A task without a workflow is one step of its own name.',
    name: 'CheckInventory',
    handlers: ['CheckInventory'],
    payload: { orderId: 'ORD123' },
  },
];

/** The id of the task. */
export async function runExample({ name, file, payload }: Example): Promise<string> {
  if (file !== undefined) {
    await ask('/workflows', { method: 'POST', headers: { 'Content-Type': 'application/yaml' }, body: file });
  }
  const { id } = await post<{ id: string }>('/tasks', {
    name,
    payload,
    tags: ['example'],
    initiator: 'page',
  });
  return id;
}
