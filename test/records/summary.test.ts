import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/records/read.ts';
import { summarize } from '../../src/records/summary.ts';
import { parseMarkdownWorkflow } from '../../src/workflow/markdown/parse.ts';

const fixture = readFileSync(new URL('./fixtures/order-processing.md', import.meta.url), 'utf8');

function summaryOf(text: string) {
  const { definition, faults } = parseMarkdownWorkflow(text);
  if (definition === null) throw new Error(JSON.stringify(faults));
  const records = readRecords(text);
  expect(records.faults).toEqual([]);
  return summarize(
    definition,
    records.blocks.flatMap(({ executions }) => executions),
  );
}

type Section = readonly [heading: string, flow: string, rows: readonly string[]];

/** Rows are `input,output,duration_ms,status`. */
const runbook = (...sections: readonly Section[]): string =>
  `# Orders\n\n${sections
    .map(([heading, flow, rows]) => {
      const lines = rows.map((row) => ` ${row}`);
      const header = `execution[${rows.length}]{input,output,duration_ms,status}:`;
      return [`## ${heading}`, flow, '', '```session-toon', header, ...lines, '```', ''].join('\n');
    })
    .join('\n')}`;

describe('the order runbook', () => {
  const summary = summaryOf(fixture);

  it('received five orders: three came through, one failed at the door, one out of stock, both taken care of', () => {
    expect(summary.executions).toBe(23);
    expect(summary.orders).toEqual({
      received: 5,
      complete: 3,
      failed: 2,
      unfinished: 0,
      successRate: 0.6,
      handledFailures: 2,
    });
    expect(summary.unattributedLines).toEqual([]);
  });

  it('has the time of each order to the millisecond, in sum and with inventory beside payment', () => {
    const times = (of: readonly number[]) => of.reduce((a, b) => a + b);
    expect(summary.perOrder).toEqual([
      {
        name: 'order_001',
        status: 'complete',
        failedSteps: [],
        handled: false,
        totalMs: times([120, 340, 1240, 680, 2100, 450]),
        criticalPathMs: times([120, 1240, 680, 2100, 450]),
      },
      {
        name: 'order_002',
        status: 'complete',
        failedSteps: [],
        handled: false,
        totalMs: times([95, 380, 1580, 720, 2250, 480]),
        criticalPathMs: times([95, 1580, 720, 2250, 480]),
      },
      {
        name: 'order_003',
        status: 'failed',
        failedSteps: ['Check Inventory'],
        handled: true,
        totalMs: times([110, 290, 850]),
        criticalPathMs: times([110, 290, 850]),
      },
      {
        name: 'req_004.json',
        status: 'failed',
        failedSteps: ['Receive Order'],
        handled: true,
        totalMs: times([80, 790]),
        criticalPathMs: times([80, 790]),
      },
      {
        name: 'order_005',
        status: 'complete',
        failedSteps: [],
        handled: false,
        totalMs: times([125, 350, 1320, 690, 2050, 460]),
        criticalPathMs: times([125, 1320, 690, 2050, 460]),
      },
    ]);
  });

  it('takes 5143.333 ms a complete order in sum, 4786.667 on the critical path: 356.667 saved', () => {
    // (4930 + 5505 + 4995) / 3 and (4590 + 5125 + 4645) / 3; saved are 340, 380 and 350.
    expect(summary.mean).toEqual({ totalMs: 5143.333, criticalPathMs: 4786.667, savedMs: 356.667 });
  });

  it('has each step counted', () => {
    expect(summary.steps[2]).toEqual({
      name: 'Process Payment',
      executions: 3,
      succeeded: 3,
      failed: 0,
      meanMs: 1380,
      longestMs: 1580,
    });
    expect(summary.steps.map(({ executions, failed }) => [executions, failed])).toEqual([
      [5, 1],
      [4, 1],
      [3, 0],
      [3, 0],
      [3, 0],
      [3, 0],
      [2, 0],
    ]);
  });
});

describe('an order', () => {
  it('is followed where each step is given what the one before made', () => {
    const { perOrder } = summaryOf(
      runbook(
        ['Take @a', 'a → b', ['x1,y1,1,success', 'x2,y2,2,success']],
        ['Make @a', 'b → c', ['y2,z2,20,success', 'y1,z1,10,success']],
        ['Ship @a', 'c → d', ['z1,true,100,success', 'z2,true,200,success']],
      ),
    );
    expect(perOrder).toMatchObject([
      { name: 'x1', status: 'complete', totalMs: 111 },
      { name: 'x2', status: 'complete', totalMs: 222 },
    ]);
  });

  it('that runs again is another order', () => {
    const { perOrder, unattributedLines } = summaryOf(
      runbook(
        ['Take @a', 'a → b', ['x,y,1,success', 'x,y,2,success']],
        ['Make @a', 'b → c', ['y,error,10,failed', 'y,z,20,success']],
        ['Ship @a', 'c → d', ['z,done,200,success']],
      ),
    );
    expect(perOrder).toMatchObject([
      { status: 'failed', totalMs: 11 },
      { status: 'complete', totalMs: 222 },
    ]);
    expect(unattributedLines).toEqual([]);
  });

  it('let in by two first steps is one', () => {
    const { perOrder } = summaryOf(
      runbook(
        ['Fetch Cart @a', 'cart → lines', ['c1,l1,100,success', 'c2,l2,110,success']],
        ['Fetch User @a', 'cart → user', ['c1,u1,300,success', 'c2,u2,310,success']],
        ['Join @a', 'lines, user → all', ['l1,a1,1,success', 'l2,a2,1,success']],
      ),
    );
    expect(perOrder).toMatchObject([
      { totalMs: 401, criticalPathMs: 301 },
      { totalMs: 421, criticalPathMs: 311 },
    ]);
  });

  it('may have several attempts at a step, of which the last counts', () => {
    const { perOrder } = summaryOf(
      runbook(
        ['Take @a', 'a → b', ['x,y,1,success']],
        ['Make @a', 'b → c', ['y,error,10,timeout', 'y,z,20,success']],
      ),
    );
    expect(perOrder).toMatchObject([{ status: 'complete', totalMs: 31 }]);
  });

  it('is unfinished when a step that could have run has no row', () => {
    const { orders } = summaryOf(
      runbook(
        ['Take @a', 'a → b', ['x,y,1,success', 'v,w,1,success']],
        ['Make @a', 'b → c', ['y,z,20,success']],
      ),
    );
    expect(orders).toMatchObject({ received: 2, complete: 1, unfinished: 1, successRate: 0.5 });
  });

  it('is no worse for a failed optional step', () => {
    const { orders } = summaryOf(
      runbook(['Take @a', 'a → b', ['x,y,1,success']], ['Wrap @a ?', 'b → c', ['y,error,20,failed']]),
    );
    expect(orders).toMatchObject({ complete: 1, failed: 0 });
  });
});

describe('a row', () => {
  it('that tells of no order is told by its line and counts for its step alone', () => {
    const summary = summaryOf(
      runbook(
        ['Take @a', 'a → b', ['x,y,1,success']],
        ['Make @a', 'b → c', ['y,z,20,success', 'strange,z,4000,success']],
      ),
    );
    expect(summary.unattributedLines).toEqual([17]);
    expect(summary.mean?.totalMs).toBe(21);
    expect(summary.steps[1]).toMatchObject({ executions: 2, meanMs: 2010 });
  });

  it('is not guessed to be of one of several orders with the same name', () => {
    const { unattributedLines } = summaryOf(
      runbook(
        ['Take @a', 'a → b', ['x1,same,1,success', 'x2,same,2,success']],
        ['Make @a', 'b → c', ['same,z,20,success']],
      ),
    );
    expect(unattributedLines).toHaveLength(1);
  });
});

it('a runbook that never ran sums up to nothing', () => {
  expect(summaryOf(runbook(['Take @a', 'a → b', []]))).toMatchObject({
    executions: 0,
    orders: { received: 0, successRate: null },
    mean: null,
    perOrder: [],
  });
});
