/**
 * Asks which servers are there, by the greeting each sends to whoever connects. The client could find out as well,
 * but of one that accepts and then says nothing it keeps the socket open for ever, one more with each attempt.
 */

import { createConnection } from 'node:net';

/** Returns those of `servers` (`host:port` each) that greet; rejects, with what hinders each, when none does. */
export async function greeting(
  servers: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<string[]> {
  const asked = await Promise.allSettled(
    servers.map((server) => greetingOf(server, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))),
  );
  const there = servers.filter((_, index) => asked[index]?.status === 'fulfilled');
  if (there.length > 0) return there;
  const reasons = asked.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
  throw new Error(reasons.join('; '));
}

/** Rejects with a sentence. */
async function greetingOf(server: string, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(`nats://${server}`);
  const socket = createConnection({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('data', () => resolve());
      socket.once('error', ({ message }) => reject(`${server} cannot be reached: ${message}`));
      socket.once('close', () => reject(`${server} closes the connection at once`));
      signal.addEventListener('abort', () => reject(`${server} does not answer`), { once: true });
    });
  } finally {
    socket.destroy();
  }
}
