import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWorkflowFile } from '../../src/workflow/file.ts';
import { parseMarkdownWorkflow } from '../../src/workflow/markdown/parse.ts';

const runbook = readFileSync(new URL('fixtures/order-processing.md', import.meta.url), 'utf8');

function definitionOf(text: string) {
  const { definition, faults } = parseMarkdownWorkflow(text);
  expect(faults).toEqual([]);
  if (definition === null) throw new Error('there is no definition');
  return definition;
}
const said = ({ line, column, message }: { line: number; column: number; message: string }) =>
  `${line}:${column} ${message}`;
const faultsOf = (text: string) => parseMarkdownWorkflow(text).faults.map(said);
const warningsOf = (text: string) => parseMarkdownWorkflow(text).warnings.map(said);
const edges = (text: string) =>
  Object.fromEntries(definitionOf(text).steps.map(({ name, dependsOn }) => [name, dependsOn]));

/** Time in proportion to the size may still vary by this; time by the square of it would not stay below. */
const SLACK = 5;

/** Milliseconds of computing, at least as many as can be told apart from nothing. */
function cpuOf(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  return Math.max(process.cpuUsage(begun).user / 1_000, 5);
}

describe('the order processing runbook', () => {
  const { steps, ...head } = definitionOf(runbook);

  test('has the name and the description that its reader sees', () => {
    expect(head).toEqual({
      name: 'E-Commerce Order Processing',
      namespace: 'default',
      version: '0.1.0',
      description:
        'This workflow handles customer orders from validation through fulfillment, with parallel processing for inventory and payment.',
      input: null,
    });
  });

  test('has seven steps, its summary being prose, with edges from whoever makes what they take', () => {
    expect(edges(runbook)).toEqual({
      'Receive Order': [],
      'Check Inventory': ['Receive Order'],
      'Process Payment': ['Receive Order'],
      'Reserve Inventory': ['Check Inventory', 'Process Payment'],
      'Create Shipment': ['Reserve Inventory'],
      'Notify Customer': ['Create Shipment', 'Process Payment'],
      'Handle Failed Orders': [],
    });
    expect(steps.map(({ handler }) => handler)).toEqual([
      ...['ReceiveOrder', 'CheckInventory', 'ProcessPayment', 'ReserveInventory'],
      ...['CreateShipment', 'NotifyCustomer', 'HandleFailedOrders'],
    ]);
    expect(parseMarkdownWorkflow(runbook).warnings).toEqual([]);
  });

  test('has critical steps, an optional failure handler, agents, channels and types', () => {
    expect(steps.filter(({ critical }) => critical).map(({ name }) => name)).toEqual([
      'Process Payment',
      'Reserve Inventory',
    ]);
    expect(steps.at(-1)).toMatchObject({
      optional: true,
      failuresAs: 'failed_orders',
      agent: 'default',
      channel: null,
    });
    expect(steps[0]).toMatchObject({
      agent: 'order-api',
      channel: 'orders',
      inputs: [{ name: 'order_request', type: 'JSON' }],
      outputs: [{ name: 'validated_order', type: 'Order' }],
    });
  });

  test('is the same with the other arrow, with other line breaks and behind a byte order mark', () => {
    const expected = definitionOf(runbook);
    expect(definitionOf(runbook.replaceAll('→', '->'))).toEqual(expected);
    expect(definitionOf(`\uFEFF${runbook.replaceAll('\n', '\r\n')}`)).toEqual(expected);
  });
});

describe('a runbook', () => {
  test('takes its name, namespace and version from the front matter', () => {
    const text = '---\nname: orders # short\nnamespace: shop\nversion: 1.10\n---\n# A long title\n## Pay !\n';
    expect(definitionOf(text)).toMatchObject({ name: 'orders', namespace: 'shop', version: '1.10' });
    expect(definitionOf('---\nname: orders\n---\n## Pay !').name).toBe('orders');
  });

  test('is told what its front matter cannot have', () => {
    const text = '---\nnam: x\nversion: [1]\nretry_strategies: {}\n__proto__: y\n---\n# T\n## S !';
    expect(faultsOf(text)).toEqual([
      '2:1 unknown field "nam"; did you mean "name"?',
      '3:1 front matter is lines of "key: value"',
      '4:1 front matter is lines of "key: value"',
      '5:1 unknown field "__proto__"',
    ]);
    expect(faultsOf('---\nname: x\n# T\n## S !')).toContainEqual(expect.stringMatching(/^1:1 .*not closed/));
    expect(faultsOf(`---\na: ${'['.repeat(900)}\n---\n# T\n## S !`)).toEqual([
      '2:1 front matter is lines of "key: value"',
    ]);
  });

  test('keeps the lines and paragraphs of its description', () => {
    const text = '# T\n\nFirst\nline.\n\n- item\n- item\n\n```\ncode\n```\n> quote\n\n## S !\nnot this';
    expect(definitionOf(text).description).toBe('First\nline.\n\n- item\n- item');
  });

  test('finds its steps at any depth, by mark, flow line or record', () => {
    const text =
      '# T\n## A @a\n### B\n→ x\n### C\n```session-toon\n```\n# D ?\n## Prose\n### More prose\ntext\n';
    expect(definitionOf(text).steps.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D']);
  });

  test('takes what nobody makes from the payload', () => {
    expect(edges('# T\n## A\norder → order\n## B\norder, customer → c')).toEqual({ A: [], B: ['A'] });
  });

  test('has a step under a bare heading with outputs as bullets', () => {
    const text =
      '# T\n## Load\nTakes raw_data.csv → creates:\n- table::DataFrame\n\n## Check\ntable → report.md';
    expect(edges(text)).toEqual({ Load: [], Check: ['Load'] });
  });

  test('makes the same twice as long as nobody needs it', () => {
    const text = '# T\n## A !\n→ feedback\n## B !\n→ feedback, b';
    expect(edges(`${text}\n## C\nb → c`)).toEqual({ A: [], B: [], C: ['B'] });
    for (const needer of ['## C\nfeedback → c', '## C !\nIf feedback → D\n## D !'])
      expect(faultsOf(`${text}\n${needer}`)).toEqual([
        expect.stringMatching(/^5:1 feedback is made by A too/),
      ]);
  });

  test('sends data to a step by its heading', () => {
    const text = (line: string) =>
      `# T\n## Receive Order @a\nform → order\n${line}\n## Ship Order\nx → label\n## Bill @b`;
    const toShip = { 'Receive Order': [], 'Ship Order': ['Receive Order'], Bill: [] };
    for (const line of [
      'order → Ship Order',
      'order → ship order.',
      '`order` -> **Ship Order**',
      'order → slip → Ship Order',
    ])
      expect(edges(text(line))).toEqual(toShip);
    expect(edges(text('order → Ship Order and Bill'))).toEqual({ ...toShip, Bill: ['Receive Order'] });
    expect(edges(text('order → bill'))).toEqual({ 'Receive Order': [], 'Ship Order': [], Bill: [] });
  });

  test('says that a heading is no step to send data to', () => {
    expect(warningsOf('# T\n## A @a\norder → The Summary\n## The Summary\ntext')).toEqual([
      expect.stringMatching(/^3:1 "The Summary" is a heading and no step/),
    ]);
  });

  test('asks about outputs with dots in their names', () => {
    const { steps } = definitionOf('# T\n## A\nx → raw.csv, ok\nIf raw.csv.valid → B\n## B !');
    expect(steps[1]?.condition).toMatchObject({ value: { step: 'A', path: ['raw.csv', 'valid'] } });
  });

  test('may be large: ten thousand steps take time in proportion to their number', () => {
    const step = (at: number) => `## Step ${at} @agent #channel\nv${at} → v${at + 1}::Type\n\n`;
    const read = (count: number) => {
      const text = `# T\n\n${Array.from({ length: count }, (_, at) => step(at)).join('')}`;
      return cpuOf(() => expect(definitionOf(text).steps).toHaveLength(count));
    };
    // The first reading warms up the compiler.
    read(1_000);
    expect(read(10_000)).toBeLessThan(10 * SLACK * read(1_000));
  });

  test('is refused past eight mebibytes', () => {
    const options = { environment: null, variables: null };
    const { faults } = parseWorkflowFile(`# T\n## S !\n${'é'.repeat(4 * 1024 * 1024)}`, 'markdown', options);
    expect(faults).toEqual([
      expect.objectContaining({ line: 1, column: 1, message: expect.stringMatching(/8 MiB/) }),
    ]);
  });
});

describe('a broken runbook', () => {
  test('names all its problems at once, in order', () => {
    const text = [
      '## Receive @a @b',
      'request → order::Order',
      '## receive !',
      'order → → receipt::X',
      '## Pay ! ?',
      'If (done → Deliver',
      'Otherwise → Recieve',
      '',
      'order → order',
      '```',
    ].join('\n');
    expect(faultsOf(text)).toEqual([
      '1:1 the workflow has no name: begin with "# Title", or give a name in the front matter',
      '1:1 a step has one agent: it is written @a, @b',
      '3:1 there is already a step Receive (Receive) on line 1',
      expect.stringMatching(/^4:1 this line cannot be read as data flow/),
      '5:1 a step cannot be critical (!) and optional (?) at once',
      '6:1 this condition cannot be read: a bracket is not closed',
      '6:1 there is no step "Deliver"',
      '7:1 there is no step "Recieve"; did you mean "Receive"?',
      expect.stringMatching(/^9:1 order is made by Receive too \(line 1\)/),
      '10:1 this code block is not closed: end it with a line of as many ` or ~',
    ]);
  });

  test('has a circle, told with its path', () => {
    expect(faultsOf('# T\n## A\nc → a\n## B\na → b\n## C\nb → c')).toEqual([
      '2:1 steps depend on each other in a circle: A → C → B → A',
    ]);
  });

  test('has no step, or no letters to name one by', () => {
    expect(faultsOf('# T\ntext')).toEqual([expect.stringMatching(/^1:1 there is no step/)]);
    expect(faultsOf('')).toHaveLength(2);
    expect(faultsOf('# T\n## 🎉 !')).toEqual(
      expect.arrayContaining(['2:1 the name of a step has a letter or a digit']),
    );
  });

  test('asks a failure handler for more than failures', () => {
    expect(faultsOf('# T\n## A\n→ a\n## B\nfailed_a, a → b')).toEqual([
      expect.stringMatching(/^4:1 B handles failures/),
    ]);
    expect(faultsOf('# T\n## A !\n## B\nfailed_a, failed_b → b')).toEqual([
      expect.stringMatching(/^4:1 a step handles one/),
    ]);
    expect(definitionOf('# T\n## A\n→ failed_a\n## B\nfailed_a → b').steps[1]).not.toHaveProperty(
      'failuresAs',
    );
  });

  test('is answered with no more than a hundred problems', () => {
    const faults = faultsOf(`# T\n${'## S ! ?\n'.repeat(500)}`);
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toMatch(/and 899 more/);
  });
});

describe('a runbook that reads oddly', () => {
  test('is warned where a type is another than what is made', () => {
    expect(warningsOf('# T\n## A\n→ a::X, b::X, c\n## B\na::Y, b, c::Z → d')).toEqual([
      '5:1 a is taken for a Y; A makes it a X',
    ]);
  });

  test('is warned of an input that has almost the name of an output', () => {
    expect(warningsOf('# T\n## A\n→ order_id\n## B\norderId → d')).toEqual([
      '5:1 no step makes orderId, so it comes from the payload; is order_id meant?',
    ]);
  });

  test('is warned of a mark that is part of a name, and of branches outside a step', () => {
    expect(warningsOf('# T\n## Pay! @a\n## Notes\nIf x → Pay')).toEqual([
      expect.stringMatching(/^2:1 "!" is part of the name/),
      expect.stringMatching(/^4:1 taken for prose: "Notes" is no step/),
    ]);
  });
});

describe('whatever a document says', () => {
  const piece = fc.constantFrom(
    ...[
      '# ',
      '## ',
      '### ',
      '@a ',
      '#c ',
      '! ',
      '? ',
      'Name ',
      'a',
      'b',
      ', ',
      ' → ',
      ' -> ',
      '::',
      'Type',
      '<',
      '>',
      '`',
      '*',
    ],
    ...[
      '\n',
      '\n',
      '\n\n',
      '\r\n',
      '    ',
      '\t',
      '- ',
      '1. ',
      '> ',
      '|',
      '---',
      '```',
      '~~~',
      'session-toon',
      '<!--',
      '-->',
      '[',
      '](',
      ')',
    ],
    ...[
      'If ',
      'Otherwise ',
      'Else if ',
      'proceed to ',
      ' == ',
      '!',
      '(',
      ')',
      ' and ',
      '"',
      'failed_',
      ':',
      '.',
      '\\',
      '\0',
      '\ud800',
      '\uFEFF',
      'name: x',
    ],
  );
  const document = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  );

  test('it is a definition or has faults with a place in it, never a throw', () => {
    fc.assert(
      fc.property(document, fc.boolean(), (text, isTitled) => {
        const whole = isTitled ? `# T\n## S @a\n${text}` : text;
        const { definition, faults } = parseMarkdownWorkflow(whole);
        expect(definition === null).toBe(faults.length > 0);
        const lines = whole.split(/\r\n|\n|\r/).length;
        for (const { line, column } of faults) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ...[
      '# a\n',
      '- a\n',
      '- ',
      '> ',
      '[',
      '[](',
      '*a_ ',
      '`',
      '```\n',
      '<!--',
      'x<!--',
      '<!--\n',
      ' ',
      '\n',
      '\t',
      '|',
      '\\',
    ],
    ...[
      'a → ',
      '→',
      '→\n',
      'a,',
      'a,\n',
      'a::<',
      '-> - a\n',
      'If a → b\n',
      'If a → S\n\n',
      '- Otherwise → S\n',
      '# a @b ! ?\n',
    ],
    ...['## S', '# ', '#', '"', 'If (', 'If !', 'and '],
  ])('%j over and over takes time in proportion to its length', (pattern) => {
    const read = (characters: number) => {
      const text = `# T\n## S @a\n${pattern.repeat(characters / pattern.length)}`;
      return cpuOf(() => parseMarkdownWorkflow(text));
    };
    read(16 * 1024);
    expect(read(128 * 1024)).toBeLessThan(8 * SLACK * read(16 * 1024));
  });
});
