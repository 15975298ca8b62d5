/** `troupe serve` as a process of its own, as users run it, and what a client sees of it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

/** Takes its time and fails as its payload says, and logs each execution where it outlives the process. */
const HANDLER = `
import { appendFileSync } from 'node:fs';
const log = process.env.EXECUTIONS;
export default async function Work({ taskId, step, attempt, payload }) {
  const { ms = 0, failures = 0 } = payload[step] ?? {};
  appendFileSync(log, JSON.stringify({ taskId, step, attempt }) + '\\n');
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  if (attempt <= failures) throw new Error('as planned');
  return step;
}
`;

export interface ServerOptions {
  /** For the handlers and their log, and the store unless `db` says otherwise. */
  readonly folder: string;
  readonly db?: string;
  readonly args?: readonly string[];
  /** A command to run it under. */
  readonly under?: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Served {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  readonly db: string;
  output(): string;
  post(path: string, body: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** Resolves with its exit code, or the signal it died of. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>;
}

/** Rejects with what it said if it ends before it listens. */
export async function serve(options: ServerOptions): Promise<Served> {
  const { folder, db = join(folder, 'store', 'troupe.db'), args = [], under = [] } = options;
  const handlers = join(folder, 'handlers');
  mkdirSync(handlers, { recursive: true });
  writeFileSync(join(handlers, 'Work.mjs'), HANDLER);
  const main = [process.execPath, MAIN, 'serve', '--db', db, '--handlers', handlers];
  const [command = '', ...rest] = [...under, ...main, '--port', '0', '--log', 'warn', ...args];
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], EXECUTIONS: join(folder, 'executions.log') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? '',
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /listening on (http:[^\s"]+)[\s"]/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then((how) => reject(new Error(`the server ended (${how}): ${output}`)));
  });
  return {
    child,
    pid: child.pid ?? 0,
    url,
    db,
    output: () => output,
    post: (path, body) =>
      ask(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    get: (path) => ask(`${url}${path}`),
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {};
  return { status: response.status, headers: response.headers, body };
}
