/**
 * The app on a port. Who sends too slowly, or does not read, is cut off. Closing stops accepting, ends streams and lets
 * requests in flight finish, within bounds.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Api } from './context.ts';
import { internalProblem, malformedProblem } from './problem.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** How long a client may take: each wait of a server for a client has an end. */
export interface Patience {
  /** For all of the headers. */
  readonly headersMs: number;
  /** For all of the request. */
  readonly requestMs: number;
  /** For taking any of what is sent to it; streams that have nothing to send send a heartbeat more often. */
  readonly stalledMs: number;
  /** How often the first two are looked at. */
  readonly lookEveryMs: number;
}

const PATIENCE: Patience = {
  headersMs: 15_000,
  // The largest body, over a line of 200 kbit/s.
  requestMs: 60_000,
  stalledMs: 60_000,
  lookEveryMs: 5_000,
};
const GRACE_MS = 10_000;

/** Where a server on this address is reached from the same machine. */
export const urlOf = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Port 0 takes any free one. Rejects when the address cannot be listened on. */
export async function listen(
  app: Api,
  { host, port }: { host: string; port: number },
  { headersMs, requestMs, stalledMs, lookEveryMs }: Patience = PATIENCE,
): Promise<Listening> {
  const closing = new AbortController();
  const fetch = (request: Request) => app.fetch(request, { closing: closing.signal });
  // These errors come before the app has a request to answer.
  const errorHandler = (error: unknown) =>
    error instanceof RequestError ? malformedProblem() : internalProblem();
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: lookEveryMs },
    getRequestListener(fetch, { hostname: host, errorHandler }),
  );
  // Nothing has gone either way: the connection is ended, and with it what waits to be sent.
  server.setTimeout(stalledMs);
  const closeIdle = trackIdle(server);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: bound } = server.address() as AddressInfo;

  let closed: Promise<void> | null = null;
  const close = () =>
    new Promise<void>((resolve) => {
      closing.abort();
      const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      server.close(() => {
        clearTimeout(force);
        resolve();
      });
      closeIdle();
    });

  return {
    url: urlOf({ host, port: bound }),
    port: bound,
    close: () => (closed ??= close()),
  };
}

/**
 * Node's own notion of idle leaves out connections that have never asked anything, as browsers open in advance.
 * What this returns ends those without a request in flight, and from then on each one whose last answer is out.
 */
function trackIdle(server: Server): () => void {
  const inFlight = new Map<Socket, number>();
  let isClosing = false;
  const add = (socket: Socket, change: number) => {
    const before = inFlight.get(socket);
    if (before === undefined) return;
    inFlight.set(socket, before + change);
    if (isClosing && before + change === 0) socket.destroySoon();
  };
  server.on('connection', (socket: Socket) => {
    inFlight.set(socket, 0);
    socket.once('close', () => inFlight.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    add(socket, 1);
    response.once('close', () => add(socket, -1));
  });
  return () => {
    isClosing = true;
    for (const socket of inFlight.keys()) add(socket, 0);
  };
}
