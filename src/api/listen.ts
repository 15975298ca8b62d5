/** The app on a port. Closing stops accepting, ends streams and lets requests in flight finish, within bounds. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Api } from './context.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const SWEEP_MS = 50;
const GRACE_MS = 10_000;
const BAD_REQUEST = JSON.stringify({
  type: 'about:blank',
  title: 'Bad Request',
  status: 400,
  detail: 'The request line or the Host header is malformed.',
  code: 'BAD_REQUEST',
  errors: [],
});

/** Port 0 takes any free one. Rejects when the address cannot be listened on. */
export async function listen(app: Api, { host, port }: { host: string; port: number }): Promise<Listening> {
  const closing = new AbortController();
  const fetch = (request: Request) => app.fetch(request, { closing: closing.signal });
  // Reached only by what is wrong before there is a request; everything later is answered by the app.
  const errorHandler = () =>
    new Response(BAD_REQUEST, { status: 400, headers: { 'Content-Type': 'application/problem+json' } });
  const server = createServer(getRequestListener(fetch, { hostname: host, errorHandler }));

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
      // A kept-alive connection turns idle only when its last response is out, so look again until none is left.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      server.close(() => {
        clearInterval(sweep);
        clearTimeout(force);
        resolve();
      });
    });

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () => (closed ??= close()),
  };
}
