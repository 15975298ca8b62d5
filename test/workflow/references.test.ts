// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates as workflows write them.

/** An HTTP call refers to outputs of steps before it, directly or further up, in each form of a workflow. */

import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import { loadWorkflow, parseWorkflowFile } from '../../src/workflow/file.ts';
import { parseWorkflowJson } from '../../src/workflow/from-json.ts';
import { step, workflow } from '../support.ts';

const OPTIONS = { environment: null, variables: {} };
const url = (of: string): string => `https://a.example/\${steps[${JSON.stringify(of)}].output.id}`;
const calls = (name: string, dependsOn: string[], of: string, more: Partial<StepDefinition> = {}) =>
  step(name, dependsOn, {
    handler: 'troupe.http',
    http: { method: 'GET', url: url(of), headers: {}, body: null },
    ...more,
  });

const told = (make: () => unknown): unknown => {
  try {
    make();
  } catch (error) {
    return (error as Refusal).faults.map(({ pointer, message }) => `${pointer} ${message}`);
  }
  return [];
};
const toldOf = (...steps: StepDefinition[]): unknown => told(() => compileWorkflow(workflow('w', steps)));

describe('an HTTP call', () => {
  it('refers to any step before it, and its jobs get the output of that one too', () => {
    const steps = [
      step('first'),
      step('a', ['first']),
      step('b', ['first']),
      calls('c', ['a', 'b'], 'first'),
    ];
    const { dependencies, inputs } = compileWorkflow(workflow('w', steps));
    expect(dependencies.at(-1)).toEqual([1, 2]);
    expect(inputs).toEqual([[], [0], [0], [1, 2, 0]]);
  });

  it('does not refer to a step beside it or after it, to itself or to none: the name that was meant is told', () => {
    const said = (of: string) =>
      toldOf(step('payment'), step('paymint'), calls('c', ['payment'], of), step('late', ['c']));
    const source = (of: string) =>
      `/steps/2/http/url \${steps["${of}"].output.id}: "${of}" is not before this step`;
    const way = '; let this one depend on it, or on a step after it (depends_on)';
    expect(said('payment')).toEqual([]);
    expect(said('paymint')).toEqual([`${source('paymint')}${way}; did you mean "payment"?`]);
    expect(said('late')).toEqual([source('late') + way]);
    expect(said('c')).toEqual([source('c') + way]);
    expect(said('paymnt')).toEqual([`${source('paymnt')}: there is no such step; did you mean "payment"?`]);
  });

  it('that handles failures refers to these alone', () => {
    const said = (of: string) => toldOf(step('a'), calls('c', [], of, { failuresAs: 'failed' }));
    expect(said('failed')).toEqual([]);
    expect(said('a')).toEqual([expect.stringMatching(/handles failures, and may refer to "failed" alone$/)]);
    expect(said('faild')).toEqual([expect.stringMatching(/no such step; did you mean "failed"\?$/)]);
  });

  it('beside a circle is checked, and one after it is not', () => {
    const circle = [step('x', ['y']), step('y', ['x'])];
    expect(toldOf(...circle, calls('c', [], 'x'), calls('d', ['y'], 'c'))).toEqual([
      expect.stringMatching(/^\/steps\/2\/http\/url .*"x" is not before/),
    ]);
  });

  it('is checked in a graph as large as they may be', () => {
    const steps = Array.from({ length: 10_000 }, (_, at) =>
      calls(`s${at}`, at === 0 ? [] : [`s${at - 1}`], `s${Math.max(0, at - 2)}`),
    );
    expect(toldOf(...steps.slice(0, 1))).toHaveLength(1);
    expect(toldOf(step('s0'), ...steps.slice(1))).toEqual([]);
  });
});

const far = (of: string) => ({
  name: 'W',
  steps: [
    { name: 'First', handler: 'First' },
    { name: 'Next', handler: 'Next', depends_on: 'First' },
    { name: 'Call', depends_on: 'Next', http: { url: url(of) } },
  ],
});
const typescript = (of: string) =>
  defineWorkflow({
    name: 'W',
    steps: {
      First: {},
      Next: { dependsOn: ['First'] },
      Call: { dependsOn: ['Next'], http: { url: url(of) } },
    },
  }).definition;
const runbook = (of: string): string =>
  `# W\n\n## First @default\n\n~~~step\nhandler: First\n~~~\n\n## Next @default\n\n~~~step\ndepends_on: First\n~~~\n\n## Call @default\n\n~~~step\ndepends_on: Next\nhttp:\n  url: '${url(of)}'\n~~~\n`;

it.each<[string, (of: string) => unknown]>([
  ['TypeScript', typescript],
  ['JSON', (of) => parseWorkflowJson(far(of))],
  ['YAML', (of) => loadWorkflow(JSON.stringify(far(of)), 'yaml', OPTIONS)],
  ['Markdown', (of) => loadWorkflow(runbook(of), 'markdown', OPTIONS)],
])('%s takes a reference further up, and refuses one that is not before the step', (_, load) => {
  expect(load('First')).toEqual(typescript('First'));
  expect(told(() => load('Frist'))).toEqual([
    expect.stringMatching(/"Frist" is not before this step: there is no such step; did you mean "First"\?$/),
  ]);
});

it('is told of beside all else that is wrong with a file, and not where a variable leaves names open', () => {
  const faults = (more: string) =>
    parseWorkflowFile(
      `name: w\nsteps:\n  - { name: a, tiemout: 3 }\n  - { name: b, http: { url: '${url('a')}' } }\n${more}`,
      'yaml',
      OPTIONS,
    ).faults.map(({ line, message }) => `${line} ${message}`);
  expect(faults('')).toEqual([
    '3 unknown field "tiemout"; did you mean "timeout"?',
    expect.stringMatching(/^4 .*"a" is not before this step/),
  ]);
  expect(faults('  - name: ${ENV:NONE}\n')).toEqual([
    '3 unknown field "tiemout"; did you mean "timeout"?',
    expect.stringMatching(/^5 .*NONE/),
  ]);
});
