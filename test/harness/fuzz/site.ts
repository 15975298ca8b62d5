/** A server to be tried: a store in a folder, every task and every mistake counted, examined when it is over. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../../src/api/app.ts';
import { parseKeys } from '../../../src/api/keys.ts';
import { listen } from '../../../src/api/listen.ts';
import type { Bus } from '../../../src/bus/bus.ts';
import { nodeOf } from '../../../src/jobs/node.ts';
import { startRpc } from '../../../src/nats/requests/rpc.ts';
import { startSignals } from '../../../src/nats/signals/intake.ts';
import { startIntake } from '../../../src/nats/submissions/intake.ts';
import { examineStore } from '../../../src/recovery/doctor.ts';
import { verifyStore } from '../../../src/recovery/verify.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import { createTroupe, type Troupe } from '../../../src/troupe.ts';

export interface FuzzSite {
  readonly troupe: Troupe;
  readonly port: number;
  /** The node to which workers send outcomes. */
  readonly node: string;
  /** The mistakes that the server itself logged. */
  readonly mistakes: string[];
  /** Throws for a store that is not whole, and for mistakes. */
  close(): Promise<void>;
}

export const KEY = 'fuzz-admin-key';

export async function openFuzzSite(bus?: Bus): Promise<FuzzSite> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-fuzz-'));
  const db = join(folder, 'store.db');
  const node = withStore(db, nodeOf);
  const mistakes: string[] = [];
  const tell = { write: (line: string) => void mistakes.push(line) };
  // Only what is logged as an error: a refusal is none.
  const log = pino({ level: 'error' }, tell);
  const troupe = await createTroupe({
    db,
    handlers: [{ name: 'echo', run: ({ payload }) => payload, concurrency: null }],
    ...(bus === undefined ? {} : { bus }),
    log,
  });
  const keys = parseKeys({ keys: [{ name: 'root', key: KEY, admin: true }] }, 'the fuzz run');
  const page = new Map([['index.html', pageFile]]);
  const onError = (error: unknown) => void mistakes.push(String(error));
  const app = createApp({ troupe, keys, version: '0', page, onError });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const intake = await startIntake(troupe, log);
  const signals = await startSignals(troupe, log);
  const rpc = await startRpc(troupe, { version: '0.0.0', log });
  return {
    troupe,
    port: server.port,
    node,
    mistakes,
    async close() {
      await server.close();
      await Promise.all([intake.close(), signals.close(), rpc.close()]);
      await troupe.close({ graceMs: 0 });
      try {
        examine(db);
        if (mistakes.length > 0) throw new Error(`${mistakes.length} mistakes, first ${mistakes[0]}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

const pageFile = {
  body: new Uint8Array(Buffer.from('<!doctype html>')),
  gzipped: new Uint8Array(),
  etag: '"x"',
  headers: { 'Content-Type': 'text/html' },
};

function examine(db: string): void {
  const { ailments } = examineStore(db, Date.now());
  const { findings } = withStore(db, verifyStore);
  const all = [...ailments, ...findings].map(({ problem }) => problem);
  if (all.length > 0) throw new Error(`the store is not whole: ${all.slice(0, 3).join('; ')}`);
}

function withStore<T>(db: string, read: (store: SqliteStore) => T): T {
  const store = new SqliteStore(db);
  try {
    return read(store);
  } finally {
    store.close();
  }
}
