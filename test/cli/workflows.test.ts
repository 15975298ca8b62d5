import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/api/listen.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { start } from '../api/server.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { type Ran, runTroupe } from './process.ts';

const ORDER = 'name: order\nnamespace: shop\nversion: 1.0.0\nsteps:\n  - { name: charge, handler: echo }\n';
const BROKEN = 'name: a/b\nsteps:\n  - name: a\n    timout: 1\n';
const RUNBOOK = '---\nnamespace: ops\n---\n# Delivery\n\n## Echo @agent\n\norder → answer\n';
const JSON_FILE = '{ "name": "refund", "steps": [{ "name": "pay", "handler": "echo" }] }';

interface Shop {
  readonly troupe: Awaited<ReturnType<typeof start>>['troupe'];
  run(...args: string[]): Promise<Ran>;
  /** As a process of its own. */
  start(...args: string[]): Promise<Ran>;
  write(name: string, text: string): void;
}

/** A server in this process, and commands that are told where it is, in a folder of their own. */
async function openShop({ key }: { key?: string } = {}): Promise<Shop> {
  const server = await start({ keyed: key !== undefined });
  const { url, close } = await listen(server.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(close);
  const cwd = temporaryFolder();
  const env = { TROUPE_URL: url, ...(key === undefined ? {} : { TROUPE_API_KEY: key }) };
  return {
    troupe: server.troupe,
    run: (...args) => runInProcess(args, { cwd, env }),
    start: (...args) => runTroupe(args, { cwd, env }),
    write: (name, text) => writeFileSync(join(cwd, name), text),
  };
}

describe('troupe workflows register', () => {
  it('registers files by their endings, and says "unchanged" the second time', async () => {
    const { write, run, start, troupe } = await openShop();
    write('order.yaml', ORDER);
    write('delivery.md', RUNBOOK);
    write('refund.json', JSON_FILE);
    const args = ['workflows', 'register', 'order.yaml', 'delivery.md', 'refund.json'];
    const first = await start(...args);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toBe(
      'registered shop/order 1.0.0 (order.yaml)\n' +
        'registered ops/Delivery 0.1.0 (delivery.md)\n' +
        'registered refund 0.1.0 (refund.json)\n',
    );
    expect(troupe.workflowSource(troupe.getWorkflow('ops/Delivery').hash)?.text).toBe(RUNBOOK);
    const { code, stdout } = await run(...args, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        { path: 'order.yaml', namespace: 'shop', name: 'order', version: '1.0.0', result: 'unchanged' },
        { path: 'delivery.md', result: 'unchanged' },
        { path: 'refund.json', result: 'unchanged' },
      ],
    });
  });

  it('tells every problem of every file with its place, registers nothing, and exits 1', async () => {
    const { write, run, troupe } = await openShop();
    write('order.yaml', ORDER);
    write('broken.yaml', BROKEN);
    const args = ['workflows', 'register', 'order.yaml', 'broken.yaml', 'none.yaml'];
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('nothing was registered: the files have 3 problems');
    for (const place of ['broken.yaml:1:7: ', 'broken.yaml:4:5: unknown field "timout"', 'none.yaml:1:1: '])
      expect(stderr).toContain(place);
    expect(troupe.listWorkflows()).toEqual([]);
  });

  it('refuses other content of a version with what to do, and registers the rest', async () => {
    const { write, run, troupe } = await openShop();
    write('order.yaml', ORDER);
    await run('workflows', 'register', 'order.yaml');
    write('order.yaml', `${ORDER}description: other\n`);
    write('refund.json', JSON_FILE);
    const { code, stdout, stderr } = await run('workflows', 'register', 'order.yaml', 'refund.json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'registered refund 0.1.0 (refund.json)\n' });
    expect(stderr).toMatch(
      /order\.yaml: shop\/order 1\.0\.0 is registered with other content: .*new version/,
    );
    expect(troupe.listWorkflows()).toHaveLength(2);
  });

  it('takes a folder, and leaves out what in it is prose or lies deeper', async () => {
    const { write, run, troupe } = await openShop();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'old'));
    const files = {
      'order.yml': ORDER,
      'README.md': '# About\n\nProse.\n',
      'about.md': '# About\n\nProse.\n',
      'package.json': '{}',
      '.draft.yaml': BROKEN,
      'old/a.yaml': BROKEN,
      'notes.txt': '',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    write('refund.json', JSON_FILE);
    const { code, stderr } = await run('workflows', 'register', folder, 'refund.json');
    expect(code).toBe(0);
    for (const name of ['README.md', 'about.md', 'package.json'])
      expect(stderr).toContain(`${name}: skipped, there is no step in it`);
    expect(troupe.listWorkflows().map(({ definition }) => definition.name)).toEqual(['refund', 'order']);
    const empty = await run('workflows', 'register', temporaryFolder());
    expect(empty.code).toBe(1);
    expect(empty.stderr).toContain('holds no workflow file');
  });

  it('says once that a key may not, or that nobody answers', async () => {
    const { write, run } = await openShop({ key: 'shop-key' });
    write('order.yaml', ORDER);
    write('refund.json', JSON_FILE);
    const [tenant, root, nobody] = await Promise.all([
      run('workflows', 'register', 'order.yaml', 'refund.json'),
      run('workflows', 'register', 'order.yaml', '--api-key', 'root-key'),
      run('workflows', 'register', 'order.yaml', '--url', 'http://127.0.0.1:1'),
    ]);
    expect(tenant.code).toBe(1);
    expect(tenant.stderr.match(/ADMIN_ONLY/g)).toHaveLength(1);
    expect(root.stdout).toContain('registered shop/order');
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('cannot reach http://127.0.0.1:1');
  });
});

describe('troupe workflows list, show and current', () => {
  async function withVersions(): Promise<Shop> {
    const shop = await openShop();
    for (const version of ['1.10.0', '1.9.0']) {
      const text = ORDER.replace('1.0.0', version);
      shop.write(`${version}.yaml`, text);
      const definition = loadWorkflow(text, 'yaml', { environment: null, variables: null });
      await shop.troupe.registerWorkflow(definition, { format: 'yaml', text });
    }
    return shop;
  }

  it('list every version and which one is current', async () => {
    const { run } = await withVersions();
    const [{ stdout }, json] = await Promise.all([
      run('workflows', 'list'),
      run('workflows', 'list', '--json'),
    ]);
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toMatchObject([
      ['NAME', 'VERSION', 'STEPS', 'DESCRIPTION'],
      ['shop/order', '1.9.0', '1'],
      ['shop/order', '1.10.0', 'current', '1'],
      [''],
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      workflows: [{ namespace: 'shop', version: '1.9.0', current: false }, { current: true }],
    });
  });

  it('set the current version, show it, and take it back', async () => {
    const { run, troupe } = await withVersions();
    const set = await run('workflows', 'current', 'shop/order', '1.9.0', '--reason', 'the new one is slow');
    expect(set).toMatchObject({ code: 0, stdout: 'shop/order 1.9.0 (set by hand)\n' });
    expect(troupe.getWorkflow('order').definition.version).toBe('1.9.0');
    const { stdout } = await run('workflows', 'show', 'order');
    expect(stdout).toContain('shop/order 1.9.0\n');
    expect(stdout).toMatch(/versions: 1\.9\.0 \(current\), 1\.10\.0; set by http at .*: the new one is slow/);
    expect(stdout).toContain('charge');
    const back = await run('workflows', 'current', 'order', '--newest', '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({ version: '1.10.0', setByHand: false });
    const [told, unknown, both] = await Promise.all([
      run('workflows', 'current', 'order'),
      run('workflows', 'current', 'order', '9.9.9'),
      run('workflows', 'current', 'order', '1.9.0', '--newest'),
    ]);
    expect(told.stdout).toBe('shop/order 1.10.0 (the newest)\n');
    expect([unknown.code, both.code]).toEqual([1, 2]);
  });

  it('show one version as JSON, and a file without a server', async () => {
    const { run } = await withVersions();
    const [one, file, wrong, none] = await Promise.all([
      run('workflows', 'show', 'shop/order', '--version', '1.9.0', '--json'),
      run('workflows', 'show', '1.9.0.yaml', '--url', 'http://127.0.0.1:1'),
      run('workflows', 'show', '1.9.0.yaml', '--version', '1'),
      run('workflows', 'show', 'bank/order'),
    ]);
    expect(JSON.parse(one.stdout)).toMatchObject({ version: '1.9.0', current: false, sourceFormat: 'yaml' });
    expect(file).toMatchObject({ code: 0, stdout: expect.stringContaining('shop/order 1.9.0\n') });
    expect(wrong.code).toBe(2);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('WORKFLOW_NOT_FOUND') });
  });
});
