/**
 * Durable `POST /tasks`: a client in a process of its own, with 50 connections that each send the next order when the
 * last one is answered. No worker serves the steps, so that what is measured is taking orders, not doing them.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createApp, listen } from '../../src/entries/server.ts';
import { createTroupe } from '../../src/index.ts';
import type { ClientReport } from './http-client.ts';
import { costsPer, type Figures, inFolder, measure, perSecond } from './measure.ts';
import { remoteOrder } from './order.ts';
import { scriptOf, section } from './section.ts';

const WARM_UP = 1_000;

const http = (requests: number, connections: number): Promise<Figures> =>
  inFolder(async (folder) => {
    const db = join(folder, 'troupe.db');
    const troupe = await createTroupe({ db, handlers: [], workflows: [remoteOrder] });
    const app = createApp({ troupe, keys: null, version: '0' });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    const client = startClient(server.url, connections);
    try {
      await client.post(WARM_UP);
      let report: ClientReport = { ms: 0, p50Ms: 0, p99Ms: 0 };
      const costs = await measure(troupe, db, async () => {
        report = await client.post(requests);
      });
      const stored = troupe.health().tasks.running;
      if (stored !== WARM_UP + requests) throw new Error(`${stored} orders are stored`);
      return {
        httpConnections: connections,
        httpSubmitsPerSecond: perSecond(requests, report),
        httpP50Ms: report.p50Ms,
        httpP99Ms: report.p99Ms,
        ...costsPer('Submit', requests, costs, 'http'),
      };
    } finally {
      await client.stop();
      await server.close();
      await troupe.close({ graceMs: 0 });
    }
  });

function startClient(url: string, connections: number) {
  const client = fork(scriptOf('http-client'), [url, String(connections)]);
  return {
    async post(requests: number): Promise<ClientReport> {
      client.send({ requests });
      const [report] = await once(client, 'message');
      return report as ClientReport;
    },
    async stop(): Promise<void> {
      const ended = once(client, 'exit');
      client.disconnect();
      await ended;
    },
  };
}

await section({ requests: 20_000, connections: 50 }, ({ requests, connections }) =>
  http(requests, connections),
);
