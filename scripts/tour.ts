/**
 * `npm run tour`: lives the five minutes with an order that the README tells, on a server of its own, and writes what
 * it saw between the README's markers.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const README = join(root, 'README.md');
const [OPEN, CLOSE] = ['<!-- tour -->', '<!-- /tour -->'];
const CLI = ['--import', import.meta.resolve('tsx'), join(root, 'src/cli/main.ts')];

interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

async function startServer(folder: string, port: string): Promise<Server> {
  const child = spawn(process.execPath, [...CLI, 'dev', '--examples', '--port', port], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /listening on ([^\s"]+)/.exec(line) ?? [];
    if (url !== undefined) return { url, process: child };
  }
  throw new Error('the server did not start');
}

async function kill({ process: child }: Server): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function submit(url: string, body: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await fetch(`${url}/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId: 'ecommerce', ...body }),
  });
  const task = (await response.json()) as { readonly id: string };
  return task.id;
}

async function until(url: string, id: string, status: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/tasks/${id}`);
    const task = (await response.json()) as { readonly status: string };
    if (task.status === status) return;
    await pause(20);
  }
}

/** One command as a reader would give it, and what it prints. */
function scene(url: string, ...command: string[]): string {
  const output = execFileSync(process.execPath, [...CLI, ...command, '--url', url], { encoding: 'utf8' });
  return `$ npx troupe ${command.join(' ')}\n${output.trimEnd()}`;
}

async function tell(folder: string): Promise<string> {
  let server = await startServer(folder, '0');
  const { url } = server;
  const { port } = new URL(url);
  const order = { orderId: 'ORD124' };
  await submit(url, { name: 'CheckInventory', payload: order });
  const payment = {
    name: 'ConfirmPayment',
    payload: { ...order, fail: true },
    dependencies: ['CheckInventory'],
  };
  const paid = await submit(url, payment);
  const packed = await submit(url, {
    name: 'PackageOrder',
    payload: order,
    dependencies: ['ConfirmPayment'],
  });
  await until(url, paid, 'retrying');
  const scenes = [scene(url, 'tasks', 'list'), scene(url, 'tasks', 'show', paid)];
  await kill(server);
  server = await startServer(folder, port);
  scenes.push(
    `$ kill -9 PID; npm start &     # PID: in the lines that npm start printed\n${scene(url, 'tasks', 'show', paid)}`,
  );
  await until(url, paid, 'failed');
  scenes.push(scene(url, 'tasks', 'show', packed), scene(url, 'tasks', 'history', paid));
  await kill(server);
  return scenes.join('\n\n');
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-tour-'));
try {
  const told = await tell(folder);
  const readme = readFileSync(README, 'utf8');
  const [start, end] = [readme.indexOf(OPEN), readme.indexOf(CLOSE)];
  if (start < 0 || end < start) throw new Error(`README.md lacks the markers ${OPEN} … ${CLOSE}`);
  const block = `\n\n\`\`\`console\n${told}\n\`\`\`\n\n`;
  writeFileSync(README, readme.slice(0, start + OPEN.length) + block + readme.slice(end));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
