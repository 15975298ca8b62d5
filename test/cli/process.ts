/** The real command as a real process, and servers of the test's own that are gone when it ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The build is made before the tests begin: see `vitest.config.ts`. */
export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** Path of another `main.js` than the build's. */
  readonly main?: string;
  /** Whoever starts it ends it; it is gone with its test otherwise. */
  readonly outlivesTest?: true;
}

export interface Running {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves once both outputs together show this; rejects when the process ends without. */
  shows(text: string | RegExp): Promise<void>;
  /** Resolves when it has ended. */
  readonly exit: Promise<number | null>;
}

/** Without the settings that whoever runs the tests may have. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TROUPE_|NATS_|FORCE_COLOR$)/.test(name)),
  );

export function startTroupeCommand(args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(process.execPath, [options.main ?? MAIN, ...args], {
    env: { ...inheritedEnvironment(), ...options.env },
    cwd: options.cwd,
    stdio: 'pipe',
  });
  if (options.outlivesTest === undefined) onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exit = once(child, 'close').then(() => child.exitCode);
  const matches = (text: string | RegExp) =>
    typeof text === 'string' ? (stdout + stderr).includes(text) : text.test(stdout + stderr);
  const shows = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (matches(text)) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`it ended without showing ${text}:\n${stdout}${stderr}`)));
    });
  return { child, stdout: () => stdout, stderr: () => stderr, shows, exit };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runTroupe(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const running = startTroupeCommand(args, options);
  const code = await running.exit;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

export interface Server extends Running {
  readonly url: string;
  /** A client command against this server. */
  troupe(...args: string[]): Promise<Ran>;
}

export async function startServer(args: readonly string[], options: RunOptions = {}): Promise<Server> {
  const running = startTroupeCommand([...args], options);
  await running.shows(/listening on http:[^\s"]+[\s"]/);
  const [, url = ''] = /listening on (http:[^\s"]+)[\s"]/.exec(running.stdout()) ?? [];
  return { ...running, url, troupe: (...command) => runTroupe(command, { env: { TROUPE_URL: url } }) };
}

/** One for all tests of a file, started by its `beforeAll`, which returns `end`. */
export async function startSharedServer(
  argsIn: (folder: string) => readonly string[],
): Promise<{ server: Server; end: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
  const server = await startServer(argsIn(folder), { outlivesTest: true });
  const end = async (): Promise<void> => {
    server.child.kill('SIGKILL');
    await server.exit;
    rmSync(folder, { recursive: true });
  };
  return { server, end };
}
