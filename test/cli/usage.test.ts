import { describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';
import { runTroupe } from './process.ts';

describe('wrong usage', () => {
  it.each([
    [['submit', 'X', '--priority', 'high']],
    [['submit', 'X', '--payload', '{']],
    [['submit', 'X', '--payload', '@/no/such/file']],
    [['submit', 'X', '--no-such-option']],
    [['submit']],
    [['tasks', 'complete', 'id']],
    [['tasks', 'extend', 'id', 'step']],
    [['tasks', 'signal', 'id', 'paid', '--data', '{']],
    [['signal', 'paid']],
    [['signal', 'paid', '--key', 'k', '--keep', 'soon']],
    [['approvals', '--limit', '0']],
    [['tasks', 'list', '--url', 'not a url']],
    [['no-such-command']],
  ])('%j exits 2 and says why on stderr', async (args) => {
    const { code, stdout, stderr } = await runInProcess(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  it('ends the process in the same way', async () => {
    const args = ['submit', 'X', '--priority', 'high'];
    const inProcess = await runInProcess(args);
    expect(inProcess.code).toBe(2);
    expect(await runTroupe(args)).toEqual(inProcess);
  });
});

describe('help', () => {
  it.each(['dev', 'serve', 'submit', 'tasks', 'tasks show', 'tasks complete'])(
    'of %s is on stdout, exit 0',
    async (command) => {
      const { code, stdout, stderr } = await runInProcess([...command.split(' '), '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: troupe ${command}`);
      expect(stderr).toBe('');
    },
  );
});
