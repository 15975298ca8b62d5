/**
 * Where webhooks go: a real server that answers when the simulation says so, one request at a time, so that the
 * order of things does not hang on the network.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WebhookView } from '../../../src/views/tasks.ts';

export interface Delivery {
  readonly id: string;
  readonly taskId: string;
  readonly type: WebhookView['type'];
  answer(status: number): void;
}

export class Receiver {
  readonly #server = createServer((request, response) => void this.#take(request, response));
  #arrived: Delivery[] = [];

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get waiting(): number {
    return this.#arrived.length;
  }

  /** Returns the waiting request whose webhook was made first. */
  take(): Delivery | undefined {
    this.#arrived.sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.#arrived.shift();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { type, data } = JSON.parse(await text(request)) as {
      type: Delivery['type'];
      data: { taskId: string };
    };
    const delivery: Delivery = {
      id: String(request.headers['webhook-id']),
      taskId: data.taskId,
      type,
      answer: (status) => void response.writeHead(status).end(),
    };
    this.#arrived.push(delivery);
    // Whoever sent it is gone.
    response.on('close', () => {
      this.#arrived = this.#arrived.filter((other) => other !== delivery);
    });
  }
}
