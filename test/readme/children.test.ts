/** The workflow of `docs/children.md` is one in both its forms, and does what the page says. */

import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { builtMain, ROOT } from '../build.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { blocksOf } from './blocks.ts';

const PAGE = 'docs/children.md';
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');

beforeAll(async () => {
  await builtMain();
}, 600_000);

const [yaml = ''] = blocksOf(PAGE, 'yaml');
const [typescript = ''] = blocksOf(PAGE, 'ts');
const shipping = () => loadWorkflow(yaml, 'yaml', { environment: null, variables: null });

it('the workflow is the same in YAML and in TypeScript', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(ROOT, join(cwd, 'node_modules/troupe'));
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(cwd, 'shipping.ts'), typescript);
  const print =
    "import { shipping } from './shipping.ts';\nconsole.log(JSON.stringify(shipping.definition));\n";
  writeFileSync(join(cwd, 'print.ts'), print);
  const { stdout } = await promisify(execFile)(process.execPath, [TSX, 'print.ts'], { cwd });
  expect(shipping()).toEqual(JSON.parse(stdout));
});

it('runs a child for each element, and one whose payload has their outputs', async () => {
  const parcel = defineWorkflow({
    name: 'parcel',
    steps: { pack: { handler: ({ payload }) => `${payload['order']}/${payload['index']}` } },
  });
  const bill = defineWorkflow({
    name: 'bill',
    steps: { send: { handler: ({ payload }) => payload['parcels'] } },
  });
  const troupe = await startTroupe({
    workflows: [parcel, bill, shipping()],
    handlers: handlers({ ReadCart: () => ({ lines: ['tea', 'milk'] }), PrintLabel: () => null }),
  });
  const { taskId: id } = await troupe.submit(request('shipping', { payload: { order: 'A7' } }));
  await taskFact(troupe, id, 'complete');
  expect(troupe.getStep(null, id, 'bill').output).toEqual({ send: [{ pack: 'A7/0' }, { pack: 'A7/1' }] });
  const counters = JSON.parse(blocksOf(PAGE, 'json')[0] ?? '') as object;
  const { children } = troupe.getStep(null, id, 'labels');
  expect(children).toEqual({ total: 2, next: 2, open: 0, done: 2, lost: 0 });
  expect(Object.keys(children ?? {})).toEqual(Object.keys(counters));
});
