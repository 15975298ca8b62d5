/** A server that a peer needs, on a free port, and gone with it. */

import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Server {
  readonly pid: number;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Resolves once it takes connections. */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
  options: SpawnOptions = {},
): Promise<Server> {
  const server = spawn(program, args, { stdio: 'ignore', ...options });
  await Promise.race([
    once(server, 'spawn'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  process.once('exit', () => server.kill('SIGKILL'));
  while (!(await isListening(port))) {
    if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`);
    await pause(20);
  }
  return {
    pid: server.pid ?? 0,
    stop: async () => {
      const ended = once(server, 'exit');
      // To PostgreSQL: at once, for its clients need not be waited for.
      server.kill('SIGINT');
      await ended;
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Not yet.
    return false;
  } finally {
    socket.destroy();
  }
}
