/** `troupe diagram` of files and of tasks, and what the drawing shows beside steps and arrows. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/api/listen.ts';
import { workflowDiagram } from '../../src/diagrams/workflow-diagram.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import type { Condition } from '../../src/workflow/definition.ts';
import { start } from '../api/server.ts';
import { step, temporaryFolder, workflow } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { runTroupe } from './process.ts';

const RUNBOOK = `# Refunds

## Check Claim @desk
claim → decision

- If decision == granted → Pay
- Otherwise → Refuse

## Pay @bank !
decision → receipt

## Refuse @desk
decision → letter

## Tell Somebody @desk ?
failed_claims → told
`;

function files() {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'refunds.md'), RUNBOOK);
  writeFileSync(join(cwd, 'broken.yaml'), 'name: w\nsteps:\n  - name: a\n    depends_on: b\n');
  return cwd;
}

describe('a workflow file', () => {
  it('is drawn as an SVG that stands alone', async () => {
    const { code, stdout } = await runTroupe(['diagram', 'refunds.md', '--format', 'svg'], { cwd: files() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<svg xmlns=/);
    for (const text of ['Check Claim', 'decision', 'critical', 'if a step failed'])
      expect(stdout).toContain(text);
  });

  it('is drawn in Mermaid: branches with what they ask, a failure handler on a node of its own', async () => {
    const { code, stdout } = await runInProcess(['diagram', 'refunds.md'], { cwd: files() });
    expect(code).toBe(0);
    expect(stdout).toBe(`graph TD
  s0["Check Claim"]
  s1["Pay #33;"]
  s2["Refuse"]
  s3["Tell Somebody #63;"]
  s0 -->|"decision #61;#61; granted"| s1
  s0 -->|"not #40;decision #61;#61; granted#41;"| s2
  failure(["if a step failed"])
  failure -.-> s3
`);
  });

  it('is told in words: each step in a row below all it waits for', async () => {
    const { stdout } = await runInProcess(['diagram', 'refunds.md', '--format', 'text'], { cwd: files() });
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['ROW', 'STEP', 'AFTER'],
      ['1', 'Check Claim'],
      ['2', 'Pay !', 'Check Claim'],
      ['2', 'Refuse', 'Check Claim'],
      ['3', 'Tell Somebody ?', 'if a step failed'],
      [''],
    ]);
  });

  it('is told with its compensations behind it, in the order in which they run', async () => {
    const cwd = files();
    const text = 'name: Trip\nsteps:\n  - name: fly\n    compensation: undo\n';
    writeFileSync(
      join(cwd, 'trip.yaml'),
      `${text}  - name: pay\n    depends_on: fly\n    compensation: undo\n`,
    );
    const { stdout } = await runInProcess(['diagram', 'trip.yaml', '--format', 'text'], { cwd });
    expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['ROW', 'STEP', 'AFTER'],
      ['1', 'fly'],
      ['2', 'pay', 'fly'],
      [''],
      ['Compensations take back what it has done:'],
      ['ROW', 'STEP', 'AFTER'],
      ['1', 'pay.compensation'],
      ['2', 'fly.compensation', 'pay.compensation'],
      [''],
    ]);
  });

  it('is drawn in DOT', async () => {
    const { stdout } = await runInProcess(['diagram', 'refunds.md', '--format', 'dot'], { cwd: files() });
    expect(stdout).toMatch(/^digraph "Refunds" \{/);
    expect(stdout).toContain('s0 -> s1 [label="decision == granted"];');
    expect(stdout).toContain('failure -> s3 [style=dashed];');
    for (const end of ['s1', 's2']) expect(stdout).toContain(`${end} -> failure [style=invis];`);
  });

  it('that is broken is told with its place', async () => {
    const { code, stdout, stderr } = await runInProcess(['diagram', 'broken.yaml'], { cwd: files() });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/broken\.yaml:4:/);
  });

  it.each([[['diagram', 'notes.txt']], [['diagram', 'refunds.md', '--format', 'png']], [['diagram']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await runInProcess(args, { cwd: files() })).code).toBe(2);
    },
  );
});

describe('a task', () => {
  it('is drawn with the states of its steps', async () => {
    const { app, post } = await start();
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 });
    onTestFinished(close);
    const { id } = (await (await post('/tasks', { name: 'echo' })).json()) as { id: string };
    const troupe = (...args: string[]) => runInProcess(args, { env: { TROUPE_URL: url } });
    await troupe('tasks', 'watch', id);
    const { code, stdout } = await troupe('diagram', id);
    expect(code).toBe(0);
    expect(stdout).toContain('s0["echo"]:::complete');
    const { stdout: words } = await troupe('diagram', id, '--format', 'text');
    expect(words).toMatch(/^1 +echo +complete$/m);
    expect((await troupe('diagram', 'nobody')).code).toBe(1);
  });
});

describe('a condition on an edge', () => {
  const is = (name: string): Condition => ({ op: 'is', value: { step: 'a', path: [name] } });
  const labelOf = (condition: Condition): string | undefined => {
    const compiled = compileWorkflow(workflow('w', [step('a'), step('b', ['a'], { condition })]));
    return /label="([^"]*)"\];\n}/.exec(workflowDiagram(compiled, 'dot'))?.[1];
  };

  it.each<[string, Condition]>([
    ['!paid', { op: 'not', of: is('paid') }],
    [
      'paid and (big or urgent)',
      { op: 'and', of: [is('paid'), { op: 'or', of: [is('big'), is('urgent')] }] },
    ],
    [
      'paid == 3',
      {
        op: 'or',
        of: [
          { op: 'equals', value: { step: 'a', path: ['paid'] }, to: 3 },
          {
            op: 'and',
            of: [
              { op: 'equals', value: { step: 'a', path: ['paid'] }, to: null },
              { op: 'equals', value: { step: null, path: ['paid'] }, to: 3 },
            ],
          },
        ],
      },
    ],
  ])('reads %s', (text, condition) => {
    expect(labelOf(condition)).toBe(text);
  });
});
