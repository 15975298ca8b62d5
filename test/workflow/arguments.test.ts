// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

/** The arguments of a step: what is refused when it is written, and what is made of it when an attempt begins. */

import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { type Arguments, fillArguments } from '../../src/workflow/arguments.ts';
import { workflow as build } from '../../src/workflow/builder.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { LIMITS, type StepDefinition } from '../../src/workflow/definition.ts';
import { loadWorkflow, parseWorkflowFile } from '../../src/workflow/file.ts';
import { parseWorkflowJson } from '../../src/workflow/from-json.ts';
import { step, workflow } from '../support.ts';

const OPTIONS = { environment: null, variables: { TOKEN: 'hunter2' } };
const told = (make: () => unknown): unknown => {
  try {
    make();
  } catch (error) {
    return (error as Refusal).faults.map(({ pointer, message }) => `${pointer} ${message}`);
  }
  return [];
};

describe('arguments that are written', () => {
  const toldOf = (...steps: StepDefinition[]): unknown => told(() => compileWorkflow(workflow('w', steps)));
  const refers = (of: string, dependsOn: string[], more: Partial<StepDefinition> = {}) =>
    step('c', dependsOn, { with: { to: [`\${steps.${of}.output.id}`] }, ...more });

  it('refer to any step before this one, whose outputs its jobs are made of', () => {
    const steps = [step('first'), step('next', ['first']), refers('first', ['next'])];
    expect(compileWorkflow(workflow('w', steps)).inputs).toEqual([[], [0], [1, 0]]);
  });

  it('refer to no step beside it, to itself or to none, and a failure handler to its failures alone', () => {
    const way = '; let this one depend on it, or on a step after it (depends_on)';
    const place = (of: string) =>
      `/steps/1/with/to/0 \${steps.${of}.output.id}: "${of}" is not before this step`;
    expect(toldOf(step('beside'), refers('beside', []))).toEqual([place('beside') + way]);
    expect(toldOf(step('receipt'), refers('c', ['receipt']))).toEqual([place('c') + way]);
    expect(toldOf(step('pay'), refers('pya', ['pay']))).toEqual([
      `${place('pya')}: there is no such step; did you mean "pay"?`,
    ]);
    expect(toldOf(step('a'), refers('failed', [], { failuresAs: 'failed' }))).toEqual([]);
    expect(toldOf(step('a'), refers('a', [], { failuresAs: 'failed' }))).toEqual([
      `${place('a')}: it handles failures, and may refer to "failed" alone`,
    ]);
  });

  it('are refused with the place of what is no reference, in keys too, and of a variable', () => {
    const wrong = { a: { b: '${payloads.x}' }, '${nope}': 1, key: ['x ${ENV:TOKEN}'], fine: '$${ENV:TOKEN}' };
    expect(toldOf(step('a', [], { with: wrong }))).toEqual([
      expect.stringMatching(/^\/steps\/0\/with\/a\/b \$\{payloads\.x\} is no reference; write/),
      expect.stringMatching(/^\/steps\/0\/with\/\$\{nope\} \$\{nope\} is no reference/),
      '/steps/0/with/key/0 ${ENV:TOKEN} is not filled in here, for what stands here is shown, and sent to workers: let the handler read process.env',
    ]);
  });
});

describe('in a file, arguments are refused with line and column', () => {
  const faultsOf = (text: string, format: 'yaml' | 'markdown' = 'yaml', options: object = OPTIONS) =>
    parseWorkflowFile(text, format, { ...OPTIONS, ...options }).faults.map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );
  const yaml = (...keys: string[]) =>
    `name: w\nsteps:\n  - name: a\n  - name: b\n${keys.map((key) => `    ${key}\n`).join('')}`;

  it('a reference to a step that is not before', () => {
    expect(faultsOf(yaml('with:', '  to: "${steps.a.output.id}"'))).toEqual([
      expect.stringMatching(
        /^6:11 \$\{steps\.a\.output\.id\}: "a" is not before this step; let this one depend/,
      ),
    ]);
    const block = '# W\n\n## A @x\n\n## B @x\n\n~~~step\nwith:\n  to: "${steps.A.output}"\n~~~\n';
    expect(faultsOf(block, 'markdown')).toEqual([
      expect.stringMatching(/^9:7 \$\{steps\.A\.output\}: "A" is not before this step/),
    ]);
  });

  it.each([
    ['here', OPTIONS.variables],
    ['elsewhere', null],
  ])('a variable, though there is one of that name %s', (_where, variables) => {
    expect(faultsOf(yaml('with: { token: "${ENV:TOKEN}" }'), 'yaml', { variables })).toEqual([
      expect.stringMatching(/^5:20 \$\{ENV:TOKEN\} is not filled in here/),
    ]);
    expect(faultsOf(yaml('agent: "${ENV:TOKEN}"'), 'yaml')).toEqual([]);
  });

  it('what is no object, and what stands beside a call', () => {
    expect(faultsOf(yaml('with: [1]'))).toEqual(['5:11 must be a JSON object']);
    expect(faultsOf(yaml('with: { a: 1 }', 'http: { url: "https://a.example" }'))).toEqual([
      '5:11 gives a handler its arguments: an HTTP call says them in its url, headers and body',
    ]);
    expect(faultsOf(yaml(`with: { a: "${'x'.repeat(LIMITS.argumentBytes)}" }`))).toEqual([
      '5:11 must be at most 256 KiB of JSON; it is 257 KiB',
    ]);
  });

  it('and an environment changes those that it names', () => {
    const text = `${yaml('with: { to: depot, lines: { most: 3 } }')}environments:\n  test: { steps: [{ name: b, with: { to: nobody } }] }\n`;
    const withOf = (environment: string | null) =>
      loadWorkflow(text, 'yaml', { environment, variables: {} }).steps[1]?.with;
    expect(withOf(null)).toEqual({ to: 'depot', lines: { most: 3 } });
    expect(withOf('test')).toEqual({ to: 'nobody', lines: { most: 3 } });
  });
});

it.each<[string, (given: Arguments) => unknown]>([
  ['TypeScript', (given) => defineWorkflow({ name: 'w', steps: { a: { with: given } } })],
  ['the builder', (given) => build('w').step('a', { with: given }, () => 1).definition],
])('%s refuses arguments that JSON would change, with their place', (_, make) => {
  const says = ['/steps/a/with must hold JSON alone: texts, numbers, true, false, null, lists and objects'];
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const value of [new Date(0), Number.NaN, undefined, 1n, new Map(), () => 1])
    expect(
      told(() => make({ deep: [value] })),
      String(value),
    ).toEqual(says);
  expect(told(() => make(circle))).toEqual(['/steps/a/with must be nested at most 64 deep']);
  expect(told(() => make({ deep: [null, 1.5, true, 'x', { y: [] }] }))).toEqual([]);
});

it('JSON refuses them with their pointer', () => {
  const body = (given: unknown) => ({ name: 'w', steps: [{ name: 'a', with: given }] });
  expect(told(() => parseWorkflowJson(body('x')))).toEqual(['/steps/0/with must be a JSON object']);
  expect(told(() => parseWorkflowJson(body({ a: '${steps.b.output}' })))).toEqual([
    expect.stringMatching(/^\/steps\/0\/with\/a .*"b" is not before this step: there is no such step/),
  ]);
});

describe('arguments that are filled in', () => {
  const scope = {
    payload: { n: 7, lines: [{ sku: 'A' }], none: null },
    dependencies: { pay: { id: 'p1' }, 'a b': null },
  };
  const filled = (written: Arguments) => fillArguments(written, scope);

  it('keep their types where a text is one reference, at any depth, and are texts elsewhere', () => {
    const written = {
      ...{
        one: '${payload.n}',
        all: ['${payload.lines}', { id: '${steps.pay.output.id}' }],
        none: '${payload.none}',
      },
      ...{
        text: 'order ${payload.n} of ${payload.lines}',
        plain: '$${payload.n}',
        skipped: '${steps["a b"].output}',
      },
      ...{ '${payload.n}': true, number: 1.5, nothing: null },
    };
    expect(filled(written)).toEqual({
      filled: {
        ...{ one: 7, all: [[{ sku: 'A' }], { id: 'p1' }], none: null },
        ...{ text: 'order 7 of [{"sku":"A"}]', plain: '${payload.n}', skipped: null },
        ...{ '7': true, number: 1.5, nothing: null },
      },
    });
    expect(JSON.stringify(filled(JSON.parse('{"__proto__":{"a":"${payload.n}"}}')))).toBe(
      '{"filled":{"__proto__":{"a":7}}}',
    );
  });

  it('are told what is missing, all of it at once', () => {
    expect(filled({ a: '${payload.m.x}', b: ['x${payload.none}'] })).toEqual({
      fault: {
        code: 'TEMPLATE_MISSING',
        message:
          'with: ${payload.m.x} has no value: there is no payload.m; with: ${payload.none} is null, which cannot be part of a text',
      },
    });
  });

  it('have a bound, which is told with their size', () => {
    const text = (bytes: number) => 'é'.repeat(bytes / 2);
    const sized = (bytes: number, written: Arguments) =>
      fillArguments(written, { payload: { text: text(bytes) }, dependencies: {} });
    expect(sized(LIMITS.argumentBytes - 8, { a: '${payload.text}' })).toMatchObject({
      filled: { a: expect.any(String) },
    });
    expect(sized(LIMITS.argumentBytes - 6, { a: '${payload.text}' })).toEqual({
      fault: {
        code: 'ARGUMENTS_TOO_LARGE',
        message: expect.stringMatching(
          /^with: the arguments are 262146 bytes of JSON; at most 262144 are given/,
        ),
      },
    });
  });

  it.each([
    ['whole', '${payload.text}'],
    ['in texts', 'x ${payload.text}'],
  ])('are not made when a short text asks for gigabytes, %s', (_, reference) => {
    const payload = { text: 'x'.repeat(200 * 1024) };
    const many = Array.from({ length: 10_000 }, () => reference);
    expect(fillArguments({ many }, { payload, dependencies: {} })).toMatchObject({
      fault: {
        code: 'ARGUMENTS_TOO_LARGE',
        message: expect.stringMatching(/at least 4096\d\d bytes.* 262144 /),
      },
    });
  });
});
