// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** `troupe run` of workflows that wait: for the clock it does, for people and signals it does not begin. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../src/cli/output.ts';
import { frame } from '../../src/cli/run/frame.ts';
import { Progress } from '../../src/cli/run/progress.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { request, startTroupe, stepFact, temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { runTroupe, startTroupeCommand } from './process.ts';

const NAP = `name: nap
version: 1.0.0
steps:
  - name: rest
    sleep: "\${payload.seconds}"
  - name: more
    depends_on: rest
    sleep: 10ms
`;

const ASK = `name: ask
namespace: shop
version: 1.0.0
steps:
  - name: paid
    wait_for: { signal: payment, within: 1h }
  - name: manager
    wait_for: { approval: "Ship \${payload.id}?", within: 1s, on_timeout: approve }
`;

function folderWith(name: string, text: string): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), text);
  return cwd;
}

describe('troupe run', () => {
  it('waits for the clock', async () => {
    const cwd = folderWith('nap.yaml', NAP);
    const { code, stdout, stderr } = await runTroupe(['run', 'nap.yaml', '--input', '{"seconds":0.05}'], {
      cwd,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^complete\n/);
    expect(stderr).toMatch(/step:rest {2}waiting .*sleep {2}until \S+Z$/m);
  });

  it('goes on with a sleep in which it was interrupted', async () => {
    const cwd = folderWith('nap.yaml', NAP);
    const args = ['run', 'nap.yaml', '--db', 'nap.db'];
    const first = startTroupeCommand([...args, '--input', '[{"seconds":3600},{"seconds":0.01}]'], { cwd });
    await first.shows(/2 {2}\S+ {2}task {2}complete/);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(1);
    expect(first.stderr()).toContain('Interrupted: 1 of 2 tasks had ended.');
    const again = startTroupeCommand(args, { cwd });
    await again.shows('Going on with 1 unfinished of 2 tasks of nap');
    again.child.kill('SIGKILL');
    await again.exit;
  });

  it('begins nothing that waits for signals or people, and says how they are ended', async () => {
    const cwd = folderWith('ask.yaml', ASK);
    const args = ['run', 'ask.yaml', '--db', 'ask.db', '--input', '{"id":"7"}'];
    const { code, stdout, stderr } = await runInProcess(args, { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('step "paid" waits for the signal payment\n');
    expect(stderr).toContain('step "manager" waits for a person\'s answer: Ship ${payload.id}?\n');
    expect(stderr).toContain('start "troupe dev", and "troupe submit shop/ask"');
    expect(stderr).toContain('troupe tasks signal ID NAME');
    expect(stderr).toContain('troupe tasks complete ID STEP');
    expect(existsSync(join(cwd, 'ask.db'))).toBe(false);
  });
});

it('the picture of a run counts what sleeps, and says when it goes on', async () => {
  const clock = new ManualClock();
  const nap = defineWorkflow({ name: 'nap', steps: { rest: { sleep: '40s' } } });
  const troupe = await startTroupe({ clock, workflows: [nap] });
  const ids: string[] = [];
  for (const _ of [1, 2, 3]) ids.push((await troupe.submit(request('nap'))).taskId);
  for (const id of ids) await stepFact(troupe, id, 'rest', 'waiting');
  clock.advance(10_000);
  const progress = new Progress(['rest']);
  progress.add(ids.map((id) => troupe.getTask(null, id)));
  const draw = (rows: number): string =>
    frame(progress, (id) => troupe.getTask(null, id), {
      rows,
      nowMs: clock.now(),
      colors: colorsFor({ isTTY: false }, {}),
    });
  expect(draw(40)).toMatch(/^1 +rest +waiting +10 s +in 30 s$/m);
  expect(draw(5)).toMatch(/^rest +· +· +· +3 +· +· +·$/m);
  expect(draw(40)).toMatch(/0 of 3 tasks ended in .*: 3 waiting$/);
  const wide = new Progress(['rest', 'a', 'b']);
  wide.add(ids.map((id) => troupe.getTask(null, id)));
  const lines = frame(wide, (id) => troupe.getTask(null, id), {
    rows: 8,
    nowMs: clock.now(),
    colors: colorsFor({ isTTY: false }, {}),
  });
  expect(lines).toMatch(/^1 +waiting +0\/1 +10 s +rest waits, goes on in 30 s$/m);
});
