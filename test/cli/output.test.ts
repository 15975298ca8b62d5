import { describe, expect, it } from 'vitest';
import { colorsFor, fromNow, plain, table } from '../../src/cli/output.ts';

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

it('tells times in words', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(fromNow('2026-01-01T00:00:03Z', now)).toBe('in 3 s');
  expect(fromNow('2025-12-31T23:50:00Z', now)).toBe('10 min ago');
  expect(fromNow('2026-01-02T00:00:00Z', now)).toBe('in 24 h');
  expect(fromNow('2027-01-01T00:00:00Z', now)).toBe('in 365 days');
});
