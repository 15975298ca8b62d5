/** Each entry of the package loads what it needs and no more, which its users pay for in memory and in start-up time. */

import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { builtMain, ROOT } from '../build.ts';

beforeAll(async () => {
  await builtMain();
}, 600_000);

const HOOK = new URL('loaded-modules.mjs', import.meta.url).href;
const REGISTER = `data:text/javascript,import { register } from 'node:module'; register('${HOOK}');`;

/** The packages that a program loads in a process of its own, where `troupe` is this package as it is published. */
function packagesOf(program: string): Set<string> {
  const args = ['--input-type=module', '--import', REGISTER, '--eval', program];
  const loaded = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const names = [...loaded.matchAll(/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/g)].map(([, name = '']) => name);
  return new Set(names);
}

const HTTP = ['hono', '@hono/node-server', '@hono/zod-openapi'];

it("'troupe/worker' loads no package until a worker is started, and then neither SQLite nor HTTP", () => {
  expect([...packagesOf("import { PermanentError } from 'troupe/worker';")]).toEqual([]);
  const program = `
    import { startWorker } from 'troupe/worker';
    await startWorker({ nats: 'nats://127.0.0.1:4222', handlers: {} }).catch(({ code }) => {
      if (code !== 'INVALID_HANDLERS') throw new Error(code);
    });`;
  const started = packagesOf(program);
  expect([...started]).toContain('pino');
  for (const name of ['better-sqlite3', 'xstate', ...HTTP]) expect([...started]).not.toContain(name);
});

it("'troupe' loads SQLite with the first createTroupe, and HTTP never", () => {
  const imported = packagesOf("import { createTroupe, defineWorkflow } from 'troupe';");
  for (const name of ['better-sqlite3', 'prom-client', ...HTTP]) expect([...imported]).not.toContain(name);
  const program = `
    import { createTroupe } from 'troupe';
    const troupe = await createTroupe({ db: ':memory:' });
    await troupe.close();`;
  const started = packagesOf(program);
  expect([...started]).toContain('better-sqlite3');
  for (const name of HTTP) expect([...started]).not.toContain(name);
});

it("'troupe/server' has the HTTP server, and 'troupe/machines' the machines alone", () => {
  expect([...packagesOf("import { createApp, listen } from 'troupe/server';")]).toContain('hono');
  expect([...packagesOf("import { taskMachine } from 'troupe/machines';")]).toEqual(['xstate']);
});

it('a command loads itself and no other', () => {
  const program = `
    process.argv.splice(1, process.argv.length, 'troupe', 'tasks', 'list', '--help');
    await import('./dist/src/cli/main.js');`;
  const loaded = packagesOf(program);
  expect([...loaded]).toContain('commander');
  // They are the readers' of workflow files.
  for (const name of ['yaml', 'ajv']) expect([...loaded]).not.toContain(name);
});
