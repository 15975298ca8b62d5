/** Every block of commands in the README, run as it stands, from an empty folder. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { builtMain, ROOT } from '../build.ts';
import { temporaryFolder } from '../support.ts';
import { blocksOf, blockWith } from './blocks.ts';

beforeAll(async () => {
  await builtMain();
}, 600_000);

/** As npx finds a command: of the packages of this folder, or of the folder's own package. It only starts sooner. */
const NPX = `#!/bin/sh
name=$1; shift
if [ -e node_modules/.bin/$name ]; then exec node_modules/.bin/$name "$@"; fi
exec node dist/src/cli/main.js "$@"
`;

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

function place(cwd: string): Place {
  const tools = join(temporaryFolder(), 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'npx'), NPX);
  chmodSync(join(tools, 'npx'), 0o755);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TROUPE_|NATS_|npm_)/.test(name));
  const PATH = `${tools}:${process.env['PATH']}`;
  return { cwd, env: { ...Object.fromEntries(inherited), PATH, TROUPE_PORT: '0' } };
}

/** Makes a clone as `npm ci` leaves it. */
function checkout(parent: string): Place {
  const folder = join(parent, 'troupe');
  mkdirSync(folder);
  for (const name of [
    'dist',
    'docs',
    'examples',
    'machines',
    'src',
    'tsconfig.json',
    'package.json',
    'README.md',
    'LICENSE',
  ])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return place(folder);
}

/** Runs it to its end; any command that fails fails it. */
function run(script: string, { cwd, env }: Place, more: Readonly<Record<string, string>> = {}): string {
  const options = { cwd, env: { ...env, ...more }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], options);
  expect(status, `${script}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

interface Server {
  readonly url: string;
  /** As it says itself. */
  readonly pid: number;
  readonly said: string;
  readonly child: ChildProcess;
}

/** Starts what goes on for ever, until it listens. */
async function start(script: string, { cwd, env }: Place): Promise<Server> {
  const child = spawn('bash', ['-c', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  });
  let said = '';
  for await (const text of merged(child)) {
    said += text;
    // Where it is read by a program, what a person sees at a terminal is one record.
    const record = said
      .split('\n')
      .find((text) => text.includes('"msg":"troupe: listening on') && text.endsWith('}'));
    if (record === undefined) continue;
    const { url, pid } = JSON.parse(record) as { url: string; pid: number };
    return { url, pid, said, child };
  }
  throw new Error(`it did not start:\n${said}`);
}

async function* merged({ stdout, stderr }: ChildProcess): AsyncGenerator<string> {
  const parts: string[] = [];
  let wake: () => void = () => undefined;
  let open = 2;
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      parts.push(text);
      wake();
    });
    stream?.on('end', () => {
      open--;
      wake();
    });
  }
  while (open > 0 || parts.length > 0) {
    const part = parts.shift();
    if (part !== undefined) yield part;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}

const line = (block: string, part: string): string => {
  const found = block.split('\n').find((text) => text.includes(part));
  if (found === undefined) throw new Error(`no line with "${part}" in:\n${block}`);
  return found;
};

const idOf = (list: string, name: string): string => {
  const { tasks } = JSON.parse(list) as { tasks: { id: string; name: string; payload?: unknown }[] };
  const found = tasks.find((task) => task.name === name)?.id;
  if (found === undefined) throw new Error(`no task ${name} in ${list}`);
  return found;
};

describe('the commands of the README', () => {
  it('the five minutes with an order, a process that is killed, and what helps then', async () => {
    const here = checkout(temporaryFolder());
    const begin = line(blockWith('sh', 'npm ci && npm start'), 'npm start');
    const server = await start(begin.replace('npm ci && ', ''), here);
    expect(server.said).toContain('CheckInventory');
    const at = { TROUPE_URL: server.url };
    const addressed = (block: string): string => block.replaceAll('http://127.0.0.1:7070', server.url);
    for (const part of ['"order123-payment"', '"order124-payment"']) {
      const answers = run(addressed(blockWith('sh', part)), here, at);
      expect(answers.match(/"id":"/g)).toHaveLength(2);
    }
    const id = idOf(run('npx troupe tasks list --json', here, at), 'CheckInventory');
    const told = run(blockWith('sh', 'npx troupe tasks watch ID').replaceAll('ID', id), here, at);
    expect(told).toContain('CheckInventory');
    expect(told).toContain('task.submitted');

    const gone = once(server.child, 'exit');
    execFileSync('kill', ['-9', String(server.pid)]);
    await gone;
    const again = await start('npm start', here);
    const after = { TROUPE_URL: again.url };
    expect(run('npx troupe tasks list', here, after)).toContain('CheckInventory');
    const stopped = once(again.child, 'exit');
    process.kill(again.pid, 'SIGTERM');
    await stopped;
    const helped = run(blockWith('sh', 'npx troupe doctor'), here);
    expect(helped).toMatch(/4 tasks restored/);
  });

  it('the workflow files', () => {
    const here = checkout(temporaryFolder());
    // Two of the orders are made to fail, and then the run does.
    const block = blockWith('sh', 'npx troupe validate').replace(
      /^(npx troupe run .*?)( *#.*)?$/m,
      '$1 || test $? = 1',
    );
    expect(block).toContain('--record || test');
    const told = run(block, here);
    expect(told).toContain('graph TD');
  });

  it("a project of one's own, with the handler and the workflow that the README shows", async () => {
    const parent = temporaryFolder();
    const clone = checkout(parent);
    run(blockWith('sh', 'npm pack'), clone);
    const folder = join(parent, 'own');
    mkdirSync(folder);
    const own = place(folder);
    const making = blockWith('sh', 'npm init -y').split('\n');
    const install = making.findIndex((text) => text.startsWith('npm install '));
    run(making.slice(0, install).join('\n'), own);
    unpack(making[install] ?? '', folder);
    run(making.slice(install + 1).join('\n'), own);

    const handler = blockWith('ts', '// handlers/Greet.ts');
    writeFileSync(join(folder, 'handlers/Greet.ts'), handler);
    const block = blockWith('sh', 'npx troupe submit Greet');
    const server = await start(line(block, 'npx troupe dev'), own);
    expect(server.said).not.toContain('CheckInventory');
    const submit = line(block, 'npx troupe submit');
    expect(run(submit, own, { TROUPE_URL: server.url })).toContain('Hello Ada');
    const stopped = once(server.child, 'exit');
    process.kill(server.pid, 'SIGTERM');
    await stopped;

    mkdirSync(join(folder, 'workflows'));
    writeFileSync(join(folder, 'workflows/order.yaml'), blockWith('yaml', 'order_processing'));
    const serving = await start(blockWith('sh', '--workflows ./workflows'), own);
    expect(serving.said).toContain('order_processing 1.0.0');
    const known = await (await fetch(`${serving.url}/workflows/order_processing`)).json();
    expect(known).toMatchObject({ version: '1.0.0' });
  });

  it('are all of them run here, but for other engines, which are large', () => {
    const run = [
      'npm ci && npm start',
      '"order123-payment"',
      '"order124-payment"',
      'npx troupe tasks watch ID',
      'npm pack',
      'npm init -y',
      'npx troupe submit Greet',
      'npx troupe validate',
      '--workflows ./workflows',
      'npx troupe doctor',
    ];
    const peers = blockWith('sh', 'test/bench/peers');
    const left = blocksOf('README.md', 'sh').filter((block) => !run.some((part) => block.includes(part)));
    expect(left).toEqual([peers]);
    for (const [path] of peers.matchAll(/scripts\/[\w/.]+/g))
      expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});

/** Does what `npm install FILE` does, without asking the registry for packages that are here already. */
function unpack(install: string, folder: string): void {
  const file = join(folder, install.replace(/^npm install /, '').trim());
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'troupe'), { recursive: true });
  execFileSync('tar', ['xzf', file, '-C', join(modules, 'troupe'), '--strip-components=1']);
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.')))
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  const bin = join(modules, '.bin/troupe');
  mkdirSync(dirname(bin));
  chmodSync(join(modules, 'troupe/dist/src/cli/main.js'), 0o755);
  symlinkSync('../troupe/dist/src/cli/main.js', bin);
}
