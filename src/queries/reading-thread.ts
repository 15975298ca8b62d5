/** The thread of `reading.ts`: each question is answered in one read transaction. */

import { parentPort, workerData } from 'node:worker_threads';
import { Refusal, reasonOf } from '../errors.ts';
import { Checkpoints } from '../history/checkpoints.ts';
import { JournalFollower } from '../history/journal-follower.ts';
import { ActorCache } from '../kernel/actor-cache.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../workflow/definition.ts';
import { WorkflowRegistry } from '../workflow/registry.ts';
import type { ThreadData } from '../workflow/start-thread.ts';
import { reasonsOf } from './plain-reasons.ts';
import { Queries } from './queries.ts';
import type { Message, ReadRequest, Reply } from './reading.ts';
import { TaskReader } from './task-reader.ts';

const store = new SqliteStore((workerData as ThreadData<string>).given, { readOnly: true });
// Opened within one; held on to, it would keep the log from being taken in.
store.connection.exec('COMMIT');
const known = new WorkflowRegistry();
const registry = { open: (key: string) => known.open(key) ?? learn(key) };
const cache = new ActorCache(store, registry);
const parts = {
  store,
  cache,
  registry,
  checkpoints: new Checkpoints(store),
  follower: new JournalFollower(store),
};
const encoder = new TextEncoder();

/** Registered meanwhile, maybe. */
function learn(hash: string): CompiledWorkflow | null {
  const stored = store.workflow(hash);
  if (stored === null) return null;
  known.add(compileWorkflow(JSON.parse(stored) as WorkflowDefinition));
  // Not by what it has become, if it is not what was registered.
  return known.open(hash);
}

function answer({ scope, question, reasons }: ReadRequest): Promise<string> {
  const queries = new Queries({ ...parts, reader: new TaskReader(store, cache, reasonsOf(reasons)) });
  store.connection.exec('BEGIN');
  try {
    return queries.answer(scope, question);
  } finally {
    store.connection.exec('COMMIT');
  }
}

async function replyTo({ number, ...request }: Message): Promise<void> {
  try {
    const bytes = encoder.encode(await answer(request));
    parentPort?.postMessage({ number, bytes } satisfies Reply, [bytes.buffer]);
  } catch (error) {
    const { code, message, faults, retryAfterSeconds } = refusalOf(error);
    const refused = { code, message, faults, retryAfterSeconds };
    parentPort?.postMessage({ number, refused } satisfies Reply);
  }
}

/** A mistake of ours ends the thread, with all that is asked of it. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!isStorageFailure(error)) throw error;
  const why = reasonOf(error);
  const facts = { cause: error, retryAfterSeconds: 2 };
  return new Refusal('STORE_UNUSABLE', `The store cannot be read: ${why}.`, facts);
}

parentPort?.on('message', (message: Message) => void replyTo(message));
