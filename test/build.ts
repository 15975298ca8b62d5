/** The built command and page, for tests that start processes: built once, and again only after a source has changed. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'dist/src/cli/main.js');
const STAMP = join(ROOT, 'dist/.tsbuildinfo');
const SOURCES = [
  'src',
  'machines',
  'examples',
  'test/harness',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];
const PAGE = join(ROOT, 'dist/page/index.html');
const LOCK = join(ROOT, 'node_modules/.troupe-build');
const LOOK_AGAIN_MS = 100;

/** Path of `main.js`. */
export async function builtMain(): Promise<string> {
  while (isStale()) {
    if (claim()) {
      try {
        if (isStale()) compile();
      } finally {
        rmSync(LOCK, { recursive: true });
      }
    } else await wait(LOOK_AGAIN_MS);
  }
  return MAIN;
}

/** For all tests at once, so that none waits for it with a time-out of its own. */
export async function setup(): Promise<void> {
  await builtMain();
  copyWorkflows();
  if (isOlder(PAGE)) await buildPage();
}

/** Examples read their workflows from beside themselves, the built ones too. */
function copyWorkflows(): void {
  const isWorkflow = (path: string): boolean => statSync(path).isDirectory() || path.endsWith('.yaml');
  cpSync(join(ROOT, 'examples'), join(ROOT, 'dist/examples'), { recursive: true, filter: isWorkflow });
}

async function buildPage(): Promise<void> {
  const startedAt = new Date();
  await build({ configFile: join(ROOT, 'src/page/vite.config.ts'), logLevel: 'error' });
  utimesSync(PAGE, startedAt, startedAt);
}

function compile(): void {
  const startedAt = new Date();
  execFileSync(process.execPath, [tsc(), '-p', 'tsconfig.build.json'], { cwd: ROOT });
  // It is not written again where no source has really changed.
  utimesSync(STAMP, startedAt, startedAt);
}

const tsc = (): string => join(ROOT, 'node_modules/typescript/bin/tsc');

/** Several test workers may come at once: a folder is made by one of them. */
function claim(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    // Another worker builds; one that was killed meanwhile has left it behind.
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 300_000) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

/** The stamp is written with every build, also where nothing else changes. */
const isStale = (): boolean => isOlder(STAMP);

function isOlder(result: string): boolean {
  const built = statSync(result, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return SOURCES.some((source) => newestIn(join(ROOT, source)) > built);
}

function newestIn(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
