/** The runbook of the tea shop, run by the command its README prints, on a copy. */

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/records/read.ts';
import type { Row } from '../../src/records/toon.ts';
import type { TaskView } from '../../src/views/tasks.ts';
import { runTroupe } from '../cli/process.ts';
import { temporaryFolder } from '../support.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/order-runbook/', import.meta.url));
const ORDERS = `@${EXAMPLE}orders.jsonl`;

async function runCopy(...more: string[]) {
  const file = join(temporaryFolder(), 'orders.md');
  cpSync(join(EXAMPLE, 'orders.md'), file);
  // The handlers stay where they are: they import Troupe from beside them.
  const args = ['run', file, '--handlers', join(EXAMPLE, 'handlers'), '--input', ORDERS, ...more];
  return { ...(await runTroupe(args)), file };
}

const rowsIn = (file: string): Row[] =>
  readRecords(readFileSync(file, 'utf8')).blocks.flatMap(({ executions }) =>
    executions.map(({ cells }) => cells),
  );

async function record() {
  const { code, stdout, file } = await runCopy('--record');
  const { stdout: summary } = await runTroupe(['summary', file]);
  return { code, stdout, summary, rows: rowsIn(file) };
}

let recorded: ReturnType<typeof record> | null = null;

/** One recording for all tests that look at it. */
function recording(): ReturnType<typeof record> {
  recorded ??= record();
  return recorded;
}

describe('the order runbook', () => {
  it('yields, heading by heading, the rows of three orders that came through and two that did not', async () => {
    const { code, stdout, summary, rows } = await recording();
    expect(code).toBe(1);
    expect(stdout).toMatch(/5 tasks in .*: 3 complete, 2 failed\n$/);
    const table = (phase: string, ...columns: string[]) =>
      rows.filter((row) => row['phase'] === phase).map((row) => columns.map((column) => row[column]));

    expect(table('ReceiveOrder', 'input', 'output', 'status')).toEqual([
      ['order_001', 'order_001', 'success'],
      ['order_002', 'order_002', 'success'],
      ['order_003', 'order_003', 'success'],
      ['order_004', 'NO_ADDRESS', 'failed'],
      ['order_005', 'order_005', 'success'],
    ]);
    expect(table('CheckStock', 'output', 'status', 'items_count')).toEqual([
      ['stock_001', 'success', 1],
      ['stock_002', 'success', 2],
      ['OUT_OF_STOCK', 'failed', 1],
      ['stock_005', 'success', 1],
    ]);
    expect(table('ProcessPayment', 'output', 'amount_usd')).toEqual([
      ['receipt_001', 25],
      ['receipt_002', 89.74],
      ['receipt_003', 38],
      ['receipt_005', 33],
    ]);
    expect(table('ReserveStock', 'input', 'output')).toEqual([
      ['stock_001', 'reservation_001'],
      ['stock_002', 'reservation_002'],
      ['stock_005', 'reservation_005'],
    ]);
    expect(table('CreateShipment', 'output')).toEqual([['track_001'], ['track_002'], ['track_005']]);
    expect(table('NotifyCustomer', 'input', 'output')).toEqual([
      ['track_001', 'sent'],
      ['track_002', 'sent'],
      ['track_005', 'sent'],
    ]);
    expect(table('HandleFailedOrders', 'input', 'output', 'because')).toEqual([
      ['order_003', 'second_try_1', 'Check Stock: not enough on the shelves: TEAPOT'],
      ['order_004', 'second_try_1', 'Receive Order: the order has no address'],
    ]);

    expect(summary).toMatch(/Orders +5\n/);
    expect(summary).toMatch(/Complete +3 \(60 %\)/);
    expect(summary).toMatch(/in Check Stock +1 \(order_003\)/);
  });

  it('asks the warehouse and the payment provider at the same time; Reserve waits for both', async () => {
    const { rows } = await recording();
    const timesOf = (output: string) => {
      const row = rows.find((each) => each['output'] === output);
      const startMs = Date.parse(String(row?.['at']));
      return { startMs, endMs: startMs + Number(row?.['duration_ms']) };
    };
    for (const order of ['001', '002', '005']) {
      const [stock, payment] = [timesOf(`stock_${order}`), timesOf(`receipt_${order}`)];
      expect(stock.startMs).toBeLessThan(payment.endMs);
      expect(payment.startMs).toBeLessThan(stock.endMs);
      const reserved = timesOf(`reservation_${order}`);
      expect(reserved.startMs).toBeGreaterThanOrEqual(Math.max(stock.endMs, payment.endMs));
    }
  });

  it('changes nothing without --record', async () => {
    const { file, stdout } = await runCopy('--json');
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(join(EXAMPLE, 'orders.md'), 'utf8'));
    const tasks = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TaskView);
    const failed = tasks.filter(({ status }) => status === 'failed');
    expect(failed.map(({ payload, error }) => [payload['id'], error?.code]).sort()).toEqual([
      ['order_003', 'OUT_OF_STOCK'],
      ['order_004', 'NO_ADDRESS'],
    ]);
  });
});
