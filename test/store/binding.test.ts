/** SQLite's native part is missing or of another Node: everything that opens a store says so, and blames no store. */

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../build.ts';
import { type Ran, runTroupe } from '../cli/process.ts';
import { startTroupe, temporaryFolder } from '../support.ts';

const NATIVE = 'build/Release/better_sqlite3.node';

let folder: string;
beforeAll(() => {
  folder = installation();
  return () => rmSync(folder, { recursive: true });
});

/** An installation as it is here, except for the native part of SQLite. */
function installation(): string {
  const made = mkdtempSync(join(tmpdir(), 'troupe-'));
  const modules = join(made, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== 'better-sqlite3') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  const own = join(modules, 'better-sqlite3');
  mkdirSync(join(own, 'build/Release'), { recursive: true });
  for (const name of ['lib', 'package.json'])
    cpSync(join(ROOT, 'node_modules/better-sqlite3', name), join(own, name), { recursive: true });
  const filter = (path: string): boolean => !path.endsWith('.d.ts');
  for (const part of ['src', 'machines'])
    cpSync(join(ROOT, 'dist', part), join(made, 'dist', part), { recursive: true, filter });
  cpSync(join(ROOT, 'package.json'), join(made, 'package.json'));
  return made;
}

function breakNative(breakIt: (native: string) => void): void {
  const native = join(folder, 'node_modules/better-sqlite3', NATIVE);
  rmSync(native, { recursive: true, force: true });
  breakIt(native);
}

/** The same native part, which says that it was built for the version of Node before this one. */
function ofAnotherNode(native: string): void {
  const bytes = readFileSync(join(ROOT, 'node_modules/better-sqlite3', NATIVE));
  const version = Number(process.versions.modules);
  // `node_module` in node.h begins with nm_version as an int, and twelve bytes of zero follow.
  const head = Buffer.alloc(16);
  head.writeInt32LE(version);
  let found = 0;
  for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 4)) {
    if (at % 8 === 0) found = bytes.writeInt32LE(version - 1, at);
  }
  expect(found).toBeGreaterThan(0);
  // Node takes the function of this name where the version is wrong.
  const name = Buffer.from(`node_register_module_v${version}`);
  const other = Buffer.from(`node_register_module_v${version - 1}`);
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at)) other.copy(bytes, at);
  writeFileSync(native, bytes);
}

const BROKEN: readonly (readonly [string, (native: string) => void, RegExp])[] = [
  ['was never built', () => undefined, /was not built when it was installed/],
  ['is cut off', (native) => writeFileSync(native, ''), /./],
  ['is something else', (native) => writeFileSync(native, 'no shared object\n'.repeat(100)), /./],
  [
    'is of another Node',
    ofAnotherNode,
    /it was built for another version of Node \(NODE_MODULE_VERSION \d+\)/,
  ],
  ['is a folder', (native) => mkdirSync(native), /./],
];

const troupe = (...args: string[]): Promise<Ran> =>
  runTroupe(args, { cwd: folder, main: join(folder, 'dist/src/cli/main.js') });

const tellsTheTruth = ({ code, stdout, stderr }: Ran, why = /was not built/): void => {
  const told = stdout + stderr;
  expect(code, told).toBe(1);
  expect(told).toContain('BINDING_UNUSABLE');
  expect(told).toContain('the store is not at fault');
  expect(told).toContain('npm rebuild better-sqlite3');
  expect(told).toContain('npm install-scripts approve better-sqlite3 && npm rebuild better-sqlite3');
  expect(told).toContain(folder);
  expect(told).toMatch(why);
  expect(told).not.toMatch(/damage|backup in its place|STORE_/i);
};

async function storeOfOrders(): Promise<{ db: string; before: Buffer }> {
  const db = join(temporaryFolder(), 'orders.db');
  await (await startTroupe({ db })).close({ graceMs: 0 });
  return { db, before: readFileSync(db) };
}

describe.each(BROKEN)('where the native part of SQLite %s', (_, breakIt, why) => {
  it('the doctor blames it, and neither the store nor the settings', async () => {
    breakNative(breakIt);
    const { db, before } = await storeOfOrders();
    const ran = await troupe('doctor', '--db', db);
    tellsTheTruth(ran, why);
    expect(ran.stdout).not.toContain(`store ${db}`);
    expect(readFileSync(db).equals(before)).toBe(true);
  });

  it('the library refuses with the same code', async () => {
    breakNative(breakIt);
    writeFileSync(
      join(folder, 'own.mjs'),
      `import { createTroupe, Refusal } from './dist/src/index.js';
       try { await createTroupe({ db: 'orders.db', handlers: [] }); }
       catch (error) { console.log(error instanceof Refusal, error.code, error.message); process.exitCode = 1; }`,
    );
    const ran = await runTroupe([], { cwd: folder, main: join(folder, 'own.mjs') });
    expect(ran.stdout).toMatch(/^true BINDING_UNUSABLE /);
    tellsTheTruth(ran, why);
  });
});

describe('where the native part of SQLite was never built', () => {
  beforeAll(() => breakNative(() => undefined));
  const WORKFLOW = 'name: w\nversion: 1.0.0\nsteps: [{ name: a }]\n';

  it('every command that opens a store says so before anything else, and makes no file', async () => {
    writeFileSync(join(folder, 'w.yaml'), WORKFLOW);
    const commands = [
      ['doctor', '--port', 'x'],
      ['serve', '--db', 'none.db', '--port', '0'],
      ['serve', '--port', 'x'],
      ['dev', '--port', '0'],
      ['run', 'w.yaml'],
      ['backup', 'copy.db', '--db', 'none.db'],
      ['prune', '--older-than', '1d', '--db', 'none.db'],
      ['snapshot', 'export', '--all', '--db', 'none.db'],
      ['snapshot', 'verify', '--db', 'none.db'],
    ];
    for (const command of commands) tellsTheTruth(await troupe(...command));
    expect(readdirSync(folder).filter((name) => /copy|none|\.troupe/.test(name))).toEqual([]);
  });

  it('the doctor tells programs the same', async () => {
    const { db } = await storeOfOrders();
    const { parts } = JSON.parse((await troupe('doctor', '--db', db, '--json')).stdout);
    expect(parts[0]).toMatchObject({ name: 'SQLite', ailments: [{ code: 'BINDING_UNUSABLE' }] });
    expect(parts.map(({ name }: { name: string }) => name)).not.toContain(`store ${db}`);
  });

  it('commands that open no store work as ever', async () => {
    writeFileSync(join(folder, 'w.yaml'), WORKFLOW);
    expect((await troupe('validate', 'w.yaml')).code).toBe(0);
    expect((await troupe('serve', '--print-config')).code).toBe(0);
  });
});
