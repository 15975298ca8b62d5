import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runInProcess } from './in-process.ts';
import { type Ran, runTroupe } from './process.ts';

const GOOD = 'name: good\nversion: 1.2.3\nsteps: [{ name: a }, { name: b, depends_on: a }]\n';
const BROKEN = 'name: broken\nsteps:\n  - name: a\n    timout: 1\n    depends_on: [b]\n';

function validate(
  files: Readonly<Record<string, string | Uint8Array>>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-validate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return runInProcess(['validate', ...args], { cwd: folder, env });
}

describe('troupe validate', () => {
  it('says nothing on stdout about files that are right, and exits 0', async () => {
    const files = { 'a.yaml': GOOD, 'b.md': '# Orders\n\n## Check @agent\n' };
    const { code, stdout, stderr } = await validate(files, ['a.yaml', 'b.md']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe('2 files: ok\n');
  });

  it('tells every problem of every file with its place, and exits 1', async () => {
    const files = {
      'a.yaml': GOOD,
      'b.yaml': BROKEN,
      'c.md': '# No steps\n',
      'latin.yaml': Buffer.from([0xe9]),
    };
    const args = ['a.yaml', 'b.yaml', 'c.md', 'latin.yaml', 'none.yaml', 'notes.txt'];
    const { code, stdout, stderr } = await validate(files, args);
    expect(code).toBe(1);
    expect(stdout.trim().split('\n')).toEqual([
      'b.yaml:4:5: unknown field "timout"; did you mean "timeout"?',
      'b.yaml:5:18: there is no step "b"; did you mean "a"?',
      expect.stringMatching(/^c\.md:\d+:\d+: /),
      'latin.yaml:1:1: is not UTF-8; save it as UTF-8',
      expect.stringMatching(/^none\.yaml:1:1: cannot be read: ENOENT/),
      expect.stringMatching(/^notes\.txt:1:1: is no workflow file by its name/),
    ]);
    expect(stderr).toBe('6 files: 6 problems\n');
  });

  it('R4: warns of waits that nothing ends, and of "who" where there are no API keys; that is no problem', async () => {
    const text = 'name: ask\nsteps:\n  - name: manager\n    wait_for: { approval: "Ship?", who: [anna] }\n';
    const { code, stdout, stderr } = await validate({ 'a.yaml': text }, ['a.yaml']);
    expect(code).toBe(0);
    expect(stderr).toBe('1 file: ok, 2 warnings\n');
    const [first, second] = stdout.split('\n');
    expect(first).toMatch(/^a\.yaml:4:15: warning: only a person ends this wait: .* within: 24h$/);
    expect(second).toMatch(/^a\.yaml:4:41: warning: is shown, and not enforced: without API keys /);
    const keyed = await validate({ 'a.yaml': text }, ['a.yaml'], { TROUPE_API_KEYS: 'keys.json' });
    expect(keyed.stderr).toBe('1 file: ok, 1 warning\n');
  });

  it('tells the same as JSON', async () => {
    const { code, stdout } = await validate({ 'a.yaml': GOOD, 'b.yaml': BROKEN }, [
      'a.yaml',
      'b.yaml',
      '--json',
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      files: [
        { path: 'a.yaml', name: 'good', version: '1.2.3', stepCount: 2, faults: [], warnings: [] },
        {
          path: 'b.yaml',
          name: null,
          version: null,
          stepCount: null,
          faults: [
            { line: 4, column: 5, message: expect.stringContaining('timout') },
            { line: 5, column: 18, message: expect.stringContaining('no step') },
          ],
          warnings: [],
        },
      ],
    });
  });

  it('checks the environment that is asked for, and fills in variables', async () => {
    const text =
      `name: w\ndescription: \${ENV:TROUPE_TEST_TEXT}\nsteps: [{ name: a, critical: true }]\n` +
      'environments: { test: { steps: [{ name: a, optional: true }] } }\n';
    const files = { 'a.yaml': text };
    const env = { TROUPE_TEST_TEXT: 'x' };
    expect((await validate(files, ['a.yaml'])).stdout).toContain('a.yaml:2:14: ');
    expect((await validate(files, ['a.yaml'], env)).code).toBe(0);
    expect((await validate(files, ['a.yaml', '--env', 'test'], env)).stdout).toContain('a.yaml:4:54: ');
    expect((await validate(files, ['a.yaml'], { ...env, TROUPE_ENV: 'test' })).code).toBe(1);
  });

  it('marks warnings, which are no problems', async () => {
    const runbook =
      '# Orders\n\n## Make @agent\n\norder → cart::Cart\n\n## Use @agent\n\ncart::Basket → done\n';
    const { code, stdout, stderr } = await validate({ 'a.md': runbook }, ['a.md']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a\.md:\d+:\d+: warning: /);
    expect(stderr).toBe('1 file: ok, 1 warning\n');
  });

  it('wants a file', async () => {
    expect((await runTroupe(['validate'])).code).toBe(2);
  });
});
