/** The record of a run in its runbook: the right rows under the right headings, and every other byte left alone. */

import {
  chmodSync,
  copyFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkRecordable, writeRecord } from '../../src/cli/run/record.ts';
import { readRecords } from '../../src/records/read.ts';
import { temporaryFolder } from '../support.ts';
import { runTroupe, startTroupeCommand } from './process.ts';

const KNOWN = fileURLToPath(new URL('../records/fixtures/order-processing.md', import.meta.url));

const HANDLERS = `
const number = ({ payload }) => payload.ref.slice(4, 7);
const refuse = (code) => { throw Object.assign(new Error('no'), { name: 'PermanentError', code }); };
export const handlers = {
  ReceiveOrder: (job) => job.payload.refused ? refuse('error') : 'order_' + number(job),
  CheckInventory: (job) => job.payload.sold ? refuse('sold_out') : { id: 'stock_' + number(job) },
  ProcessPayment: (job) => { job.record({ amount_usd: 12.5 }); return 'receipt_' + number(job); },
  ReserveInventory: (job) => 'reservation_' + number(job),
  CreateShipment: (job) => 'track_' + number(job),
  NotifyCustomer: (job) => { job.record({ language: 'fr, de' }); return 'sent'; },
  HandleFailedOrders: (job) => job.dependencies.failed_orders.map(({ step }) => step).join(),
};
`;

function runbook(text = readFileSync(KNOWN, 'utf8')) {
  const cwd = temporaryFolder();
  const file = join(cwd, 'orders.md');
  writeFileSync(file, text);
  writeFileSync(join(cwd, 'handlers.mjs'), HANDLERS);
  return { cwd, file };
}

const args = (input: unknown) => [
  ...['run', 'orders.md', '--handlers', '.', '--record', '--input'],
  JSON.stringify(input),
];

const rowsIn = (file: string) =>
  readRecords(readFileSync(file, 'utf8')).blocks.flatMap(({ executions }) =>
    executions.map(({ cells }) => cells),
  );

describe('a runbook that has been run before', () => {
  it('runs by the names of its handlers, and gets a row for each executed step', async () => {
    const { cwd, file } = runbook();
    const before = rowsIn(file).length;
    const input = [{ ref: 'req_006' }, { ref: 'req_007', sold: true }, { ref: 'req_008', refused: true }];
    const { code, stderr } = await runTroupe(args(input), { cwd });
    expect(stderr).toContain('Recorded 12 executions in orders.md.');
    expect(code).toBe(1);

    const rows = rowsIn(file);
    expect(rows).toHaveLength(before + 12);
    const of = (phase: string) => rows.filter((row) => row['phase'] === phase);
    expect(of('ReserveInventory').at(-1)).toMatchObject({
      agent: 'inventory-service',
      channel: 'warehouse',
      input: 'stock_006',
      output: 'reservation_006',
      status: 'success',
      tokens_used: '',
    });
    expect(of('ProcessPayment').at(-1)).toMatchObject({ output: 'receipt_007', amount_usd: 12.5 });
    expect(of('NotifyCustomer').map(({ language }) => language)).toEqual(['', '', '', 'fr, de']);
    expect(of('HandleFailedOrders').slice(-2)).toMatchObject([
      { input: 'req_007', output: 'Check Inventory' },
      { input: 'req_008', output: 'Receive Order' },
    ]);
  });

  it('keeps every line it had, but for the headers of the records that grew', async () => {
    const { cwd, file } = runbook();
    await runTroupe(args({ ref: 'req_006' }), { cwd });
    const kept = (text: string) =>
      text.split('\n').filter((line) => !line.startsWith('execution[') && !line.includes('NotifyCustomer'));
    const after = kept(readFileSync(file, 'utf8'));
    for (const line of kept(readFileSync(KNOWN, 'utf8'))) expect(after).toContain(line);
    expect(readFileSync(file, 'utf8')).toContain(
      'execution[6]{phase,agent,channel,input,output,duration_ms,status,tokens_used,customer_id}:',
    );
  });

  it('keeps what somebody writes into it during the run', async () => {
    const { cwd, file } = runbook('# W\n\n## Wait @me\nin → out\n');
    writeFileSync(
      join(cwd, 'handlers.mjs'),
      `import { existsSync } from 'node:fs';
       export const handlers = { Wait: async () => {
         while (!existsSync('go')) await new Promise(setImmediate);
         return 'waited';
       } };`,
    );
    const running = startTroupeCommand(args({ id: 'i1' }), { cwd });
    await running.shows('step:Wait  running');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n## Notes\nWritten meanwhile.\n`);
    writeFileSync(join(cwd, 'go'), '');
    expect(await running.exit).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/ Wait,me,,i1,waited,[\s\S]*Written meanwhile\.\n$/);
  });

  it('says what it could not write down, and leaves a broken record as it is', async () => {
    const broken = readFileSync(KNOWN, 'utf8').replace('execution[3]{phase', 'execution[9]{phase');
    const { cwd, file } = runbook(broken);
    const { code, stderr } = await runTroupe(args({ ref: 'req_006' }), { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/orders\.md:\d+:\d+: .*not recorded/);
    expect(readFileSync(file, 'utf8')).toContain('execution[9]{phase');
    expect(rowsIn(file).some(({ output }) => output === 'track_006')).toBe(true);
  });
});

describe('writing a record', () => {
  const rows = [{ phase: 'A', columns: { output: 'x', status: 'success', at: '2030-01-01T00:00:00.000Z' } }];

  it('keeps the mode of the file and a link to it, and leaves nothing beside it', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'real.md');
    writeFileSync(file, '# W\n\n## A\nin → out\n');
    chmodSync(file, 0o640);
    const link = join(folder, 'link.md');
    symlinkSync(file, link);
    expect(writeRecord(link, rows)).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['link.md', 'real.md']);
    expect(rowsIn(file)).toMatchObject([{ phase: 'A', output: 'x' }]);
  });

  it('tells the time in a new record, and in one that told it before', () => {
    const file = join(temporaryFolder(), 'w.md');
    writeFileSync(file, '# W\n\n## A\nin → out\n');
    writeRecord(file, rows);
    writeRecord(file, rows);
    expect(rowsIn(file).map(({ at }) => at)).toEqual([
      '2030-01-01T00:00:00.000Z',
      '2030-01-01T00:00:00.000Z',
    ]);

    copyFileSync(KNOWN, file);
    writeRecord(file, [{ phase: 'CreateShipment', columns: { status: 'success', at: '2030-01-01' } }]);
    expect(readFileSync(file, 'utf8')).toContain('status,tokens_used,carrier}:');
    expect(readFileSync(file, 'utf8')).not.toContain('2030-01-01');
  });

  it('is refused before the run when the file is not there', () => {
    expect(() => checkRecordable(join(temporaryFolder(), 'none.md'))).toThrow(/cannot be written/);
  });
});
