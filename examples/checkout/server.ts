/** Starts the checkout service: `node --import tsx examples/checkout/server.ts`. A signal stops it gracefully. */

import { pino } from 'pino';
import { listen } from 'troupe/server';
import { z } from 'zod';
import { createCheckout } from './service.ts';

const FINISH_WITHIN_MS = 20_000;

const settingsSchema = z.object({
  /** 0 takes any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  CHECKOUT_DATA: z.string().min(1).default('./.troupe/checkout'),
  /** How long the simulated payment provider takes to answer. */
  CHECKOUT_LATENCY_MS: z.coerce.number().int().min(0).default(100),
});

async function run(): Promise<void> {
  const stopped = stopSignal();
  const settings = settingsSchema.safeParse(process.env);
  if (!settings.success) throw new Error(`settings:\n${z.prettifyError(settings.error)}`);
  const { PORT, CHECKOUT_DATA, CHECKOUT_LATENCY_MS } = settings.data;

  const log = pino({ level: 'warn' }, pino.destination(2));
  const { app, troupe } = await createCheckout({
    folder: CHECKOUT_DATA,
    latencyMs: CHECKOUT_LATENCY_MS,
    log,
  });
  const server = await listen(app, { host: '127.0.0.1', port: PORT }).catch(async (error: unknown) => {
    await troupe.close({ graceMs: 0 });
    throw new Error(`cannot listen on port ${PORT}; choose another with PORT=…`, { cause: error });
  });
  console.log(`checkout: listening on ${server.url}`);
  console.error(`  data  ${CHECKOUT_DATA}`);

  console.error(`${await stopped}: stopping; again to stop at once`);
  await troupe.close({ graceMs: FINISH_WITHIN_MS });
  await server.close();
}

/** Listens from the start on, so that a signal during it is not lost; the second one does not wait. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

run().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`checkout: ${error instanceof Error ? error.message : error}${cause}`);
  process.exitCode = 1;
});
