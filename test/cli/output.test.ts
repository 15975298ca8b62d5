import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorsFor, fromNow, plain } from '../../src/cli/output.ts';
import { fold, table } from '../../src/cli/table.ts';

const uncolored = colorsFor({ isTTY: false }, {});

describe('text of users', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'link'],
    ['\u009b2Jclear', 'clear'],
    ['bell\u0007 back\bspace', 'bell backspace'],
    ['two\r\nlines', 'two lines'],
    ['abc\u202edef', 'abcdef'],
    ['größe → 日本', 'größe → 日本'],
  ])('%j is printed as %j', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });
});

describe('colours', () => {
  const painted = (stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv) =>
    colorsFor(stream, env).red('x') !== 'x';

  it('are for terminals, unless NO_COLOR is set', () => {
    expect(painted({ isTTY: true }, {})).toBe(true);
    expect(painted({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(painted({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(painted({}, { CI: 'true' })).toBe(false);
    expect(painted({}, { FORCE_COLOR: '1' })).toBe(true);
  });

  it('do not move columns', () => {
    const { red } = colorsFor({}, { FORCE_COLOR: '1' });
    const rows = [[{ text: 'a', painted: red('a') }, 'b']];
    const [, line = ''] = table(['LONG', 'B'], rows, uncolored).split('\n');
    expect(plain(line)).toBe('a     b');
  });
});

describe('a table', () => {
  const rows = [
    ['01a1', 'a name that goes on', 'it waits for a worker that nobody has started'],
    ['01a2', 'short', ''],
  ];
  const header = ['ID', 'NAME', 'WHY'];

  it('is as wide as it is where nobody bounds it', () => {
    const [title = '', first = ''] = table(header, rows, uncolored).split('\n');
    expect(title).toBe('ID    NAME                 WHY');
    expect(first).toBe(rows[0]?.join('  '));
  });

  it('puts its last column below where there is too little room, and cuts names short but no ids', () => {
    expect(table(header, rows, uncolored, 20).split('\n')).toEqual([
      'ID    NAME',
      '01a1  a name that g…',
      '  it waits for a wo…',
      '01a2  short',
    ]);
  });

  it('never passes the edge of a terminal that holds its ids', () => {
    const cells = fc.array(fc.tuple(fc.string({ maxLength: 36 }), fc.string(), fc.string(), fc.string()));
    fc.assert(
      fc.property(cells, fc.integer({ min: 60, max: 120 }), (texts, width) => {
        const lines = table(['ID', 'A', 'B', 'C'], texts, uncolored, width).split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

it('folds text between its parts', () => {
  expect(fold(['one', 'two', 'three'], ' ', 8, '  ')).toBe('one two\n  three');
  expect(fold(['a word longer than that'], ' ', 8)).toBe('a word longer than that');
});

it('tells times in words', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(fromNow('2026-01-01T00:00:03Z', now)).toBe('in 3 s');
  expect(fromNow('2025-12-31T23:50:00Z', now)).toBe('10 min ago');
  expect(fromNow('2026-01-02T00:00:00Z', now)).toBe('in 24 h');
  expect(fromNow('2027-01-01T00:00:00Z', now)).toBe('in 365 days');
});
