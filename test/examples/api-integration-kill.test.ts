/** The API integration example as a real process that is killed, with a shop that lives on and remembers. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { shopOnPort, type TaskCalls, taskCalls } from './api-integration-calls.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Compiling it takes as long as all else at its start. */
const BUILT = ['dist/examples/api-integration/server.js'];
const AS_DOCUMENTED = ['--import', 'tsx', 'examples/api-integration/server.ts'];

interface Process extends TaskCalls {
  /** Resolves with the exit code when it has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

async function startProcess(program: readonly string[], ...args: string[]): Promise<Process> {
  const child: ChildProcess = spawn(process.execPath, [...program, '--port', '0', ...args], {
    cwd: ROOT,
    stdio: 'pipe',
  });
  const exit = once(child, 'exit');
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [line] = (await Promise.race([once(lines, 'line'), exit])) as unknown[];
  const [, url] = /^listening on (http:\S+)$/.exec(String(line)) ?? [];
  if (url === undefined) throw new Error(`the server did not start: ${said}`);
  return {
    ...taskCalls(url),
    end: async (signal) => {
      child.kill(signal);
      await exit;
      return child.exitCode;
    },
  };
}

async function start() {
  const shop = await shopOnPort();
  const data = temporaryFolder();
  return { shop, startServer: () => startProcess(BUILT, '--shop', shop.url, '--data', data) };
}

it('goes on after kill -9 while both fetches are under way', async () => {
  const { shop, startServer } = await start();
  const [cart, products] = ['GET /carts/1', 'GET /products'] as const;
  await shop.fault({ request: cart, fault: 'hang' });
  await shop.fault({ request: products, fault: 'hang' });
  const before = await startServer();
  const id = await before.submit(1);
  await shop.hasOpen(cart, products);
  await before.end('SIGKILL');

  await (await startServer()).ends(id, 'complete');
  expect(await shop.asked(cart)).toHaveLength(2);
  expect(await shop.asked(products)).toHaveLength(2);
  expect(await shop.orders()).toHaveLength(1);
});

it('goes on after kill -9 while it waits to try again, and not before its time', async () => {
  const { shop, startServer } = await start();
  const request = 'GET /carts/1';
  await shop.fault({ request, fault: 'status', status: 503, retry_after: 2 });
  const before = await startServer();
  const id = await before.submit(1);
  await before.hears(id, 'step:fetch_cart', 'retrying');
  await before.hears(id, 'step:fetch_products', 'complete');
  await before.end('SIGKILL');

  const after = await startServer();
  await after.ends(id, 'complete');
  const [first, second] = await after.attempts(id, 'fetch_cart');
  expect(Date.parse(second?.startedAt ?? '')).toBeGreaterThanOrEqual(
    Date.parse(first?.finishedAt ?? '') + 2_000,
  );
  expect(await shop.asked(request)).toHaveLength(2);
  expect(await shop.asked('GET /products')).toHaveLength(1);
  expect(await shop.orders()).toHaveLength(1);
});

it('places the order once when it is killed after the shop took it and before the answer came', async () => {
  const { shop, startServer } = await start();
  const request = 'POST /orders';
  await shop.fault({ request, fault: 'lose_answer' });
  const before = await startServer();
  const id = await before.submit(1);
  await expect.poll(() => shop.orders()).toHaveLength(1);
  await before.end('SIGKILL');

  await (await startServer()).ends(id, 'complete');
  expect((await shop.asked(request)).map(({ status }) => status)).toEqual([null, 200]);
  expect(await shop.orders()).toHaveLength(1);
});

it('starts with one command, its own shop included, and stops when told to', async () => {
  const server = await startProcess(AS_DOCUMENTED, '--shop-port', '0', '--data', temporaryFolder());
  await server.ends(await server.submit(1), 'complete');
  expect(await server.end('SIGTERM')).toBe(0);
});
