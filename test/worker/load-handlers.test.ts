import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { loadHandlers } from '../../src/worker/load-handlers.ts';
import { temporaryFolder } from '../support.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function refusalOf(files: Readonly<Record<string, string>>): Promise<Refusal> {
  const outcome = await loadHandlers(folderOf(files)).catch((error: unknown) => error);
  if (outcome instanceof Refusal) return outcome;
  throw new Error(`not refused: ${JSON.stringify(outcome)}`);
}

const job = { payload: { n: 2 } } as unknown as HandlerContext;

describe('a folder of handlers', () => {
  it('gives a handler a file, named after it, in the order of the names', async () => {
    const entries = await loadHandlers(
      folderOf({
        'b.mjs': 'export default (job) => job.payload.n * 2;',
        'A.js': 'export default () => 1; export const concurrency = 3;',
        'c.mjs': 'export const name = "renamed"; export default () => 1;',
      }),
    );
    expect(entries.map(({ name, concurrency }) => [name, concurrency])).toEqual([
      ['A', 3],
      ['b', null],
      ['renamed', null],
    ]);
    expect(entries[1]?.run(job)).toBe(4);
  });

  it('gives several from one file', async () => {
    const entries = await loadHandlers(
      folderOf({
        'orders.mjs':
          'export const concurrency = 2; export const handlers = { Two: (job) => job.payload.n, One() {} };',
      }),
    );
    expect(entries.map(({ name, concurrency }) => [name, concurrency])).toEqual([
      ['Two', 2],
      ['One', 2],
    ]);
    expect(entries[0]?.run(job)).toBe(2);
  });

  it.each(['handler.ts', 'handler.mts'])('reads TypeScript from %s', async (file) => {
    const source = 'export default (job: { payload: { n: number } }): number => job.payload.n + 1;';
    const [entry] = await loadHandlers(folderOf({ [file]: source }));
    expect(entry?.name).toBe('handler');
    expect(entry?.run(job)).toBe(3);
  });

  it('passes over folders, tests, declarations and other files', async () => {
    const broken = 'not a module (';
    const files = {
      'deep/inner.mjs': broken,
      'a.test.ts': broken,
      'a.d.ts': broken,
      'b.d.mts': broken,
      'notes.md': broken,
      'data.json': '{}',
    };
    expect(await loadHandlers(folderOf(files))).toEqual([]);
  });

  it('may be a link', async () => {
    const folder = temporaryFolder();
    symlinkSync(folderOf({ 'x.mjs': 'export default () => 1;' }), join(folder, 'link'));
    expect(await loadHandlers(join(folder, 'link'))).toHaveLength(1);
  });
});

describe('what cannot be used is refused', () => {
  it.each([
    ['a file that exports nothing usable', 'export const x = 1;', 'exports no handler'],
    ['a syntax error', 'export default () => {', 'cannot be loaded'],
    ['a missing import', 'import "./nowhere.mjs";', 'nowhere.mjs'],
    ['a throw while loading', 'throw new Error("no database");', 'no database'],
    ['no limit', 'export default () => 1; export const concurrency = 0;', 'concurrency'],
    ['no name', 'export default () => 1; export const name = "";', 'handler name'],
    ['no function', 'export const handlers = { A: 1 };', '"A" is not a function'],
    ['an empty list', 'export const handlers = {};', 'object of functions'],
    ['both forms', 'export default () => 1; export const handlers = { A() {} };', 'one of the two forms'],
  ])('%s, naming the file', async (_, source, message) => {
    const refusal = await refusalOf({ 'fine.mjs': 'export default () => 1;', 'bad.mjs': source });
    expect(refusal.code).toBe('INVALID_HANDLERS');
    expect(refusal.faults).toHaveLength(1);
    expect(refusal.faults[0]?.pointer).toMatch(/bad\.mjs$/);
    expect(refusal.faults[0]?.message).toContain(message);
  });

  it('two handlers of one name, naming both files', async () => {
    const source = 'export const name = "Same"; export default () => 1;';
    const { faults } = await refusalOf({ 'one.mjs': source, 'two.mjs': source });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.pointer).toMatch(/two\.mjs$/);
    expect(faults[0]?.message).toContain('one.mjs');
  });

  it('every bad file at once', async () => {
    const { faults } = await refusalOf({ 'a.mjs': 'export {};', 'b.mjs': 'export {};' });
    expect(faults).toHaveLength(2);
  });

  it('a folder that is not there', async () => {
    await expect(loadHandlers('/no/such/folder')).rejects.toMatchObject({ code: 'INVALID_HANDLERS' });
  });
});

describe('the order fulfilment example', () => {
  const folder = fileURLToPath(new URL('../../examples/order-fulfilment/handlers', import.meta.url));
  const jobWith = (payload: object) =>
    ({
      handler: 'ShipOrder',
      idempotencyKey: 't/s',
      attempt: 1,
      payload,
      signal: new AbortController().signal,
    }) as unknown as HandlerContext;

  it('has its four handlers', async () => {
    const names = (await loadHandlers(folder)).map(({ name }) => name);
    expect(names).toEqual(['CheckInventory', 'ConfirmPayment', 'PackageOrder', 'ShipOrder']);
  });

  it('works, and fails retryably when asked to', async () => {
    for (const { run } of await loadHandlers(folder)) {
      expect(await run(jobWith({ orderId: 'ORD123' }))).toMatchObject({ orderId: 'ORD123' });
      await expect(run(jobWith({ fail: true }))).rejects.toMatchObject({ name: 'RetryableError' });
    }
  });
});
