/**
 * A nats-server of our own, with JetStream, on loopback: found on PATH, started in a folder that keeps its streams,
 * log and process id, so that one left behind by a process that died is stopped before the next is started; one whose
 * process lives is left alone.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from './failure.ts';

export interface NatsServerOptions {
  /** As `findNatsServer` found it. */
  readonly program: string;
  readonly folder: string;
  /** Absent: any that is free. */
  readonly port?: number;
  /** More of nats-server's own. */
  readonly flags?: readonly string[];
}

export interface NatsServer {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const POLL_MS = 10;
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;

export const HOW_TO_GET_NATS_SERVER =
  'Get one with "apt-get install nats-server", "brew install nats-server" or from https://nats.io/download, so that it is on PATH.';

export function findNatsServer(path = process.env['PATH'] ?? ''): string | null {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  const places = path.split(delimiter).map((folder) => join(folder, name));
  return places.find(isProgram) ?? null;
}

export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { program, folder, port = -1, flags = [] } = options;
  mkdirSync(folder, { recursive: true });
  await stopLeftOver(folder);
  writeFileSync(ownerFile(folder), String(process.pid));
  rmSync(pidFile(folder), { force: true });
  const watcher = startWatcher(folder);
  const log = join(folder, 'nats-server.log');
  const output = openSync(log, 'w');
  const child = spawn(
    program,
    // biome-ignore format: an option and its value read as one
    ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder, '-P', pidFile(folder),
     '--ports_file_dir', folder, ...flags],
    // A group of its own: Ctrl-C must not take the server away before what uses it has ended.
    { stdio: ['ignore', output, output], detached: true },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // It writes it down itself, but later: until then nobody could tell whose it is.
  if (child.pid !== undefined) writeFileSync(pidFile(folder), String(child.pid));
  watcher?.stdin?.write(`${child.pid}\n`);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  void exited.then(() => {
    process.off('exit', kill);
    watcher?.kill('SIGKILL');
  });
  child.unref();
  const url = await addressOf(child, folder, log);
  return { url, pid: child.pid ?? 0, exited, stop: () => stop(child, exited) };
}

/**
 * Ends the server when this process is gone, however it went: nobody else holds the other end of the pipe that this
 * shell reads. It is started first, so that no moment is left out; told no process id, it waits for the file of it.
 * null where there is no such shell: there the next start in the folder ends what was left behind.
 */
function startWatcher(folder: string): ChildProcess | null {
  if (process.platform === 'win32') return null;
  const script = `
    read pid && read _
    tries=0
    while [ -z "$pid" ] && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); pid=$(cat "$1" 2>/dev/null); done
    case "$(ps -o comm= -p "\${pid:-0}")" in *nats-server*) kill -TERM "$pid";; esac`;
  const watcher = spawn('/bin/sh', ['-c', script, 'watcher', pidFile(folder)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell it is as on other systems.
  watcher.once('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  return watcher;
}

/** Once it accepts connections, the server writes down where. */
async function addressOf(child: ChildProcess, folder: string, log: string): Promise<string> {
  const file = join(folder, `nats-server_${child.pid}.ports`);
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const url = readPorts(file);
    if (url !== null) {
      rmSync(file);
      return url;
    }
    if (performance.now() > giveUpAt) break;
    await wait(POLL_MS);
  }
  child.kill('SIGKILL');
  const notes = readFileSync(log, 'utf8').trim().split('\n').slice(-5);
  throw new Failure(`nats-server did not start; its log ${log} ends with:`, { notes });
}

const portsFile = z.object({ nats: z.array(z.string()).min(1) });

/** null: not there yet, or not written to its end. */
function readPorts(file: string): string | null {
  try {
    return portsFile.parse(JSON.parse(readFileSync(file, 'utf8'))).nats[0] ?? null;
  } catch {
    // Read again in a moment; if it never can be, the log tells why.
    return null;
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const timeout = wait(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    // It went in time.
    () => false,
  );
  await exited;
  patience.abort();
  await timeout;
}

/** Stops a server that a killed parent left running: it would keep the folder's streams to itself. */
async function stopLeftOver(folder: string): Promise<void> {
  const pid = leftOver(folder);
  if (pid === null) return;
  const owner = ownerOf(folder);
  if (owner !== null && owner !== process.pid) {
    throw new Failure(`the nats-server in ${folder} is in use by process ${owner}`, {
      notes: ['Stop that one first, or give another --db: its folder is where the server keeps its streams.'],
    });
  }
  process.kill(pid, 'SIGTERM');
  const giveUpAt = performance.now() + STOP_TIMEOUT_MS;
  while (leftOver(folder) === pid && performance.now() < giveUpAt) await wait(POLL_MS);
  if (leftOver(folder) === pid) process.kill(pid, 'SIGKILL');
}

/** The process id is only believed of a nats-server: numbers are used again. */
function leftOver(folder: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile(folder), 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return null;
    const command = execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('nats-server') ? pid : null;
  } catch {
    // No file, or no such process: nothing was left.
    return null;
  }
}

/** The process that started the server of this folder, if it still lives. */
function ownerOf(folder: string): number | null {
  try {
    const pid = Number(readFileSync(ownerFile(folder), 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return null;
    process.kill(pid, 0);
    return pid;
  } catch {
    // No file, or no such process: the server is nobody's.
    return null;
  }
}

function ownerFile(folder: string): string {
  return join(folder, 'owner.pid');
}

function pidFile(folder: string): string {
  return join(folder, 'nats-server.pid');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not executable: the answer is the same.
    return false;
  }
}
