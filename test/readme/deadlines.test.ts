/** The page about deadlines says what happens: its files are workflows, and its program ends as it tells. */

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parseWorkflowFile } from '../../src/workflow/file.ts';
import { builtMain, ROOT } from '../build.ts';
import { runTroupe } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';
import { blocksOf } from './blocks.ts';

const PAGE = 'docs/deadlines.md';

beforeAll(async () => {
  await builtMain();
}, 600_000);

it('shows a workflow in YAML that has a deadline, and a step with a time of its own', () => {
  const [yaml = ''] = blocksOf(PAGE, 'yaml');
  const { definition, faults, warnings } = parseWorkflowFile(yaml, 'yaml', {
    environment: null,
    variables: {},
  });
  expect({ faults, warnings }).toEqual({ faults: [], warnings: [] });
  expect(definition).toMatchObject({ deadlineMs: 7_200_000, steps: [{ withinMs: 600_000 }, {}, {}] });
});

it('shows a program that is told of the deadline', async () => {
  const [late = ''] = blocksOf(PAGE, 'ts').filter((code) => code.startsWith('// late.ts'));
  const cwd = temporaryFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
  writeFileSync(join(cwd, 'package.json'), '{ "name": "own", "type": "module" }');
  writeFileSync(
    join(cwd, 'late.ts'),
    late.replace("'troupe'", JSON.stringify(join(ROOT, 'dist/src/index.js'))),
  );
  const ran = await runTroupe(['late.ts'], { cwd, main: join(ROOT, 'node_modules/tsx/dist/cli.mjs') });
  expect(ran.stdout + ran.stderr).toBe('DEADLINE\n');
});

it('shows commands whose options there are', async () => {
  const [commands = ''] = blocksOf(PAGE, 'sh');
  for (const line of commands.trim().split('\n')) {
    const words = line.split(' ').slice(2);
    const help = await runTroupe([...words.slice(0, words[0] === 'tasks' ? 2 : 1), '--help']);
    for (const [option] of line.matchAll(/--[a-z]+/g)) expect(help.stdout).toContain(`${option} <`);
  }
});
