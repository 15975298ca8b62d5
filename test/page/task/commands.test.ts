import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  asCli,
  asCurl,
  type Command,
  signalCommand,
  type Verb,
  verbCommand,
} from '../../../src/page/task/commands.ts';

const ORIGIN = 'http://127.0.0.1:7070';
const skip: Verb = { event: 'step.skip', taskId: 't1', step: 'a b/c', reason: "it's gone", output: { x: 1 } };

/** The words a POSIX shell makes of a command. */
function words(command: string): string[] {
  const script = `set -- ${command}; for word do printf '%s\\0' "$word"; done`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

it('a verb reads the same as curl and on the command line', () => {
  expect(words(asCurl(verbCommand(skip), ORIGIN, false))).toEqual([
    ...['curl', '-X', 'POST', `${ORIGIN}/tasks/t1/steps/a%20b%2Fc/skip`],
    ...['-H', 'Content-Type: application/json', '-d', '{"reason":"it\'s gone","output":{"x":1}}'],
  ]);
  expect(words(asCli(verbCommand(skip), ORIGIN))).toEqual([
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

it('the answers to a wait, another end of it and a signal read the same', () => {
  const asked = { taskId: 't1', step: 'ask', reason: 'no' };
  const behind = ['--url', ORIGIN];
  const cli = (command: Command) => words(asCli(command, ORIGIN));
  expect(cli(verbCommand({ ...asked, event: 'step.reject' }))).toEqual([
    ...['troupe', 'tasks', 'reject', 't1', 'ask', '--reason', 'no', ...behind],
  ]);
  const until = '2030-01-02T10:00:00.000Z';
  expect(cli(verbCommand({ ...asked, reason: '', event: 'step.extend', until }))).toEqual([
    ...['troupe', 'tasks', 'extend', 't1', 'ask', '--until', until, ...behind],
  ]);
  const signal = signalCommand('t1', 'paid/twice', { amount: 5 });
  expect(cli(signal)).toEqual([
    ...['troupe', 'tasks', 'signal', 't1', 'paid/twice', '--data', '{"amount":5}', ...behind],
  ]);
  expect(words(asCurl(signal, ORIGIN, false))).toEqual([
    ...['curl', '-X', 'POST', `${ORIGIN}/tasks/t1/signals/paid%2Ftwice`],
    ...['-H', 'Content-Type: application/json', '-d', '{"data":{"amount":5}}'],
  ]);
  expect(signalCommand('t1', 'go', undefined)).toMatchObject({ body: {}, words: ['signal', 't1', 'go'] });
});

it('a cancellation reads the same, whether it takes back what was done or leaves it', () => {
  const cancel = { event: 'task.cancel', taskId: 't1', step: null, reason: '' };
  expect(verbCommand({ ...cancel, compensate: true })).toMatchObject({
    body: { compensate: true },
    words: ['cancel', 't1', '--compensate'],
  });
  expect(verbCommand({ ...cancel, compensate: false })).toMatchObject({
    body: { compensate: false },
    words: ['cancel', 't1', '--no-compensate'],
  });
  expect(verbCommand(cancel)).toMatchObject({ body: {}, words: ['cancel', 't1'] });
});

it('a copied command holds no key', () => {
  expect(asCurl(verbCommand({ ...skip, step: null }), ORIGIN, true)).toContain('Bearer $TROUPE_API_KEY');
});

it('no reason breaks out of its word', () => {
  const reason = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(reason, (text) => {
      const cancel = verbCommand({ event: 'task.cancel', taskId: 't1', step: null, reason: text });
      const cli = words(asCli(cancel, ORIGIN));
      expect(cli).toEqual(['troupe', 'tasks', 'cancel', 't1', '--reason', text, '--url', ORIGIN]);
    }),
    { numRuns: 40 },
  );
});
