/** The block of keys of a step in a runbook: what YAML says of a step, with the place of every fault. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import { loadWorkflow, parseWorkflowFile } from '../../src/workflow/file.ts';
import { parseMarkdownWorkflow } from '../../src/workflow/markdown/parse.ts';

const VARIABLES = { PAY_URL: 'https://pay.example', LIMIT: '7' };
const parse = (text: string, variables: Record<string, string> | null = VARIABLES) =>
  parseMarkdownWorkflow(text, { variables });
const told = (text: string, variables: Record<string, string> | null = VARIABLES): string[] =>
  parse(text, variables).faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
const warned = (text: string): string[] =>
  parse(text).warnings.map(({ line, message }) => `${line} ${message}`);

function stepsOf(text: string): readonly StepDefinition[] {
  expect(told(text)).toEqual([]);
  return parse(text).definition?.steps ?? [];
}

const block = (...lines: string[]): string => ['```step', ...lines, '```', ''].join('\n');
/** Line 4 is the first of the block. */
const oneStep = (...lines: string[]): string => `# T\n## Pay @billing !\n${block(...lines)}`;

describe('the block of a step', () => {
  it('says what the same keys say in YAML, beside heading, flow and branches', () => {
    const [load, pay, , tell] = stepsOf(
      `# T\n## Load @default\nform → order\n## Pay @billing !\norder → receipt\n${block(
        'description: Takes the money.',
        'timeout: 20s',
        'start_timeout: 1h',
        'retry_limit: 5',
        'backoff: { strategy: fixed, base: 2s, jitter: none }',
        'isolation: process',
        'memory: 256MB',
      )}\nIf receipt → Thank\n## Thank #mail\n## Tell Support @support\n${block('on_failure: what', 'handler: mail')}`,
    );
    expect(load).toMatchObject({ inputs: [{ name: 'form' }], outputs: [{ name: 'order' }] });
    expect(pay).toEqual({
      ...{ name: 'Pay', handler: 'Pay', description: 'Takes the money.', dependsOn: ['Load'] },
      ...{ maxAttempts: 5, timeoutMs: 20_000, startTimeoutMs: 3_600_000 },
      backoff: { strategy: 'fixed', baseMs: 2_000, maxMs: 30_000, jitter: 'none' },
      ...{ critical: true, optional: false, agent: 'billing', channel: null },
      ...{ isolation: 'process', memoryMb: 256 },
      inputs: [{ name: 'order', type: null }],
      outputs: [{ name: 'receipt', type: null }],
    });
    expect(tell).toMatchObject({ handler: 'mail', failuresAs: 'what', agent: 'support', dependsOn: [] });
  });

  it('makes a step one HTTP call, whose variables are filled in when it is made', () => {
    const [call] = stepsOf(
      oneStep(
        'http:',
        '  url: "${ENV:PAY_URL}/charges/${payload.id}"',
        '  method: post',
        'retry_limit: ${ENV:LIMIT}',
      ),
    );
    expect(call).toMatchObject({
      handler: 'troupe.http',
      maxAttempts: 7,
      http: { method: 'POST', url: '${ENV:PAY_URL}/charges/${payload.id}' },
    });
  });

  it('puts the step after others, by their headings, and chooses it by what they made', () => {
    const steps = stepsOf(
      `# T\n## Check Stock @default\nform → stock\n## Pack It @default\nstock → box\n## Ship @default\n${block(
        'depends_on: [pack it]',
        'when: steps["check stock"].output.large and weight != 0',
      )}`,
    );
    expect(steps[2]?.dependsOn).toEqual(['Pack It']);
    expect(steps[2]?.condition).toEqual({
      op: 'and',
      of: [
        { op: 'is', value: { step: 'Check Stock', path: ['large'] } },
        { op: 'not', of: { op: 'equals', value: { step: 'Pack It', path: ['weight'] }, to: 0 } },
      ],
    });
  });

  it('is the step that the same keys are in YAML, where heading and block are all there is', () => {
    const keys = ['timeout: 3s', 'http: { url: "https://a.example" }', 'description: Asks.'];
    const yaml = `name: T\nsteps:\n  - name: Pay\n    agent: billing\n    critical: true\n    ${keys.join('\n    ')}\n`;
    expect(stepsOf(oneStep(...keys))).toEqual(
      loadWorkflow(yaml, 'yaml', { environment: null, variables: {} }).steps,
    );
  });

  it('may stand in a list, between other blocks, with any line breaks', () => {
    const text =
      '# T\n## Pay @billing\n- keys:\n  ```step\n  timeout: 3s\n  retry_limit: 2\n  ```\n```yaml\ntimeout: 9s\n```\n';
    for (const each of [text, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r'), `\uFEFF${text}`])
      expect(stepsOf(each)).toMatchObject([{ timeoutMs: 3_000, maxAttempts: 2 }]);
    const wrong = text.replace('retry_limit', 'retry_limt');
    for (const each of [
      wrong,
      wrong.replaceAll('\n', '\r\n'),
      wrong.replaceAll('\n', '\r'),
      `\uFEFF${wrong}`,
    ])
      expect(told(each)).toEqual(['6:3 unknown field "retry_limt"; did you mean "retry_limit"?']);
  });
});

describe('a block that is wrong', () => {
  test.each<[string, string[], (string | RegExp)[]]>([
    ['a key that no step has', ['tiemout: 3s'], ['4:1 unknown field "tiemout"; did you mean "timeout"?']],
    ['a value that is none', ['timeout: soon', 'retry_limit: 0'], [/^4:10 /, /^5:14 must be at least 1/]],
    [
      'a part of a value',
      ['http:', '  url: "https://a.example"', '  verb: GET'],
      [/^6:3 unknown field "verb"/],
    ],
    ['a name', ['name: Pay'], ['4:1 the heading is the name of the step: leave it out']],
    [
      'what the heading says',
      ['agent: a', 'critical: false'],
      [/^4:1 the heading says it too, with @billing/, /^5:1 .* with !/],
    ],
    ['marks against keys', ['optional: true'], ['4:11 a step cannot be critical and optional at once']],
    ['what contradicts itself', ['memory: 1GB'], [/^4:9 is of a process of its own/]],
    [
      'an HTTP call with a handler',
      ['http: { url: "https://a.example" }', 'handler: pay'],
      [/^5:10 a step with http/],
    ],
    [
      'a call to nowhere',
      ['http:', '  url: "http://${payload.host}/"'],
      [/^5:8 references may stand in the path/],
    ],
    [
      'an output that is not there',
      ['http:', '  url: "https://a.example/${steps.x.output.y}"'],
      [/^5:8 .*"x" is not before this step: there is no such step$/],
    ],
    ['a strategy by name', ['backoff: email'], [/^4:10 a runbook has no retry_strategies/]],
    [
      'a step that is none',
      ['depends_on: [Pya, Ship]'],
      [/^4:14 there is no step "Pya"; did you mean "Pay"/, /^4:19 there is no step "Ship"/],
    ],
    ['a circle', ['depends_on: Pay'], ['4:13 steps depend on each other in a circle: Pay → Pay']],
    ['a condition on nothing', ['when: paid'], [/^4:7 "paid" says not where it comes from/]],
    ['a condition on a stranger', ['when: steps.ship.output'], ['4:7 Pay asks about ship, which is no step']],
    ['broken YAML', ['timeout: [3s'], [/^\d:\d+ /]],
    [
      'a key given twice',
      ['timeout: 3s', 'timeout: 4s'],
      ['5:1 the key "timeout" is already given on line 4'],
    ],
    [
      'a variable that is not there',
      ['retry_limit: ${ENV:NONE}'],
      ['4:14 ${ENV:NONE}: the environment has no NONE'],
    ],
    ['a list', ['- timeout: 3s'], [/^3:1 holds keys of the step/]],
    ['nothing', [], [/^3:1 holds keys of the step/]],
  ])('is told of, in its place: %s', (_, lines, faults) => {
    const found = told(oneStep(...lines));
    expect(found).toHaveLength(faults.length);
    faults.forEach((fault, at) => {
      if (typeof fault === 'string') expect(found[at]).toBe(fault);
      else expect(found[at]).toMatch(fault);
    });
  });

  it('is refused variables that are not its own, as in YAML', () => {
    expect(told(oneStep('http: { url: "${ENV:PAY_URL}/" }'), null)).toEqual([
      expect.stringMatching(/^4:15 \$\{ENV:PAY_URL\}: only files on the server's own disk/),
    ]);
    const file = parseWorkflowFile(oneStep('retry_limit: ${ENV:LIMIT}'), 'markdown', {
      environment: null,
      variables: VARIABLES,
    });
    expect(file.definition?.steps[0]?.maxAttempts).toBe(7);
  });

  it('is refused where it belongs to no step, or is the second of one', () => {
    const keys = block('timeout: 3s');
    expect(told(`${keys}# T\n## Pay @a\n`)).toEqual([
      expect.stringMatching(/^1:1 .* here is no heading above it/),
    ]);
    expect(told(`# T\n${keys}## Pay @a\n`)).toEqual([expect.stringMatching(/^2:1 .* the title is none/)]);
    expect(told(`# T\n## Pay @a\n### How\n${keys}`)).toEqual([
      expect.stringMatching(/^4:1 .*"How" is none: give that heading an @agent/),
    ]);
    expect(told(`# T\n## Pay @a\n${keys}\n${keys}`)).toEqual([
      "7:1 a step has one such block; this one's is on line 3",
    ]);
  });

  it('is refused a second way to handle failures, or to be chosen', () => {
    const handler = (key: string): string =>
      `# T\n## Pay @a\n## Tell @b\nfailed_orders → note\n${block(key)}`;
    expect(told(handler('on_failure: false'))).toEqual([
      expect.stringMatching(/^6:13 the step takes failed_orders/),
    ]);
    expect(told(handler('on_failure: other'))).toHaveLength(1);
    expect(stepsOf(handler('on_failure: true'))[1]?.failuresAs).toBe('failed_orders');
    expect(told(`# T\n## Pay @a\nIf paid → Ship\n## Ship @b\n${block('when: paid')}`)).toEqual([
      '6:1 the branch on line 3 chooses this step already; keep one of them',
    ]);
  });

  it('is warned of where its language is only like it', () => {
    for (const lang of ['Step', 'steps', 'yaml step'])
      expect(warned(`# T\n## Pay @a\n\`\`\`${lang}\ntimeout: 3s\n\`\`\`\n`)).toEqual([
        `3 the block of a step begins with \`\`\`step; this one says "${lang}", so its keys are not read`,
      ]);
    expect(warned('# T\n## Pay @a\n```yaml\ntimeout: 3s\n```\n')).toEqual([]);
  });

  it('is never thrown for, whatever it holds', () => {
    const word = fc.constantFrom(
      ...['timeout', 'when', 'http', 'on_failure', 'depends_on', '__proto__', 'name', 'agent', 'x'],
      ...[
        ': ',
        '\n',
        '  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!t ',
        '"',
        '|',
        '#',
        '3',
        'true',
        '~',
        '\t',
        '\r',
      ],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        const { definition, faults } = parse(oneStep(words.join('')));
        expect(definition === null).toBe(faults.length > 0);
      }),
    );
  });
});
