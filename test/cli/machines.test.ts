import { expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';
import { runTroupe } from './process.ts';

test('troupe machines lists the statecharts, and prints one in each language', async () => {
  expect((await runTroupe(['machines'])).stdout).toBe('step\nwait\ntask\n');
  expect(JSON.parse((await runInProcess(['machines', '--json'])).stdout)).toEqual({
    machines: ['step', 'wait', 'task'],
  });
  const beginnings = {
    text: 'step\n  pending (first)\n',
    mermaid: 'stateDiagram-v2',
    dot: 'digraph step',
    svg: '<svg ',
    json: '{',
  };
  for (const [format, beginning] of Object.entries(beginnings)) {
    const { code, stdout } = await runInProcess(['machines', 'step', '--format', format]);
    expect(code).toBe(0);
    expect(stdout.startsWith(beginning), format).toBe(true);
  }
});

test('troupe machines says which there are, and what goes together', async () => {
  for (const args of [
    ['nothing'],
    ['nothing', '--format', 'svg'],
    ['--format', 'svg'],
    ['step', '--json', '--format', 'dot'],
  ]) {
    const { code, stdout, stderr } = await runInProcess(['machines', ...args]);
    expect(code, args.join(' ')).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/step, wait, task|differ/);
  }
});
