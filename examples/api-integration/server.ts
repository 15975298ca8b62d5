/**
 * `node --import tsx examples/api-integration/server.ts`: the shop and the orchestrator in one process, until SIGTERM
 * or Ctrl-C. All data is under one folder, so the next start goes on with what the last one left.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startIntegration } from './integration.ts';
import { startShop } from './shop/shop.ts';

const USAGE = `Usage: node --import tsx examples/api-integration/server.ts [options]

  --port N        where the orchestrator listens (7070; 0 takes any free port)
  --shop-port N   where the shop listens (7071)
  --shop URL      a shop that is there already, instead of one of our own
  --data FOLDER   where both keep their data (.troupe/api-integration); it stays with the shop it began with
  --help`;

async function start({ port, 'shop-port': shopPort, shop: otherShop, data }: Options): Promise<void> {
  mkdirSync(data, { recursive: true });
  const shop =
    otherShop === undefined
      ? await startShop({ port: Number(shopPort), orders: join(data, 'shop.db') })
      : null;
  const shopUrl = shop?.url ?? new URL(otherShop ?? '').origin;
  const stopShop = async () => shop?.close();
  const integration = await startIntegration({
    db: join(data, 'troupe.db'),
    port: Number(port),
    shopUrl,
  }).catch(async (error: unknown) => {
    await stopShop();
    throw error;
  });
  stopOnSignal(() => integration.close().then(stopShop));
  console.log(`listening on ${integration.url}`);
  console.error(callsToTry(integration.url, shopUrl));
}

/** The second signal does not wait. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    void stop();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

const callsToTry = (tasks: string, shop: string): string => `
  json='content-type: application/json'
  curl -s ${tasks}/tasks -H "$json" -d '{"name":"api_integration_task","payload":{"cart_id":1}}'
  curl -s ${tasks}/tasks/ID
  curl -s ${shop}/orders
  curl -s ${shop}/faults -H "$json" -d '{"request":"GET /carts/1","fault":"status","status":503,"times":2}'
`;

function readOptions() {
  return parseArgs({
    options: {
      port: { type: 'string', default: '7070' },
      'shop-port': { type: 'string', default: '7071' },
      shop: { type: 'string' },
      data: { type: 'string', default: '.troupe/api-integration' },
      help: { type: 'boolean' },
    },
  }).values;
}

type Options = ReturnType<typeof readOptions>;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const options = readOptions();
  if (options.help === true) console.log(USAGE);
  else
    await start(options).catch((error: unknown) => {
      console.error(`cannot start: ${messageOf(error)}`);
      process.exitCode = 1;
    });
} catch (error) {
  console.error(`${messageOf(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
