/**
 * DBOS on a PostgreSQL of its own with its defaults (`fsync`, `synchronous_commit` and `full_page_writes` on). An order
 * is a workflow started by its caller; each step is a `DBOS.runStep`, stored before the next begins. 20 connections.
 */

import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { outputOf, PAYLOAD } from '../order.ts';
import { peer } from './peer.ts';
import { freePort, startServer } from './server.ts';

const CONNECTIONS = 20;

/** PostgreSQL refuses to run as root; its package brings a user for it. */
function postgresUser(): { uid: number; gid: number } | object {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']));
  return { uid: id('-u'), gid: id('-g') };
}

await peer(async (folder, done) => {
  const user = postgresUser();
  const data = join(folder, 'data');
  mkdirSync(data);
  if ('uid' in user && 'gid' in user) for (const path of [folder, data]) chownSync(path, user.uid, user.gid);
  execFileSync('initdb', ['-D', data, '-U', 'bench', '--auth=trust'], {
    ...user,
    stdio: 'ignore',
    cwd: data,
  });
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', data];
  const server = await startServer('postgres', args, port, { ...user, cwd: data });

  const step = (name: string) => DBOS.runStep(async () => outputOf(name), { name });
  const order = DBOS.registerWorkflow(
    async (_payload: typeof PAYLOAD) => {
      await step('Receive');
      await Promise.all([step('Inventory'), step('Payment')]);
      await step('Reserve');
      await step('Ship');
      const last = await step('Notify');
      done();
      return last;
    },
    { name: 'Order' },
  );
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: `postgresql://bench@127.0.0.1:${port}/bench`,
    systemDatabasePoolSize: CONNECTIONS,
    logLevel: 'error',
  });
  await DBOS.launch();
  const submit = () => DBOS.startWorkflow(order)(PAYLOAD);
  return {
    submit,
    complete: async () => (await submit()).getResult(),
    servers: [server.pid],
    stop: async () => {
      await DBOS.shutdown();
      await server.stop();
    },
  };
});
