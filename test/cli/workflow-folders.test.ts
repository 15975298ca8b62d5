/** Workflow files that a server registers by itself: at its start, and in `dev` whenever one is saved. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asNewVersion } from '../../src/cli/workflow-reload.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { startTroupe, step, temporaryFolder, workflow } from '../support.ts';
import { runTroupe, startServer } from './process.ts';

const listSchema = z.object({ workflows: z.array(z.object({ name: z.string(), version: z.string() })) });

async function registeredWith(url: string): Promise<string[]> {
  const { workflows } = listSchema.parse(await (await fetch(`${url}/workflows`)).json());
  return workflows.map(({ name, version }) => `${name} ${version}`).sort();
}

const yaml = (name: string, ...steps: string[]): string =>
  `name: ${name}\nversion: 1.0.0\nsteps:\n${steps.map((each) => `  - name: ${each}\n`).join('')}`;

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('troupe serve --workflows', () => {
  const serve = (folder: string): string[] => ['serve', '--db', join(folder, 'x.db'), '--port', '0'];

  it('registers the files of every folder, in every format, and leaves other files alone', async () => {
    const first = folderOf({
      'one.yaml': yaml('one', 'a'),
      'two.yml': yaml('two', 'a'),
      'three.json': JSON.stringify({ name: 'three', version: '2.0.0', steps: [{ name: 'a' }] }),
      'README.md': '# About these workflows\n',
      'package.json': '{}',
      'orders.jsonl': '{}\n',
    });
    const second = folderOf({ 'four.md': '# four\n\n## Do It !\n' });
    mkdirSync(join(second, 'nested'));
    writeFileSync(join(second, 'nested/five.yaml'), 'broken: [');
    const args = [...serve(first), '--workflows', first];
    const server = await startServer(args, { cwd: second });
    expect(await registeredWith(server.url)).toEqual(['one 1.0.0', 'three 2.0.0', 'two 1.0.0']);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    const env = { TROUPE_WORKFLOWS: `${first},${second}` };
    const again = await startServer(serve(first), { env });
    expect(await registeredWith(again.url)).toHaveLength(4);
    expect(again.stderr()).toContain('registered before');
  });

  it('tells every fault of every file and does not start', async () => {
    const folder = folderOf({
      'bad.yaml':
        'name: bad\nversion: 1.0.0\nsteps:\n  - name: a\n    depends_on: [nobody]\n    colour: red\n',
      'worse.json': '{ "name": ',
      'good.yaml': yaml('good', 'a'),
    });
    const { code, stdout, stderr } = await runTroupe([...serve(folder), '--workflows', folder]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/bad\.yaml:5:\d+: .*nobody/);
    expect(stderr).toMatch(/bad\.yaml:6:\d+: .*colour/);
    expect(stderr).toMatch(/worse\.json:1:\d+: /);
    const troupe = await startTroupe({ db: join(folder, 'x.db') });
    expect(troupe.listWorkflows()).toEqual([]);
  });

  it('says what to do about a version that was registered with other content', async () => {
    const folder = folderOf({ 'order.yaml': yaml('order', 'a'), 'twin.yaml': yaml('twin', 'a') });
    const args = [...serve(folder), '--workflows', folder];
    const server = await startServer(args);
    server.child.kill('SIGTERM');
    await server.exit;
    writeFileSync(join(folder, 'order.yaml'), yaml('order', 'a', 'b'));
    writeFileSync(join(folder, 'twin2.yaml'), yaml('twin', 'b'));
    const { code, stderr } = await runTroupe(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /order\.yaml:2:1: order 1\.0\.0 is registered already.*give the changed one a new version/,
    );
    expect(stderr).toMatch(/twin2\.yaml:2:1: twin 1\.0\.0 is in .*twin\.yaml too, with other content/);
  });
});

describe('troupe dev', () => {
  it('registers ./workflows, tells faults and goes on, and takes a file again when it is saved', async () => {
    const cwd = temporaryFolder();
    const folder = join(cwd, 'workflows');
    mkdirSync(folder);
    writeFileSync(join(folder, 'order.yaml'), yaml('order', 'a'));
    writeFileSync(join(folder, 'bad.yaml'), 'name: bad\n');
    const ask =
      'name: ask\nversion: 1.0.0\nsteps:\n  - name: m\n    wait_for: { approval: "?", who: [anna] }\n';
    writeFileSync(join(folder, 'ask.yaml'), ask);
    const server = await startServer(['dev', '--port', '0'], { cwd });
    expect(server.stderr()).toMatch(/workflows\/bad\.yaml:1:1: /);
    expect(server.stderr()).toMatch(/^warning: workflows\/ask\.yaml:5:15: only a person ends this wait/m);
    expect(server.stderr()).toMatch(/^warning: workflows\/ask\.yaml:5:37: is shown, and not enforced/m);
    expect(await registeredWith(server.url)).toEqual(['ask 1.0.0', 'order 1.0.0']);

    writeFileSync(join(folder, 'order.yaml'), yaml('order', 'a', 'b'));
    await server.shows('order 1.0.1-dev.1 of workflows/order.yaml');
    writeFileSync(join(folder, 'bad.yaml'), yaml('bad', 'a'));
    await server.shows('bad 1.0.0 of workflows/bad.yaml');
    writeFileSync(join(folder, 'new.md'), '---\nversion: 3.0.0\n---\n# new\n\n## Do It !\n');
    await server.shows('new 3.0.0 of workflows/new.md');
    writeFileSync(join(folder, 'order.yaml'), yaml('order', 'a'));
    await server.shows('order 1.0.1-dev.2 of workflows/order.yaml');
    const newest = await (await fetch(`${server.url}/workflows/order`)).json();
    expect(newest).toMatchObject({ version: '1.0.1-dev.2', stepCount: 1 });
  });
});

describe('the version that changed content gets while one works on it', () => {
  const compiled = (version: string, ...steps: string[]) =>
    compileWorkflow(
      workflow(
        'order',
        steps.map((name) => step(name)),
        version,
      ),
    );
  const of = (version: string, ...steps: string[]): string =>
    asNewVersion(compiled(version, ...steps).definition, [
      compiled('1.0.0', 'a'),
      compiled('1.0.1-dev.9', 'b'),
      compiled('1.0.1-dev.10', 'c'),
      compiled('2.0.0-rc.1', 'a'),
      compiled('main', 'a'),
    ]).version;

  it.each([
    ['a new version stays', of('1.1.0', 'z'), '1.1.0'],
    ['what is as it was is not registered again', of('1.0.0', 'c'), '1.0.1-dev.10'],
    ['a change gets the next number', of('1.0.0', 'd'), '1.0.1-dev.11'],
    ['what is again as it was in the beginning, too', of('1.0.0', 'a'), '1.0.1-dev.11'],
    ['a change of a pre-release comes after it', of('2.0.0-rc.1', 'b'), '2.0.0-rc.1.dev.1'],
    ['a version of another form is kept in sight', of('main', 'b'), 'main-dev.1'],
  ])('%s', (_, version, expected) => {
    expect(version).toBe(expected);
  });
});
