/** The key `when` of a step: what it says, and that what cannot be decided is refused where it stands. */

import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import type { Condition, WorkflowDefinition } from '../../src/workflow/definition.ts';
import { loadWorkflow, parseWorkflowFile } from '../../src/workflow/file.ts';
import type { FileFormat } from '../../src/workflow/file-format.ts';
import { conditionOfWhen } from '../../src/workflow/when.ts';
import { step, workflow } from '../support.ts';

const OPTIONS = { environment: null, variables: {} };
const read = (text: string, dependsOn: readonly string[] | null = null) => conditionOfWhen(text, dependsOn);
const is = (name: string | null, ...path: string[]): Condition => ({ op: 'is', value: { step: name, path } });

const load = (text: string, format: FileFormat = 'yaml'): WorkflowDefinition =>
  loadWorkflow(text, format, OPTIONS);
const told = (text: string): string[] =>
  parseWorkflowFile(text, 'yaml', OPTIONS).faults.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
const refused = (define: () => unknown): unknown => {
  try {
    return define();
  } catch (error) {
    return (error as Refusal).faults.map(({ pointer, message }) => `${pointer} ${message}`);
  }
};

describe('a condition in words', () => {
  it.each<[string, Condition]>([
    ['payload.gift', is(null, 'gift')],
    ['steps.check.output', is('check')],
    ['steps.check.output.items[0].ok', is('check', 'items', '0', 'ok')],
    [`steps["Check Stock"].output['a b']`, is('Check Stock', 'a b')],
    [
      'payload["x == y"] or (not payload.z)',
      { op: 'or', of: [is(null, 'x == y'), { op: 'not', of: is(null, 'z') }] },
    ],
    ['(payload.a)and!payload.b', { op: 'and', of: [is(null, 'a'), { op: 'not', of: is(null, 'b') }] }],
    ['payload.a==3', { op: 'equals', value: { step: null, path: ['a'] }, to: 3 }],
    [
      'payload.a != "payload.b"',
      { op: 'not', of: { op: 'equals', value: { step: null, path: ['a'] }, to: 'payload.b' } },
    ],
  ])('reads %s', (text, condition) => {
    expect(read(text)).toEqual({ condition });
  });

  it.each([
    ['', 'the condition ends where a name should be'],
    ['payload', 'the payload is always there'],
    ['steps', '"steps" is no value'],
    ['steps.check', '"steps.check" is no value; write payload.x, steps.name.output.x'],
    ['steps.check.result.x', '"steps.check.result.x" is no value'],
    ['payload.a == payload.b', 'payload.b cannot be compared with'],
    ['payload.a > 3', 'expected and, or, == or != where ">" is'],
    ['payload.a == 9007199254740993', 'is no number that JSON can keep'],
    ['payload["a', 'a quote is not closed before the end'],
    ['"a" == b', 'expected the name of a value'],
  ])('refuses %j', (text, why) => {
    expect(read(text)).toEqual({ fault: expect.stringContaining(why) });
  });

  it('takes a bare name for a value of the only step before it, and refuses it where there are none or several', () => {
    expect(read('size == large', ['check'])).toEqual({
      condition: { op: 'equals', value: { step: 'check', path: ['size'] }, to: 'large' },
    });
    expect(read('size', [])).toEqual({ fault: expect.stringContaining('the step depends on no other') });
    expect(read('size', ['a', 'b'])).toEqual({ fault: expect.stringContaining('depends on 2 others') });
  });
});

const BRANCHES = `
name: order
version: 1.0.0
steps:
  - name: check
  - { name: pack, depends_on: check }
  - name: ship
    depends_on: pack
    when: steps.check.output.size == large and not payload.pickup
  - { name: wrap, depends_on: pack, when: gift }
`;

describe('the key when', () => {
  it('is the same in YAML, JSON and TypeScript, and in the form that definitions keep', () => {
    const { definition } = defineWorkflow({
      name: 'order',
      version: '1.0.0',
      steps: {
        check: {},
        pack: { dependsOn: ['check'] },
        ship: { dependsOn: ['pack'], when: 'steps.check.output.size == large and not payload.pickup' },
        wrap: { dependsOn: ['pack'], when: { op: 'is', value: { step: 'pack', path: ['gift'] } } },
      },
    });
    expect(compileWorkflow(definition).hash).toBe(compileWorkflow(load(BRANCHES)).hash);
    const json = {
      name: 'order',
      version: '1.0.0',
      steps: [
        { name: 'check' },
        { name: 'pack', depends_on: 'check' },
        { name: 'ship', depends_on: 'pack', when: definition.steps[2]?.condition },
        { name: 'wrap', depends_on: 'pack', when: 'gift' },
      ],
    };
    expect(load(JSON.stringify(json))).toEqual(definition);
  });

  it('is what a branch of a runbook is, where the step that is asked always runs', () => {
    const runbook = load(
      '# order\n## Check @default\nform → size, other\nIf size == large → Ship\n## Ship @default\n',
      'markdown',
    );
    const yaml = load(
      'name: order\nsteps:\n  - name: Check\n  - { name: Ship, depends_on: Check, when: size == large }\n',
    );
    expect(yaml.steps[1]?.condition).toEqual(runbook.steps[1]?.condition);
  });

  it('finds a step whose name is spelled in the other Unicode form', () => {
    const { steps } = load(
      'name: o\nsteps:\n  - name: "caf\u00e9"\n  - { name: b, depends_on: "caf\u00e9", when: "steps[\\"cafe\\u0301\\"].output.ok" }\n',
    );
    expect(steps[1]?.condition).toEqual(is('caf\u00e9', 'ok'));
  });

  it('is refused where it stands if it cannot be read, or asks what nobody can know then', () => {
    const text = (when: string): string =>
      `name: o\nsteps:\n  - name: a\n  - name: b\n  - name: c\n    depends_on: a\n    when: ${when}\n  - { name: d, depends_on: c }\n  - { name: e, on_failure: true }\n`;
    expect(told(text('steps.b.output.x'))).toEqual([
      '7:11 c asks about b, which need not have ended by then: let it depend on b, or on a step after it',
    ]);
    expect(told(text('steps.d.output.x'))).toEqual([
      expect.stringContaining('7:11 c asks about d, which need not'),
    ]);
    expect(told(text('steps.c.output.x'))).toEqual([
      expect.stringContaining('7:11 c asks about c, which need not'),
    ]);
    expect(told(text('steps.e.output.x'))).toEqual([
      expect.stringContaining('7:11 c asks about e, which need not'),
    ]);
    expect(told(text('steps.z.output.x'))).toEqual(['7:11 c asks about z, which is no step']);
    expect(told(text('steps.a.result'))).toEqual([
      expect.stringMatching(/^7:11 cannot be read: "steps.a.result" is no value/),
    ]);
    expect(told(text('yes it is'))).toEqual([
      expect.stringMatching(/^7:11 cannot be read: expected and, or/),
    ]);
    expect(told(text('3'))).toEqual(['7:11 must be a condition, such as: payload.kind == gift']);
    expect(told(text('!ok'))[0]).toMatch(/^7:11 .*in quotes if it begins with a !/);
    expect(told(text('{ op: is, value: { step: a, pth: [] } }'))).toEqual([
      expect.stringMatching(/^7:\d+ .*path/),
      expect.stringMatching(/^7:\d+ unknown field "pth"; did you mean "path"\?/),
    ]);
    expect(told(text('ok').replace('depends_on: a', 'depends_on: [a, b]'))).toEqual([
      expect.stringContaining('7:11 "ok" says not where it comes from'),
    ]);
    expect(
      told('name: o\nsteps:\n  - name: a\n  - name: e\n    on_failure: true\n    when: payload.x\n'),
    ).toEqual(['6:11 a step that runs on failure is chosen by that alone']);
  });

  it('is refused in TypeScript as in a file', () => {
    const define = (more: object): unknown =>
      refused(() =>
        defineWorkflow({ name: 'o', steps: { a: {}, b: { dependsOn: ['a'], ...more } } } as never),
      );
    expect(define({ when: 'steps.a' })).toEqual([expect.stringMatching(/^\/steps\/b\/when cannot be read/)]);
    expect(define({ when: 'ok', dependsOn: [] })).toEqual([
      expect.stringMatching(/^\/steps\/b\/when "ok" says not where/),
    ]);
    expect(define({ when: () => true })).toEqual([
      expect.stringMatching(/^\/steps\/b\/when must be a condition/),
    ]);
    expect(define({ when: { op: 'is', value: { step: 'c', path: [] } } })).toEqual([
      '/steps/1/when b asks about c, which is no step',
    ]);
  });

  it('may ask any of thousands of steps before it', () => {
    const count = 5_000;
    const steps = Array.from({ length: count }, (_, at) =>
      step(
        `s${at}`,
        at === 0 ? [] : [`s${at - 1}`],
        at < 2 ? {} : { condition: is(`s${(at * 7) % (at - 1)}`, 'x') },
      ),
    );
    expect(compileWorkflow(workflow('long', steps)).isConditional).toBe(true);
  });
});
