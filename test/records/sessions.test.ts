import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/records/read.ts';
import { assertColumns, columnsOf, grouped, matching, since } from '../../src/records/sessions.ts';

const fixture = readFileSync(new URL('./fixtures/order-processing.md', import.meta.url), 'utf8');
const { blocks } = readRecords(fixture);
const all = blocks.flatMap(({ executions }) => executions);

const timed = readRecords(
  [
    '## Ship @a',
    '```session-toon',
    'execution[4]{input,at}:',
    ' a,"2026-05-01T08:00:00.000Z"',
    ' b,"2026-05-02T08:00:00.000Z"',
    ' c,',
    ' d,order 1',
    '```',
  ].join('\n'),
).blocks.flatMap(({ executions }) => executions);

describe('rows', () => {
  it.each([
    [{ agent: 'order-api' }, 7],
    [{ channel: 'warehouse' }, 10],
    [{ status: 'failed' }, 2],
    [{ phase: 'checkinventory' }, 4],
    [{ agent: 'order-api', status: 'failed' }, 1],
    [{ agent: 'nobody' }, 0],
    [{}, 23],
  ])('with %j are %i', (filter, count) => {
    expect(matching(all, filter)).toHaveLength(count);
  });

  it('since a time are those that say a later one', () => {
    const { executions, untimed } = since(timed, Date.parse('2026-05-02'));
    expect(executions.map(({ cells }) => cells['input'])).toEqual(['b']);
    expect(untimed).toBe(2);
  });

  it('since a time are refused when none says any', () => {
    expect(() => since(all, 0)).toThrow(expect.objectContaining({ code: 'NO_TIMES' }));
  });
});

describe('groups', () => {
  it('count and add up', () => {
    expect(grouped(matching(all, { channel: 'payments' }), 'phase', ['duration_ms', 'amount_usd'])).toEqual([
      { value: 'ProcessPayment', executions: 3, sums: { duration_ms: 4140, amount_usd: 302.74 } },
    ]);
  });

  it('are of any column, and nothing for rows without', () => {
    expect(grouped(all, 'carrier', []).map(({ value, executions }) => [value, executions])).toEqual([
      [null, 20],
      ['UPS', 1],
      ['FedEx', 1],
      ['USPS', 1],
    ]);
  });

  it('are one when there is no column', () => {
    expect(grouped(all, null, ['tokens_used'])).toEqual([
      { value: null, executions: 23, sums: { tokens_used: 9990 } },
    ]);
  });
});

it('a column nobody has is refused, with all that are wrong and the one probably meant', () => {
  expect(() => assertColumns(['phase', 'durationms', 'zzzzzz'], columnsOf(blocks))).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_COLUMN',
      faults: [
        { pointer: 'durationms', message: expect.stringContaining('"duration_ms"') },
        { pointer: 'zzzzzz', message: expect.stringContaining('carrier') },
      ],
    }),
  );
});
