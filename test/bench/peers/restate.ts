/**
 * Restate's server from npm as it is by default, one node; its log and its store sync their writes to the disk unless
 * told otherwise, and are not. Its SDK needs Node 22, and gets one when this is older. An order is one invocation; each step is a `ctx.run`, journaled before the next begins.
 */

import { createServer } from 'node:http2';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Context, endpoint, RestatePromise, service } from '@restatedev/restate-sdk';
import { connect } from '@restatedev/restate-sdk-clients';
import { outputOf, PAYLOAD } from '../order.ts';
import { peer } from './peer.ts';
import { freePort, startServer } from './server.ts';

const require = createRequire(import.meta.url);
const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
const program = join(dirname(require.resolve(`${platform}/package.json`)), 'bin', 'restate-server');

await peer(async (folder, done) => {
  const step = (ctx: Context, name: string) => ctx.run(name, () => outputOf(name));
  const order = service({
    name: 'Order',
    handlers: {
      run: async (ctx: Context, _payload: typeof PAYLOAD) => {
        await step(ctx, 'Receive');
        await RestatePromise.all([step(ctx, 'Inventory'), step(ctx, 'Payment')]);
        await step(ctx, 'Reserve');
        await step(ctx, 'Ship');
        const last = await step(ctx, 'Notify');
        done();
        return last;
      },
    },
  });
  const [ingress, admin, node, services] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const worker = createServer(endpoint().bind(order).http2Handler()).listen(services, '127.0.0.1');
  const server = await startServer(program, ['--base-dir', folder, '--node-name', 'bench'], ingress, {
    env: {
      ...process.env,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    },
  });
  const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${services}` }),
  });
  if (!answer.ok) throw new Error(`Restate refuses the service: ${await answer.text()}`);
  const client = connect({ url: `http://127.0.0.1:${ingress}` });
  return {
    submit: () => client.serviceSendClient(order).run(PAYLOAD),
    complete: async () => client.serviceClient(order).run(PAYLOAD),
    servers: [server.pid],
    stop: async () => {
      await server.stop();
      worker.close();
    },
  };
});
