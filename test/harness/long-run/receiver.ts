/**
 * Where the webhooks of a long run arrive: mostly taken, now and then told to come again or kept waiting, and at one
 * address refused for good. It keeps who was delivered when, so that nothing can be missed or come twice unnoticed.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../kill/random.ts';

export interface Delivery {
  readonly id: string;
  readonly taskId: string;
  readonly type: string;
  /** When it was answered with 200; more than one is a repetition. */
  readonly takenAt: number[];
  readonly refused: boolean;
}

const COME_AGAIN = 0.1;
const SLOW = 0.05;
const SLOW_MS = 400;

export class Receiver {
  readonly #random: Random;
  readonly #server: Server;
  /** By webhook id. */
  readonly deliveries = new Map<string, Delivery>();
  requests = 0;

  private constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(random: Random): Promise<Receiver> {
    const receiver = new Receiver(random);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const id = String(request.headers['webhook-id']);
    const { type, data } = JSON.parse(await text(request)) as { type: string; data: { taskId: string } };
    const refused = request.url === '/gone';
    const known = this.deliveries.get(id) ?? { id, taskId: data.taskId, type, takenAt: [], refused };
    this.deliveries.set(id, known);
    if (refused) {
      response.writeHead(410).end();
      return;
    }
    if (this.#random.chance(SLOW)) await sleep(SLOW_MS);
    if (known.takenAt.length === 0 && this.#random.chance(COME_AGAIN)) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    known.takenAt.push(Date.now());
    response.writeHead(200).end();
  }
}
