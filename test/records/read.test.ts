import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/records/read.ts';

const fixture = readFileSync(new URL('./fixtures/order-processing.md', import.meta.url), 'utf8');

const runbook = (...block: readonly string[]): string =>
  ['# Title', '', '## Check Stock @warehouse #goods !', '', '```session-toon', ...block, '```', ''].join(
    '\n',
  );

const cellsOf = (text: string) =>
  readRecords(text).blocks.flatMap(({ executions }) => executions.map(({ cells }) => cells));

describe('the record of the order runbook', () => {
  const { blocks, faults } = readRecords(fixture);

  it('has seven blocks with 23 rows', () => {
    expect(faults).toEqual([]);
    expect(blocks.map(({ phase, executions }) => [phase, executions.length])).toEqual([
      ['ReceiveOrder', 5],
      ['CheckInventory', 4],
      ['ProcessPayment', 3],
      ['ReserveInventory', 3],
      ['CreateShipment', 3],
      ['NotifyCustomer', 3],
      ['HandleFailedOrders', 2],
    ]);
  });

  it('has typed cells and the line of each row', () => {
    expect(blocks[2]?.executions[1]).toEqual({
      phase: 'ProcessPayment',
      line: 43,
      cells: {
        phase: 'ProcessPayment',
        agent: 'payment-service',
        channel: 'payments',
        input: 'order_002',
        output: 'receipt_002',
        duration_ms: 1580,
        status: 'success',
        tokens_used: 580,
        amount_usd: 145.5,
      },
    });
    expect(blocks[5]?.executions[0]?.cells['email_sent']).toBe(true);
  });
});

describe('a block', () => {
  it.each([
    ['quotes', ' "a, \\"b\\"\\nc",null', { input: 'a, "b"\nc', output: null }],
    ['strings that look like numbers', ' "42",007', { input: '42', output: '007' }],
    ['nothing in a cell', ' ,x', { input: '', output: 'x' }],
  ])('may have %s', (_, row, cells) => {
    expect(cellsOf(runbook('execution[1]{input,output}:', row))).toEqual([cells]);
  });

  it.each([
    ['tabs', 'execution[1\t]{input\toutput}:', ' a,b\tc'],
    ['bars', 'execution[1|]{input|output}:', ' a,b|c'],
  ])('may be delimited by %s', (_, header, row) => {
    expect(cellsOf(runbook(header, row))).toEqual([{ input: 'a,b', output: 'c' }]);
  });

  it.each([1, 2, 4])('may be indented by %i', (width) => {
    const row = `${' '.repeat(width)}a,b`;
    expect(cellsOf(runbook('execution[2]{input,output}:', row, row))).toHaveLength(2);
  });

  it('may stand in a list, have comments, and end its lines as Windows does', () => {
    const text = [
      '## A @a',
      '',
      '- so:',
      '',
      '  ```session-toon',
      '  # by hand',
      '  execution[1]{input}:',
      '   x',
      '  ```',
    ];
    expect(cellsOf(text.join('\r\n'))).toEqual([{ input: 'x' }]);
  });

  it('may have no rows yet, and still says its columns', () => {
    const [block] = readRecords(runbook('execution[0]{input,"2",__proto__}:')).blocks;
    expect(block).toMatchObject({ columns: ['input', '2', '__proto__'], executions: [] });
  });

  it('lends its heading to rows that say no phase', () => {
    const [block] = readRecords(runbook('execution[1]{input}:', ' x')).blocks;
    expect(block).toMatchObject({
      heading: 'Check Stock',
      phase: 'CheckStock',
      executions: [{ phase: 'CheckStock' }],
    });
  });
});

describe('a broken block', () => {
  it.each<[string, string[], [number, number, RegExp][]]>([
    ['a wrong count', ['execution[3]{a,b}:', ' 1,2'], [[6, 11, /write \[1\]/]]],
    [
      'two rows of another width',
      ['execution[3]{a,b}:', ' 1,2', ' 1', ' 1,2,3'],
      [
        [8, 2, /but got 1/],
        [9, 2, /but got 3/],
      ],
    ],
    ['an open quote', ['execution[1]{a,b}:', ' 1,"2'], [[7, 2, /Unterminated string/]]],
    ['a row that is not indented', ['execution[1]{a,b}:', '1,2'], [[7, 1, /is indented/]]],
    ['a blank line among its rows', ['execution[2]{a,b}:', ' 1,2', '', ' 3,4'], [[8, 1, /Blank lines/]]],
    ['a column twice', ['execution[1]{a,a}:', ' 1,2'], [[6, 1, /Duplicate field name "a"/]]],
    ['grouped columns', ['execution[1]{a{b,c}}:', ' 1,2'], [[6, 1, /not groups/]]],
    ['more than its rows', ['execution[1]{a,b}:', ' 1,2', 'note: x'], [[6, 1, /nothing but/]]],
    ['another name', ['sessions[1]{a,b}:', ' 1,2'], [[6, 1, /starts with execution/]]],
    ['nothing in it', [], [[6, 1, /empty/]]],
  ])('with %s is told by line and column', (_, block, expected) => {
    const { blocks, faults } = readRecords(runbook(...block));
    expect(blocks).toEqual([]);
    expect(faults).toEqual(
      expected.map(([line, column, message]) => ({ line, column, message: expect.stringMatching(message) })),
    );
  });

  it('leaves the others readable', () => {
    const { blocks, faults } = readRecords(fixture.replace('execution[3]{', 'execution[4]{'));
    expect(faults).toEqual([{ line: 41, column: 11, message: expect.stringContaining('write [3]') }]);
    expect(blocks).toHaveLength(6);
  });

  it('with many broken rows tells some and counts the rest', () => {
    const rows = Array.from({ length: 50 }, () => ' 1');
    expect(readRecords(runbook('execution[50]{a,b}:', ...rows)).faults).toHaveLength(11);
  });
});

describe('any text', () => {
  it('is read without a throw', () => {
    const noise = fc.array(
      fc.oneof(
        fc.constantFrom(
          'execution[',
          '2',
          ']{a,b}:',
          '\n',
          '\r\n',
          ' ',
          '\t',
          '|',
          ',',
          '"',
          '\\',
          '{',
          '}',
          ':',
          '#',
          '- ',
          '[]',
        ),
        fc.string({ unit: 'binary' }),
      ),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const { blocks, faults } = readRecords(runbook(parts.join('')));
        expect(Array.isArray(blocks) && Array.isArray(faults)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is at most 8 MiB', () => {
    const { blocks, faults } = readRecords(runbook('execution[1]{a}:', ` ${'x'.repeat(8 * 1024 * 1024)}`));
    expect(blocks).toEqual([]);
    expect(faults).toEqual([{ line: 1, column: 1, message: expect.stringContaining('8 MiB') }]);
  });
});
