import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkflowDefinition } from '../../src/workflow/definition.ts';
import { type FileOptions, parseWorkflowFile, type WorkflowFile } from '../../src/workflow/file.ts';

const NOTHING: FileOptions = { environment: null, variables: {} };

const parse = (text: string, options: Partial<FileOptions> = {}): WorkflowFile =>
  parseWorkflowFile(text, 'yaml', { ...NOTHING, ...options });

function definitionOf(text: string, options: Partial<FileOptions> = {}): WorkflowDefinition {
  const { definition, faults } = parse(text, options);
  if (definition === null) throw new Error(JSON.stringify(faults));
  return definition;
}

/** `line:column message`, to be matched by how they begin. */
const told = (text: string, options: Partial<FileOptions> = {}): string[] =>
  parse(text, options).faults.map(({ line, column, message }) => `${line}:${column} ${message}`);

const ORDER = `
name: order_processing
namespace: ecommerce
version: 1.0.0
input:
  type: object
  required: [cart_id]
retry_strategies:
  email: { strategy: exponential, base: 5s, max: 300s, jitter: full }
steps:
  - name: validate_cart
    retry_limit: 3
  - name: process_payment
    depends_on: [validate_cart]
    timeout: 30s
  - name: notify
    depends_on: process_payment
    agent: notification-service
    channel: communications
    optional: true
    backoff: email
  - name: charge_remote
    depends_on: notify
    http:
      method: post
      url: "https://pay.example/charges/\${payload.id}"
      headers: { X-Note: "\${steps.notify.output.id}" }
      body: { amount: "\${payload.amount}" }
  - name: tidy
    on_failure: true
environments:
  test: { steps: [{ name: process_payment, timeout: 1s }, { name: charge_remote, handler: fake }] }
  slow: { steps: [{ name: charge_remote, http: { url: "https://slow.example/" } }] }
`;

describe('a workflow in YAML', () => {
  test('is the definition it says', () => {
    const definition = definitionOf(ORDER);
    expect(definition).toMatchObject({
      name: 'order_processing',
      namespace: 'ecommerce',
      version: '1.0.0',
      input: { type: 'object', required: ['cart_id'] },
    });
    expect(definition.steps).toMatchObject([
      { name: 'validate_cart', handler: 'validate_cart', maxAttempts: 3 },
      { dependsOn: ['validate_cart'], timeoutMs: 30_000 },
      {
        dependsOn: ['process_payment'],
        agent: 'notification-service',
        channel: 'communications',
        optional: true,
        backoff: { baseMs: 5_000, maxMs: 300_000, jitter: 'full' },
      },
      {
        handler: 'troupe.http',
        http: {
          method: 'POST',
          url: `https://pay.example/charges/\${payload.id}`,
          body: { amount: `\${payload.amount}` },
        },
      },
      { handler: 'tidy', failuresAs: 'failures', dependsOn: [] },
    ]);
  });

  test('is the same with Windows line ends, with a byte order mark, and as JSON', () => {
    const definition = definitionOf(ORDER);
    expect(definitionOf(ORDER.replaceAll('\n', '\r\n'))).toEqual(definition);
    expect(definitionOf(`\ufeff${ORDER}`)).toEqual(definition);
    const json = {
      name: 'w',
      description: '"\\/\u0000'.slice(0, 3),
      steps: [{ name: '😀', depends_on: [] }],
    };
    expect(definitionOf(JSON.stringify(json, null, '\t')).steps[0]?.name).toBe('😀');
  });

  test("reads Tasker's spellings", () => {
    const { steps, ...workflow } = definitionOf(`
name: order
namespace_name: shop
schema: { type: object }
named_steps: [cart, pay]
step_templates:
  - { name: cart, handler_class: "Shop::StepHandler::CartHandler", default_retryable: false }
  - { name: pay, depends_on_step: cart, default_retryable: true, default_retry_limit: 5 }
`);
    expect(workflow).toMatchObject({ namespace: 'shop', input: { type: 'object' } });
    expect(steps).toMatchObject([
      { handler: 'CartHandler', maxAttempts: 1 },
      { handler: 'pay', dependsOn: ['cart'], maxAttempts: 5 },
    ]);
  });
});

describe('environments', () => {
  test('are merged over the steps by name, and put aside what they replace', () => {
    const { steps } = definitionOf(ORDER, { environment: 'test' });
    expect(steps[1]).toMatchObject({
      name: 'process_payment',
      timeoutMs: 1_000,
      dependsOn: ['validate_cart'],
    });
    expect(steps[3]).toMatchObject({ handler: 'fake', dependsOn: ['notify'] });
    expect(steps[3]).not.toHaveProperty('http');
  });

  test('are merged key by key into a call', () => {
    const { steps } = definitionOf(ORDER, { environment: 'slow' });
    expect(steps[3]?.http).toMatchObject({ method: 'POST', url: 'https://slow.example/' });
  });

  test('change nothing when there is none of the name', () => {
    const definition = definitionOf(ORDER);
    expect(definitionOf(ORDER, { environment: 'production' })).toEqual(definition);
    expect(definitionOf(ORDER, { environment: '__proto__' })).toEqual(definition);
  });

  test('are checked where they are written, and in what they make of the workflow', () => {
    const text = `name: w
steps:
  - { name: a }
  - { name: b, depends_on: a, critical: true }
environments:
  test:
    steps:
      - { name: aa }
      - { name: b, timeot: 1 }
      - { name: b }
`;
    expect(told(text)).toEqual([
      '8:17 there is no step "aa"; did you mean "a"?',
      '9:20 unknown field "timeot"; did you mean "timeout"?',
      '10:17 "b" is already in this environment',
    ]);
    const circle = `name: w
steps:
  - { name: a }
  - { name: b, depends_on: a, critical: true }
environments:
  test:
    steps:
      - { name: a, depends_on: [b] }
      - { name: b, optional: true }
`;
    expect(told(circle)).toEqual([]);
    expect(told(circle, { environment: 'test' })).toEqual([
      '8:33 steps depend on each other in a circle: a → b → a',
      '9:30 a step cannot be critical and optional at once',
    ]);
  });
});

describe('references to variables', () => {
  const text = (value: string) => `name: w\ndescription: ${value}\nsteps: [{ name: a }]\n`;
  const described = (value: string, variables = {}) => definitionOf(text(value), { variables }).description;

  test('are filled in, in any text', () => {
    const variables = { HOST: 'h', N: '3' };
    expect(described(`a \${ENV:HOST} b \${ENV:N}`, variables)).toBe('a h b 3');
    expect(described(`"\${ENV:HOST}"`, variables)).toBe('h');
    expect(described(`$\${ENV:HOST}`, variables)).toBe(`$\${ENV:HOST}`);
  });

  test('are what the text would be: a number unless quoted', () => {
    const workflow = `name: w\nversion: "\${ENV:N}"\nsteps:\n  - name: a\n    retry_limit: \${ENV:N}\n`;
    expect(definitionOf(workflow, { variables: { N: '3' } })).toMatchObject({
      version: '3',
      steps: [{ maxAttempts: 3 }],
    });
  });

  test('that stand for a number JSON cannot keep are refused, and the value is not told', () => {
    const workflow = `name: w\nsteps:\n  - name: a\n    http: { url: "https://a.example/" }\n    timeout: \${ENV:N}\n`;
    const lossy = '123456789012345.123456789012345';
    expect(told(workflow, { variables: { N: lossy } })[0]).toMatch(
      /^5:14 \$\{ENV:N\} is no number that JSON can keep/,
    );
    expect(told(workflow, { variables: { N: lossy } }).join()).not.toContain('1234567');
  });

  test('between braces are to be quoted, as the fault says', () => {
    expect(told(`name: w\nsteps: [{ name: \${ENV:A} }]\n`)[0]).toMatch(
      /^2:18 .*; put a text that holds a reference in quotes/,
    );
  });

  test('that are missing or misspelt are told where they stand', () => {
    expect(told(text(`https://\${ENV:NOPE}/\${ENV:a b}`))).toEqual([
      `2:22 \${ENV:NOPE}: the environment has no NOPE`,
      expect.stringMatching(/^2:34 \$\{ENV:a b\} should read/),
    ]);
    expect(told(text(`\${ENV:toString}`))).toHaveLength(1);
  });

  test('are refused where the file is not the operator’s', () => {
    const [fault, ...others] = told(text(`\${ENV:PATH}`), { variables: null });
    expect(fault).toMatch(/^2:14 .*only files on the server's own disk/);
    expect(others).toEqual([]);
  });
});

describe('a variable that is not there', () => {
  test.each([
    `timeout: "1\${ENV:NOPE}s"`,
    `depends_on: "x\${ENV:NOPE}"`,
    `backoff: x\${ENV:NOPE}`,
    `critical: x\${ENV:NOPE}`,
    `http: { url: "\${ENV:NOPE}" }`,
  ])('is all that is told of %s', (field) => {
    expect(told(`name: w\nsteps:\n  - name: a\n    ${field}\n`)).toEqual([
      expect.stringMatching(/the environment has no NOPE$/),
    ]);
  });

  test('in the name of a step is all that is told of steps that may depend on it', () => {
    expect(told(`name: w\nsteps: [{ name: "s\${ENV:NOPE}" }, { name: b, depends_on: s1 }]\n`)).toHaveLength(
      1,
    );
  });
});

describe('a text made to take long', () => {
  test.each(['[,', ']', ':\n', '!a '])('is refused in proportion to its length: %j over and over', (unit) => {
    const refuse = (characters: number) => {
      const before = process.cpuUsage();
      expect(told(unit.repeat(Math.floor(characters / unit.length))).length).toBeGreaterThan(0);
      return Math.max(process.cpuUsage(before).user / 1_000, 20);
    };
    refuse(65_536);
    // Sixteen times the text, with room for what varies.
    expect(refuse(1_048_576)).toBeLessThan(16 * 5 * refuse(65_536));
  });
});

describe('everything that is wrong', () => {
  test('is told at once, each with its line and column', () => {
    const found = told(`name: w
versoin: 1
version: 1.0
input:
  type: objct
steps:
  - name: a
    handlr: x
    timeout: 5 parsecs
    depends_on: [b, nope]
  - name: b
    depends_on: a
    retry_limit: 0
  - name: b
    http: { url: "https://\${payload.host}/x", headers: { X: "\${steps.a.output.id}" } }
    handler: q
  - name: c
    handler: x
    handler: y
    agent: \${ENV:NOPE}
    backoff: emial
    on_failure: true
    critical: true
    depends_on_step: a
  - { <<: 1, name: !foo d }
  - { name: e, depends_on: c }
  - { name: f, handler: troupe.http }
namespace: a
namespace_name: b
retry_strategies: { email: {} }
`);
    const expected = [
      '2:1 unknown field "versoin"; did you mean "version"?',
      '3:10 expected string, received number; put it in quotes',
      '5:9 no JSON Schema: ',
      '8:5 unknown field "handlr"; did you mean "handler"?',
      '9:14 must be a number of seconds',
      '10:18 steps depend on each other in a circle: a → b → a',
      '10:21 there is no step "nope"',
      '13:18 must be at least 1',
      '14:11 there is another step named "b"',
      '15:18 references may stand in the path',
      `15:61 \${steps.a.output.id}: "a" is not before this step; let this one depend on it`,
      '16:14 a step with http is done by Troupe itself',
      '19:5 the key "handler" is already given on line 18',
      `20:12 \${ENV:NOPE}: the environment has no NOPE`,
      '21:14 retry_strategies has no "emial"; did you mean "email"?',
      '23:15 a step that runs on failure cannot be critical',
      '24:22 a step that runs on failure waits for all others',
      '25:7 merge keys (<<) are not supported',
      '25:20 Unresolved tag: !foo',
      '26:28 "c" runs on failure, after all others',
      '27:25 ',
      '29:17 is another spelling of namespace',
    ];
    expect(found.map((text, at) => text.slice(0, expected[at]?.length))).toEqual(expected);
  });

  test.each([
    ['name: w\nsteps:\n  - name: "a\n', /^4:1 Missing closing/],
    ['', /^1:1 the file is empty/],
    ['# nothing\n', /^1:1 the file is empty/],
    ['a list', /^1:1 expected object/],
    ['name: w\n', /^1:1 steps is required/],
    ['name: w\nsteps: []\n', /^2:8 must have at least one step/],
    ['name: w\nsteps:\n', /^2:1 expected array, received null/],
    ['name: w\nsteps: [{ name: a }]\n---\nname: x\n', /^3:1 a second document begins/],
    ['name: w\nsteps: [{ name: a, http: { method: GET } }]\n', /^2:20 url is required/],
    ['name: w\nsteps: [{ name: a }]\nstep_templates: [{ name: b }]\n', /^3:17 is another spelling of steps/],
    ['name: w\nnamed_steps: [b]\nsteps: [{ name: a }]\n', /^3:17 "a" is not in named_steps/],
    ['name: w\nsteps: [{ name: a, handler: x, handler_class: Y }]\n', /^2:47 is another spelling of handler/],
    ['name: w\nsteps: [{ name: a, on_failure: true }]\n', /there are only failure handlers/],
    ['name: w\nsteps: [{ name: *a }]\n', /^2:17 there is no anchor &a/],
    ['name: w\nsteps: &a [*a]\n', /^2:12 \*a stands within what it refers to/],
    [
      'name: w\nsteps: [{ name: a, retry_limit: 99999999999999999999 }]\n',
      /^2:33 99999999999999999999 is no number/,
    ],
    ['name: w\nsteps: [{ name: a, timeout: .inf }]\n', /^2:29 \.inf is no number/],
    ['name: w\n? [a]\n: 1\nsteps: [{ name: a }]\n', /^2:3 a key must be a plain text/],
    ['%YAML 1.1\n---\nname: no\nsteps: [{ name: a, retryable: yes }]\n', /^4:31 expected boolean/],
    ['__proto__: { steps: [] }\nname: w\nsteps: [{ name: a }]\n', /^1:1 unknown field "__proto__"/],
    ['name: w\ninput: { $ref: "#/x" }\nsteps: [{ name: a }]\n', /^2:16 the schema cannot be used/],
    [
      'name: w\nschema:\n  properties:\n    a: { pattern: "(" }\nsteps: [{ name: a }]\n',
      /^4:19 the schema cannot be used/,
    ],
  ])('%j is told', (text, fault) => {
    const found = told(text);
    expect(found[0]).toMatch(fault);
    expect(found).toHaveLength(1);
  });

  test('is told by an alias of the place where it is written', () => {
    expect(told('name: w\nsteps:\n  - &a { name: a, timout: 1 }\n  - *a\n')).toEqual([
      '3:16 there is another step named "a"',
      '3:19 unknown field "timout"; did you mean "timeout"?',
    ]);
  });
});

describe('the limits', () => {
  const bomb = ['name: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
  for (let at = 1; at < 10; at++)
    bomb.push(
      `k${at}: &a${at} [${Array(9)
        .fill(`*a${at - 1}`)
        .join(', ')}]`,
    );
  const chain = ['k0: &a0 [x]'];
  for (let at = 1; at < 80; at++) chain.push(`k${at}: &a${at} [*a${at - 1}]`);

  test.each([
    ['an alias bomb', bomb.join('\n'), /aliases repeat more than 1 MiB/],
    ['many aliases', `a: &a 1\nb: [${Array(101).fill('*a').join(', ')}]`, /more than 100 aliases/],
    ['depth', `name: ${'['.repeat(500)}${']'.repeat(500)}`, /nested more than 64 deep/],
    ['depth beyond the call stack', `name: ${'['.repeat(100_000)}`, /nested more than 64 deep/],
    ['depth by dashes', '- '.repeat(2_000), /nested more than 64 deep/],
    ['depth by indentation', `a:\n${' '.repeat(600)}b: 1`, /nested more than 64 deep/],
    ['depth by aliases', chain.join('\n'), /nested more than 64 deep/],
    ['size', `name: ${'é'.repeat(4_200_000)}`, /at most 8388608 \(8 MiB\)/],
  ])('hold against %s', (_, text, fault) => {
    const { definition, faults } = parse(text);
    expect(definition).toBeNull();
    expect(faults.length).toBeLessThan(5);
    expect(faults.some(({ message }) => fault.test(message))).toBe(true);
  });

  test('let the aliases of people be', () => {
    const text = 'name: w\nretry_strategies: { a: &slow { base: 5s } }\nsteps: [{ name: a, backoff: *slow }]';
    expect(definitionOf(text).steps[0]?.backoff?.baseMs).toBe(5_000);
  });

  test('leave room for 5,000 steps, right or wrong', () => {
    const lines = (key: string) =>
      Array.from({ length: 5_000 }, (_, at) =>
        [
          `  - name: step_${at}`,
          `    ${key}: 30s`,
          `    depends_on: [${at === 0 ? '' : `step_${at - 1}`}]`,
        ].join('\n'),
      );
    expect(definitionOf(['name: w', 'steps:', ...lines('timeout')].join('\n')).steps).toHaveLength(5_000);
    const { faults } = parse(['name: w', 'steps:', ...lines('timout')].join('\n'));
    expect(faults[1]).toEqual({ line: 7, column: 5, message: expect.stringContaining('timout') });
    expect(faults.at(-1)?.message).toBe('and 4000 more problems');
  });
});

describe('whatever a file holds', () => {
  const pieces = fc.constantFrom(
    ...['name: w', 'steps:', '  - name: a', '    depends_on: a', 'steps: [{', '}]', '&a', '*a', '!x', '<<:'],
    ...[
      '"',
      "'",
      '- ',
      '? ',
      ': ',
      '|',
      '>',
      '#',
      '---',
      '%',
      '\t',
      '\n',
      `\${ENV:A}`,
      '{',
      '[',
      ',',
      '\ufeff',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => parts.join('\n')),
    fc.array(pieces).map((parts) => parts.join('')),
  );

  test('it is a definition or has problems, and each is within the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { definition, faults } = parse(text, { environment: 'a' });
        expect(definition === null).toBe(faults.length > 0);
        const lines = text.split('\n');
        for (const { line, column } of faults) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
