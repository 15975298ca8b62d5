/**
 * Elk, which places graphs, in a thread of its own: a big graph takes seconds, and the server goes on meanwhile. The
 * thread starts with the first graph, takes one at a time, and never keeps the process alive when it is idle.
 */

import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import elkApi, { type ELK, type ELKConstructorArguments, type ElkNode } from 'elkjs/lib/elk-api.js';

/** Elk's worker is written for browsers: it listens on `self`. As text, so that it runs from sources and built alike. */
const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  globalThis.self = globalThis;
  self.postMessage = (message) => parentPort.postMessage(message);
  require(workerData);
  parentPort.on('message', (data) => self.onmessage({ data }));
`;
const ELK_WORKER = createRequire(import.meta.url).resolve('elkjs/lib/elk-worker.min.js');

interface Running {
  readonly elk: ELK;
  readonly worker: Worker;
}

export class Elk {
  #running: Running | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** The graph with its positions, or null when that takes longer than allowed or Elk cannot do it. */
  place(graph: ElkNode, withinMs: number): Promise<ElkNode | null> {
    const placed = this.#last.then(() => this.#place(graph, withinMs));
    this.#last = placed;
    return placed;
  }

  async #place(graph: ElkNode, withinMs: number): Promise<ElkNode | null> {
    const running = this.#running ?? start();
    this.#running = running;
    running.worker.ref();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        running.elk.layout(graph),
        new Promise<never>((_, reject) => {
          running.worker.once('error', reject);
          timer = setTimeout(() => reject(new Error('too slow')), withinMs);
        }),
      ]);
    } catch {
      // Whatever it was, the caller has a simpler way to place things; a thread that is still at it is of no use.
      this.#running = null;
      await running.worker.terminate();
      return null;
    } finally {
      clearTimeout(timer);
      running.worker.removeAllListeners('error');
      running.worker.unref();
    }
  }
}

function start(): Running {
  const worker = new Worker(WORKER, { eval: true, workerData: ELK_WORKER });
  const elk = new elkApi.default({ workerFactory: () => asWebWorker(worker) });
  return { elk, worker };
}

type WebWorker = ReturnType<NonNullable<ELKConstructorArguments['workerFactory']>>;

/** Gives Elk the interface of a browser's worker. */
function asWebWorker(worker: Worker): WebWorker {
  const web = {
    postMessage: (message: unknown) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
    set onmessage(hear: (event: { data: unknown }) => void) {
      worker.on('message', (data: unknown) => hear({ data }));
    },
  };
  return web as unknown as WebWorker;
}
