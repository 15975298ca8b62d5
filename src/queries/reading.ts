/**
 * The thread that answers what is much, on a connection of its own: it reads, builds and writes, and its bytes are
 * handed over as they are. It starts with the first question, sees what is committed, and never keeps the process
 * alive.
 */

import type { Worker } from 'node:worker_threads';
import { Refusal } from '../errors.ts';
import type { Question, Scope } from '../views/orchestrator.ts';
import { startThread } from '../workflow/start-thread.ts';
import type { PlainReasons } from './plain-reasons.ts';

export interface ReadRequest {
  readonly scope: Scope;
  readonly question: Question;
  readonly reasons: PlainReasons;
}

export interface Message extends ReadRequest {
  readonly number: number;
}

export type Bytes = Uint8Array<ArrayBuffer>;

export type Reply = { readonly number: number } & (
  | { readonly bytes: Bytes }
  | { readonly refused: Pick<Refusal, 'code' | 'message' | 'faults' | 'retryAfterSeconds'> }
);

interface Waiting {
  readonly resolve: (bytes: Bytes) => void;
  readonly reject: (error: unknown) => void;
}

export class ReadingThread {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #number = 0;

  constructor(path: string) {
    this.#path = path;
  }

  ask(request: ReadRequest): Promise<Bytes> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const number = this.#number++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...request, number } satisfies Message);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startThread(import.meta.url, 'reading-thread', this.#path);
    worker.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.number);
      this.#waiting.delete(reply.number);
      if (this.#waiting.size === 0) worker.unref();
      if ('bytes' in reply) waiting?.resolve(reply.bytes);
      else waiting?.reject(refusalOf(reply.refused));
    });
    worker.once('error', (error) => this.#end(worker, error));
    worker.once('exit', () => this.#end(worker, new Error('the thread that reads has ended')));
    return worker;
  }

  /** The next question starts another. */
  #end(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

type Refused = Extract<Reply, { readonly refused: unknown }>['refused'];

function refusalOf({ code, message, faults, retryAfterSeconds }: Refused): Refusal {
  const facts = retryAfterSeconds === null ? { faults } : { faults, retryAfterSeconds };
  return new Refusal(code, message, facts);
}
