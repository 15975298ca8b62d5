import { describe, expect, it } from 'vitest';
import { runTroupe } from './process.ts';

describe('wrong usage', () => {
  it.each([
    [['submit', 'X', '--priority', 'high']],
    [['submit', 'X', '--payload', '{']],
    [['submit', 'X', '--payload', '@/no/such/file']],
    [['submit', 'X', '--no-such-option']],
    [['submit']],
    [['tasks', 'complete', 'id', 'step']],
    [['tasks', 'list', '--url', 'not a url']],
    [['no-such-command']],
  ])('%j exits 2 and says why on stderr', async (args) => {
    const { code, stdout, stderr } = await runTroupe(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });
});

describe('help', () => {
  it.each(['dev', 'serve', 'submit', 'tasks', 'tasks show', 'tasks complete'])(
    'of %s is on stdout, exit 0',
    async (command) => {
      const { code, stdout, stderr } = await runTroupe([...command.split(' '), '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: troupe ${command}`);
      expect(stderr).toBe('');
    },
  );
});
