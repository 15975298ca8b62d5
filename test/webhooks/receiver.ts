/** A real HTTP server on loopback that keeps what it was sent and answers as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly received: {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
    readonly path: string;
  }[];
  /** Sockets open at this moment. */
  readonly sockets: Set<Socket>;
}

/** Gone when the test is. */
export async function startReceiver(answer: RequestListener): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, path: request.url ?? '', body: await text(request) });
    answer(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/hooks`, received, sockets };
}
