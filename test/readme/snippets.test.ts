/** The documentation's TypeScript compiles in a project that was made a minute ago. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { builtMain, ROOT } from '../build.ts';
import { runTroupe } from '../cli/process.ts';
import { blocksOf } from './blocks.ts';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
const DOCUMENTS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
/** The default of `tsc --init` is all of these, which the test holds below. */
const STRICTEST = [
  'strict',
  'exactOptionalPropertyTypes',
  'noUncheckedIndexedAccess',
  'verbatimModuleSyntax',
];

/** All tests share it. */
let folder: string;
beforeAll(async () => {
  await builtMain();
  folder = project();
  return () => rmSync(folder, { recursive: true });
}, 600_000);

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/troupe'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "own", "type": "module" }');
  execFileSync(process.execPath, [TSC, '--init'], { cwd: folder });
  for (const [number, code] of DOCUMENTS.flatMap((file) => blocksOf(file, 'ts')).entries()) {
    const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `snippet${number}.ts`;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), code);
  }
  return folder;
}

describe('the snippets of the documentation', () => {
  it('compile under the defaults of tsc --init', () => {
    const shown = execFileSync(process.execPath, [TSC, '--showConfig'], { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(shown).compilerOptions).toMatchObject({
      module: 'nodenext',
      ...Object.fromEntries(STRICTEST.map((option) => [option, true])),
    });
    // One with a mistake shows that they are looked at, and is all that is wrong.
    onTestFinished(() => rmSync(join(folder, 'wrong.ts')));
    writeFileSync(join(folder, 'wrong.ts'), "import { noSuchThing } from 'troupe';\nnoSuchThing();\n");
    const { stdout } = spawnSync(process.execPath, [TSC, '--noEmit'], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toMatch(/^wrong\.ts\(1,10\): .*\n$/);
  });

  it('that run a task run it', async () => {
    const ran = await runTroupe(['try.ts'], { cwd: folder, main: TSX });
    expect(ran.stdout + ran.stderr).toBe("{ greeting: 'Hello Ada' }\n");
  });

  it('that give arguments do so, and are the workflow that the YAML beside them is', async () => {
    const same = "import { news } from './order-news.ts';\nconsole.log(JSON.stringify(news.definition));\n";
    writeFileSync(join(folder, 'same.ts'), same);
    const { stdout, stderr } = await runTroupe(['same.ts'], { cwd: folder, main: TSX });
    expect(stderr).toBe('');
    const [result, definition = ''] = stdout.split('\n');
    expect(result).toBe("{ tell_depot: { sent: 'chat to depot' } }");
    const yaml = blocksOf('docs/workflow-files.md', 'yaml').find((text) => text.includes('order_news')) ?? '';
    expect(loadWorkflow(yaml, 'yaml', { environment: null, variables: {} })).toEqual(JSON.parse(definition));
  });
});
