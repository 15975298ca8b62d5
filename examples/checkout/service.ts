/**
 * The checkout service: Troupe with the order_processing workflow, the shop it acts upon, and the routes a shop's
 * front end calls, on the same port as Troupe's own API.
 */

import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTroupe, loadWorkflow, type TroupeOptions } from 'troupe';
import { createApp } from 'troupe/server';
import { checkoutRoutes } from './routes/checkout.ts';
import { simulatorRoutes } from './routes/simulators.ts';
import { openShop } from './shop.ts';
import { checkoutHandlers } from './steps/steps.ts';

export interface CheckoutOptions extends Pick<TroupeOptions, 'clock' | 'log'> {
  /** Where the tasks and the shop's ledgers are kept. */
  readonly folder: string;
  /** How long the payment provider takes to answer. */
  readonly latencyMs?: number;
}

const DEFINITION = new URL('order_processing.yaml', import.meta.url);

export async function createCheckout({ folder, latencyMs = 0, ...options }: CheckoutOptions) {
  const { clock, log } = options;
  const definition = loadWorkflow(readFileSync(DEFINITION, 'utf8'), 'yaml', {
    environment: process.env.TROUPE_ENV ?? null,
    variables: process.env,
  });
  await mkdir(folder, { recursive: true });
  const shop = openShop({ folder, latencyMs, ...(clock === undefined ? {} : { now: () => clock.now() }) });
  const troupe = await createTroupe({
    db: join(folder, 'troupe.db'),
    handlers: Object.entries(checkoutHandlers(shop)).map(([name, run]) => ({ name, run, concurrency: null })),
    workflows: [definition],
    ...options,
  });
  const app = createApp({
    troupe,
    keys: null,
    version: definition.version,
    onError: (err, request) => log?.error({ err, ...request }, 'a request failed'),
  });
  checkoutRoutes(app, troupe, definition);
  simulatorRoutes(app, shop);
  return { app, troupe };
}
