import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runInProcess } from './in-process.ts';
import { runTroupe } from './process.ts';

const RUNBOOK = fileURLToPath(new URL('../records/fixtures/order-processing.md', import.meta.url));

function changed(from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'orders.md');
  writeFileSync(file, readFileSync(RUNBOOK, 'utf8').replace(from, to));
  return file;
}

describe('troupe sessions', () => {
  it('prints the rows asked for', async () => {
    const { code, stdout } = await runTroupe(['sessions', RUNBOOK, '--status', 'failed']);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ +/).slice(0, 5))).toEqual([
      ['PHASE', 'AGENT', 'CHANNEL', 'INPUT', 'OUTPUT'],
      ['ReceiveOrder', 'order-api', 'orders', 'req_004.json', 'error'],
      ['CheckInventory', 'inventory-service', 'warehouse', 'order_003', 'inventory_fail_003'],
      [''],
    ]);
  });

  it('prints groups as JSON', async () => {
    const args = ['--group', 'phase', '--sum', 'duration_ms', '--channel', 'payments', '--json'];
    const { stdout } = await runInProcess(['sessions', RUNBOOK, ...args]);
    expect(JSON.parse(stdout)).toEqual({
      groups: [{ value: 'ProcessPayment', executions: 3, sums: { duration_ms: 4140 } }],
      faults: [],
    });
  });

  it('prints what is readable of a file with a broken block, says where it is, and exits 1', async () => {
    const file = changed('execution[3]{', 'execution[9]{');
    const { code, stdout, stderr } = await runInProcess(['sessions', file, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).rows).toHaveLength(20);
    expect(stderr).toContain('orders.md:41:11: [9]');
  });

  it.each([
    [['--since', 'yesterday'], 2],
    [['--since', '2026-01-01T10:00:00'], 2],
    [['--since', '2026-01-01'], 1],
    [['--sum', 'durationms'], 2],
  ])('refuses %j with %i', async (args, exitCode) => {
    const { code, stdout, stderr } = await runInProcess(['sessions', RUNBOOK, ...args]);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).not.toBe('');
  });
});

describe('troupe summary', () => {
  it('prints the numbers, for people and for programs', async () => {
    const { code, stdout } = await runTroupe(['summary', RUNBOOK]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Complete +3 \(60 %\)/);
    expect(stdout).toMatch(/Failed +2, 2 of them handled/);
    expect(stdout).toMatch(/Sum of its steps +5143 ms/);
    expect(stdout).toMatch(/Critical path +4787 ms/);
    const json = await runInProcess(['summary', RUNBOOK, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ mean: { savedMs: 356.667 }, faults: [] });
  });

  it.each([
    ['a step twice', '## Check', '## Process Payment @x\na → b\n\n## Check'],
    ['an output made twice', '## Check', '## Pay Later @x\n→ payment_result\n\n## Check'],
    ['a circle', 'order_request::JSON →', 'notification_sent →'],
    ['no title', '# E-Commerce Order Processing', 'Orders'],
  ])('needs rows alone: with %s it says so and goes on, as sessions does', async (_, from, to) => {
    const file = changed(from, to);
    for (const args of [
      ['summary', file],
      ['sessions', file],
    ]) {
      const { code, stdout, stderr } = await runInProcess(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(args[0] === 'summary' ? /Rows +23/ : /ReserveInventory/);
      expect(stderr).toMatch(/^warning: .*orders\.md:\d+:\d+: /m);
    }
  });

  it('says how to record where nothing is recorded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'new.md');
    writeFileSync(file, '# New\n\n## Receive @x\na → b\n');
    const { code, stdout, stderr } = await runInProcess(['summary', file]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`no run recorded: troupe run ${file} --record`);
    const json = await runInProcess(['summary', file, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ executions: 0, orders: { received: 0 } });
  });

  it.each(['/no/such/file.md', 'workflow.yaml'])('refuses %s', async (file) => {
    const { code, stderr } = await runInProcess(['summary', file]);
    expect(code).toBe(file.endsWith('.md') ? 1 : 2);
    expect(stderr).toContain(file);
  });
});
