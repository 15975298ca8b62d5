/** The orchestrator of this example: its workflow and handlers, behind Troupe's HTTP API. */

import { readFileSync } from 'node:fs';
import { createTroupe, loadWorkflow, type TroupeOptions } from 'troupe';
import { createApp, listen } from 'troupe/server';
import { Fulfillment, OrderEvents } from './order-events.ts';
import { createOrder } from './steps/create-order.ts';
import { publishEvent } from './steps/publish-event.ts';
import { validateProducts } from './steps/validate-products.ts';

export interface IntegrationOptions extends Pick<TroupeOptions, 'clock' | 'random'> {
  /** Path of the store, or `:memory:`. */
  readonly db: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly shopUrl: string;
}

export interface Integration {
  readonly url: string;
  readonly fulfillment: Fulfillment;
  close(): Promise<void>;
}

export async function startIntegration(options: IntegrationOptions): Promise<Integration> {
  const { db, port, shopUrl, ...rest } = options;
  const variables = { SHOP_URL: shopUrl };
  const events = new OrderEvents();
  const steps = {
    validate_products: validateProducts,
    place_order: createOrder(shopUrl),
    publish_order_created: publishEvent(events),
  };
  const troupe = await createTroupe({
    ...rest,
    db,
    handlers: Object.entries(steps).map(([name, run]) => ({ name, run, concurrency: null })),
    workflows: [workflowFor(variables)],
    variables,
    // HTTP steps reach public addresses only, unless told otherwise: this shop is on this machine.
    webhooks: { secret: null, allow: [new URL(shopUrl).hostname] },
  });
  const fulfillment = new Fulfillment(troupe.bus);
  fulfillment.start();
  events.connect(troupe.bus);
  const app = createApp({ troupe, keys: null, version: '1.0.0' });
  const server = await listen(app, { host: '127.0.0.1', port }).catch(async (error: unknown) => {
    await troupe.close({ graceMs: 0 });
    throw error;
  });
  return {
    url: server.url,
    fulfillment,
    close: async () => {
      await troupe.close();
      await server.close();
    },
  };
}

/** The definition keeps the reference to the shop's address; each request is made with what it stands for then. */
function workflowFor(variables: { SHOP_URL: string }) {
  const text = readFileSync(new URL('./workflow.yaml', import.meta.url), 'utf8');
  return loadWorkflow(text, 'yaml', { environment: null, variables });
}
