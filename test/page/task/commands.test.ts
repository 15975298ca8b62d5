import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asCli, asCurl, type Verb } from '../../../src/page/task/commands.ts';

const ORIGIN = 'http://127.0.0.1:7070';
const skip: Verb = { event: 'step.skip', taskId: 't1', step: 'a b/c', reason: "it's gone", output: { x: 1 } };

/** The words a POSIX shell makes of a command. */
function words(command: string): string[] {
  const script = `set -- ${command}; for word do printf '%s\\0' "$word"; done`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

it('a verb reads the same as curl and on the command line', () => {
  expect(words(asCurl(skip, ORIGIN, false))).toEqual([
    ...['curl', '-X', 'POST', `${ORIGIN}/tasks/t1/steps/a%20b%2Fc/skip`],
    ...['-H', 'Content-Type: application/json', '-d', '{"reason":"it\'s gone","output":{"x":1}}'],
  ]);
  expect(words(asCli(skip, ORIGIN))).toEqual([
    ...[
      'troupe',
      'tasks',
      'skip',
      't1',
      'a b/c',
      '--reason',
      "it's gone",
      '--output',
      '{"x":1}',
      '--url',
      ORIGIN,
    ],
  ]);
});

it('a copied command holds no key', () => {
  expect(asCurl({ ...skip, step: null }, ORIGIN, true)).toContain('Bearer $TROUPE_API_KEY');
});

it('no reason breaks out of its word', () => {
  const reason = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(reason, (text) => {
      const cli = words(asCli({ event: 'task.cancel', taskId: 't1', step: null, reason: text }, ORIGIN));
      expect(cli).toEqual(['troupe', 'tasks', 'cancel', 't1', '--reason', text, '--url', ORIGIN]);
    }),
    { numRuns: 40 },
  );
});
