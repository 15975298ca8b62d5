/** The command line encodes names in paths, and refuses those that no path can hold. No server is asked. */

import { describe, expect, it } from 'vitest';
import { pathPart, taskPath } from '../../src/cli/client.ts';
import { Failure } from '../../src/cli/failure.ts';
import { jsonArgument } from '../../src/cli/json-argument.ts';

const thrown = (work: () => unknown): Failure => {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was taken');
};

describe('a name in a path', () => {
  it.each([
    ['Ship Order', 'Ship%20Order'],
    ['a/b?c#d', 'a%2Fb%3Fc%23d'],
    ['50%', '50%25'],
    ['caf\u00e9', 'caf%C3%A9'],
    ['...', '...'],
  ])('%s is encoded', (name, encoded) => expect(pathPart('step', name)).toBe(encoded));

  it.each(['', '.', '..', '%2e', '%2E%2E', '.%2e', 'half\ud83d'])('%j is refused as wrong usage', (name) => {
    expect(thrown(() => pathPart('step', name))).toMatchObject({ exitCode: 2 });
    expect(thrown(() => taskPath(name)).message).toContain('is no name of a task');
  });
});

describe('JSON given to a command', () => {
  it.each([
    ['{"orderId":9007199254740993}', '  /orderId: 9007199254740993 is no number that JSON can keep'],
    ['{"x":[1e400]}', '  /x/0: 1e400 is no number that JSON can keep'],
    ['{"amount":1,"amount":100}', '  /amount: the key "amount" is given twice'],
  ])('is refused where it would be changed: %s', (text, note) => {
    const failure = thrown(() => jsonArgument('--payload', text));
    expect(failure).toMatchObject({ exitCode: 2, notes: [expect.stringContaining(note)] });
  });

  it('is taken as it is otherwise', () => {
    expect(jsonArgument('--payload', '{"a":1.50}')).toEqual({ a: 1.5 });
    expect(thrown(() => jsonArgument('--payload', '{"a"')).message).toContain('--payload is not JSON');
  });
});
