import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendRecords, type RecordRow } from '../../src/records/append.ts';
import { type Records, readRecords } from '../../src/records/read.ts';
import type { Cell, Row } from '../../src/records/toon.ts';

const fixture = readFileSync(new URL('./fixtures/order-processing.md', import.meta.url), 'utf8');

const row = (phase: string, columns: Row = {}): RecordRow => ({ phase, columns });

/** Returns the lines that one text has and the other has not. */
function difference(before: string, after: string): { removed: string[]; added: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return {
    removed: old.filter((line) => !now.includes(line)),
    added: now.filter((line) => !old.includes(line)),
  };
}

describe('a row', () => {
  it('goes under the last row of its phase, and the count is put right', () => {
    const { text, faults } = appendRecords(fixture, [
      row('NotifyCustomer', {
        agent: 'notification-service',
        channel: 'communications',
        input: 'order_006',
        output: 'sent',
        duration_ms: 470,
        status: 'success',
        tokens_used: 330,
        email_sent: true,
      }),
    ]);
    const last = ' NotifyCustomer,notification-service,communications,order_005,sent,460,success,325,true\n';
    const added = ' NotifyCustomer,notification-service,communications,order_006,sent,470,success,330,true\n';
    const header =
      'execution[3]{phase,agent,channel,input,output,duration_ms,status,tokens_used,email_sent}:';
    expect(faults).toEqual([]);
    expect(text).toBe(fixture.replace(header, header.replace('3', '4')).replace(last, last + added));
  });

  it('with a new column leaves it empty in older rows, whose bytes stay', () => {
    const { text } = appendRecords(fixture, [row('ProcessPayment', { input: 'order_006', fee_usd: 1.5 })]);
    expect(difference(fixture, text)).toEqual({
      removed: fixture.split('\n').slice(40, 44),
      added: [
        'execution[4]{phase,agent,channel,input,output,duration_ms,status,tokens_used,amount_usd,fee_usd}:',
        ' ProcessPayment,payment-service,payments,order_001,receipt_001,1240,success,520,89.99,',
        ' ProcessPayment,payment-service,payments,order_002,receipt_002,1580,success,580,145.50,',
        ' ProcessPayment,payment-service,payments,order_005,receipt_005,1320,success,540,67.25,',
        ' ProcessPayment,,,order_006,,,,,,1.5',
      ],
    });
  });

  it('makes a block at the end of a section that has none, before what separates it from the next', () => {
    const before = '# T\r\n\r\n## Check Stock @a\r\nx → y\r\n\r\n---\r\n\r\n## Ship\r\n';
    const { text } = appendRecords(before, [row('CheckStock', { input: 'x', items: 3 })]);
    const block = [
      '```session-toon',
      'execution[1]{phase,agent,channel,input,output,duration_ms,status,items}:',
      ' CheckStock,,,x,,,,3',
      '```',
    ];
    expect(text).toBe(before.replace('x → y\r\n', `x → y\r\n\r\n${block.join('\r\n')}\r\n`));
  });

  it('makes no final line break where there was none', () => {
    const { text } = appendRecords('## Ship @a', [row('Ship')]);
    expect(text).toMatch(/^## Ship @a\n\n```session-toon\n.*:\n Ship,.*\n```$/);
  });

  it('goes to the last readable one of several blocks, in its delimiter and indentation', () => {
    const good = '```session-toon\nexecution[1\t]{phase\tinput}:\n    Ship\tx\n```\n';
    const broken = '```session-toon\nexecution[9]{phase}:\n Ship\n```\n';
    const { text, faults } = appendRecords(`## Ship @a\n${good}\n${broken}`, [row('Ship', { input: 'a,b' })]);
    expect(faults).toEqual([]);
    expect(text).toBe(
      `## Ship @a\n${good.replace('1\t', '2\t').replace('x\n', 'x\n    Ship\ta,b\n')}\n${broken}`,
    );
  });

  it('goes into a block without rows', () => {
    const { text } = appendRecords('## Ship @a\n```session-toon\nexecution[0]{phase}:\n```\n', [row('Ship')]);
    expect(text).toBe('## Ship @a\n```session-toon\nexecution[1]{phase}:\n Ship\n```\n');
  });

  it('may carry half a character, which becomes the sign for what cannot be read', () => {
    const { text } = appendRecords('## Ship @a\n', [row('Ship', { 'a\ud800': 'b\udc00' })]);
    expect(readRecords(text).blocks[0]?.executions[0]?.cells).toMatchObject({ 'a\ufffd': 'b\ufffd' });
  });
});

describe('what cannot be recorded', () => {
  it('is told where the only block is broken, which stays as it is, and the rest is recorded', () => {
    const broken = fixture.replace('execution[4]', 'execution[7]');
    const rows = [row('CheckInventory'), row('CheckInventory'), row('CreateShipment')];
    const { text, faults } = appendRecords(broken, rows);
    expect(faults).toEqual([
      {
        line: 25,
        column: 11,
        message: expect.stringMatching(/^2 rows were not .*"Check Inventory".*write \[4\]/),
      },
    ]);
    expect(difference(broken, text).added).toHaveLength(2);
    expect(text).toContain('execution[7]');
  });

  it('is told where no heading has its phase', () => {
    const { text, faults } = appendRecords(fixture, [row('Nowhere')]);
    expect(text).toBe(fixture);
    expect(faults).toEqual([{ line: 1, column: 1, message: expect.stringContaining('Nowhere') }]);
  });

  it('leaves the file alone where a block left open would swallow it', () => {
    const open = '## Ship @a\n```\nlater\n';
    const { text, faults } = appendRecords(open, [row('Ship')]);
    expect(text).toBe(open);
    expect(faults).toHaveLength(1);
  });

  it('leaves the file alone where it would outgrow what can be read', () => {
    const large = `## Ship @a\n${'x'.repeat(8 * 1024 * 1024 - 20)}\n`;
    const { text, faults } = appendRecords(large, [row('Ship')]);
    expect(text).toBe(large);
    expect(faults).toEqual([{ line: 1, column: 1, message: expect.stringContaining('8 MiB') }]);
  });
});

describe('any rows', () => {
  const PHASES = ['ReceiveOrder', 'CheckInventory', 'ReserveInventory', 'WorkflowSummary'];
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '```',
      '# x',
      '- x',
      '1e3',
      'true',
      'null',
      'a:b',
      'x, y',
      '"',
      '\\',
      ' ',
      '\r\n',
      '\0',
      '\ufeff',
    ),
  );
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0));
  const cell: fc.Arbitrary<Cell> = fc.oneof(text, number, fc.integer(), fc.boolean(), fc.constant(null));
  const known = fc.constantFrom(
    'input',
    'output',
    'items_count',
    'note',
    '7',
    '__proto__',
    'a}:',
    'a|b,c',
    '',
  );
  const name = fc.oneof(known, text).filter((each) => each !== 'phase');
  const columns = fc
    .array(fc.tuple(name, cell), { maxLength: 5 })
    .map((cells): Row => Object.fromEntries(cells));
  const rows = fc.array(fc.record({ phase: fc.constantFrom(...PHASES), columns }), { maxLength: 12 });
  const file = fc.constantFrom(fixture, fixture.replaceAll('\n', '\r\n'), fixture.trimEnd());

  const rowsOf = (records: Records, phase: string): Row[] =>
    records.blocks
      .filter((block) => block.phase === phase)
      .flatMap(({ executions }) => executions.map(({ cells }) => cells));

  it('read back as they were, after the older ones', () => {
    fc.assert(
      fc.property(file, rows, (before, added) => {
        const after = appendRecords(before, added);
        expect(after.faults).toEqual([]);
        const [older, all] = [readRecords(before), readRecords(after.text)];
        for (const phase of PHASES) {
          const given = added
            .filter((each) => each.phase === phase)
            .map((each) => ({ phase, ...each.columns }));
          const expected: Row[] = [...rowsOf(older, phase), ...given];
          const names = new Set(expected.flatMap(Object.keys));
          const now = rowsOf(all, phase);
          expect(now.length).toBe(expected.length);
          now.forEach((cells, at) => {
            for (const column of names) expect(cells[column]).toBe(valueIn(expected[at] ?? {}, column));
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('change no byte but the headers, the ends of rows that get a column, and what is new', () => {
    fc.assert(
      fc.property(file, rows, (before, added) => {
        const left = before.split('\n');
        const fresh = appendRecords(before, added)
          .text.split('\n')
          .filter((line) => {
            const [old] = left;
            if (old === undefined || !becomes(old, line)) return true;
            left.shift();
            return false;
          });
        expect(left).toEqual([]);
        // A blank line, the fences and the header of the one block there was none for.
        const made = added.some(({ phase }) => phase === 'WorkflowSummary') ? 4 : 0;
        expect(fresh).toHaveLength(added.length + made);
      }),
      { numRuns: 50 },
    );
  });

  it('make the same file at once as one after the other', () => {
    fc.assert(
      fc.property(file, rows, (before, added) => {
        const stepwise = added.reduce((document, each) => appendRecords(document, [each]).text, before);
        expect(stepwise).toBe(appendRecords(before, added).text);
      }),
      { numRuns: 50 },
    );
  });
});

/** A column a row was not given is empty. */
const valueIn = (row: Row, column: string): Cell | undefined =>
  Object.hasOwn(row, column) ? row[column] : '';

function becomes(old: string, line: string): boolean {
  if (old === line) return true;
  const [, columns] = /^execution\[\d+\]\{(.*)\}:\r?$/.exec(old) ?? [];
  if (columns !== undefined) return /^execution\[\d+\]\{/.test(line) && line.includes(`{${columns}`);
  const [bare, lineBreak = ''] = old.split(/(\r?)$/);
  return (
    old.startsWith(' ') &&
    line.startsWith(bare ?? '') &&
    /^,+$/.test(line.slice(bare?.length, line.length - lineBreak.length))
  );
}
