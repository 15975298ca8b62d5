/** Tells near misses of a step, mark, flow, branch or record with their line and the meaning. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseMarkdownWorkflow } from '../../src/workflow/markdown/parse.ts';

const head = '# Order\n\n## Ship @dispatch\nreceipt → label\n\n';
const told = (text: string) =>
  parseMarkdownWorkflow(head + text).warnings.map(({ line, message }) => `${line} ${message}`);

describe('a line that looks like the heading of a step', () => {
  test.each([
    ['##Receive @intake\norder → receipt', /^6 .*space after "##".*write "## Receive @intake"/],
    ['#Receive @intake', /^6 .*write "# Receive @intake"/],
    ['##\u00A0Receive @intake', /^6 the space after "##"/],
    ['＃＃ Receive @intake', /^6 .*full-width/],
    ['####### Receive @intake', /^6 a heading has at most six/],
    ['Receive @intake\n-------', /^6 .*write "## Receive @intake"/],
    ['Receive\n-------\n\norder → receipt', /^6 .*write "## Receive"/],
    ['Receive\n=======', /^6 .*write "# Receive"/],
    ['```\n## Receive @intake\n```', /^7 a heading in a code block/],
    ['```markdown\n## Receive #orders\n```', /^7 a heading in a code block/],
    ['<!--\n## Receive @intake\n-->', /^7 a heading .*in a comment/],
    ['<!-- ## Receive @intake -->', /^6 a heading .*in a comment/],
    ['<details>\n## Receive @intake\n</details>', /^7 a heading .*in HTML/],
    ['<h2>Receive @intake</h2>', /^6 a heading .*in HTML/],
    ['- ## Receive @intake', /^6 a heading in a list/],
    ['> ## Receive @intake', /^6 a heading in a quote/],
    ['    ## Receive @intake', /^6 a heading indented by four/],
    ['text\n    ## Receive @intake', /^7 a heading is indented by at most three/],
    ['**Receive @intake**', /^6 bold text is no heading/],
  ])('%j', (text, message) => {
    expect(told(text)).toEqual([expect.stringMatching(message)]);
  });

  test('is the title, or after a comment that never ends', () => {
    expect(parseMarkdownWorkflow('# Receive @intake\n## Ship @x').warnings).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringMatching(/is the title and no step/) }),
    ]);
    expect(parseMarkdownWorkflow('# T\n\na → b\n\n## Ship @x').warnings).toEqual([
      expect.objectContaining({ line: 3, message: expect.stringMatching(/under the heading of its step/) }),
    ]);
    expect(told('<!-- note\n\ntext\n')).toEqual([expect.stringMatching(/^6 this comment is not closed/)]);
  });
});

describe('a word that looks like a mark', () => {
  test.each([
    ['## Charge ＠billing', '@billing'],
    ['## Charge @billing！', '@billing !'],
    ['## Charge ＃orders', '#orders'],
    ['## Charge ！', '!'],
    ['## Charge @billing!', '@billing !'],
    ['## Charge @billing, #orders', '@billing'],
    ['## Charge @billing#orders', '@billing #orders'],
    ['## Charge (@billing)', '@billing'],
    ['## Charge@billing', 'Charge @billing'],
    ['## Charge#orders @billing', 'Charge #orders'],
    ['## !Charge', 'Charge !'],
    ['## Charge !@billing', '@billing !'],
    ['## Charge ❗ @billing', '!'],
  ])('%s', (heading, meant) => {
    expect(told(heading)).toEqual([expect.stringContaining(`is no mark as it stands; write ${meant}`)]);
  });

  test('is a mistake after a space, or after a mark', () => {
    const faults = (heading: string) =>
      parseMarkdownWorkflow(head + heading).faults.map(({ message }) => message);
    expect(faults('## Charge @ billing')).toEqual(['a space is between @ and billing: write @billing']);
    expect(faults('## Charge # orders')).toEqual(['a space is between # and orders: write #orders']);
    expect(faults('## @billing Charge')).toEqual([expect.stringMatching(/move "Charge" to the front/)]);
  });
});

describe('a line that would be data flow', () => {
  const arrows = [
    '⇒',
    '⟶',
    '➜',
    '=>',
    '⟹',
    '➔',
    '->>',
    '|>',
    '-->',
    '—>',
    '- >',
    '~>',
    '▶',
    '&rarr;',
    '-&gt;',
  ];

  test.each(arrows)('but for its arrow %s, under a step and under a bare heading', (arrow) => {
    for (const heading of ['## Charge @billing', '## Charge'])
      expect(told(`${heading}\ncart ${arrow} payment`)).toEqual([
        expect.stringMatching(/^7 ".*" is no arrow of a data flow.*write → or ->/),
      ]);
  });

  test.each([
    ['## Charge @x\npayment ← cart', /^7 .*left to right.*write "cart → payment"/],
    ['## Charge @x\npayment <- cart', /^7 .*left to right/],
    ['## Charge @x\ncart => creates:\n- payment', /^7 "=>" is no arrow/],
    ['## Charge @x\n> cart → payment', /^7 a flow line in a quote/],
    ['## Charge @x\n```\ncart → payment\n```', /^8 a flow line in a code block/],
    ['## Charge @x\n\n    cart → payment', /^8 a flow line indented/],
  ])('%j', (text, message) => {
    expect(told(text)).toEqual([expect.stringMatching(message)]);
  });
});

describe('a line that reads like a branch', () => {
  test.each([
    ['If ok - proceed to Ship', /has an arrow before its step/],
    ['If ok ⇒ Ship', /"⇒" is no arrow of a branch/],
    ['Otherwise: Ship', /has an arrow before its step/],
    ['Otherwise:\n- Ship', /has an arrow before its step/],
    ['If ok then Ship', /has an arrow before its step/],
    ['When ok → Ship', /begins with If.*not with "When"/],
    ['Elsif ok → Ship', /begins with If.*not with "Elsif"/],
  ])('%s', (line, message) => {
    expect(told(`## Charge @x\ncart → ok\n${line}`)).toEqual([
      expect.stringMatching(new RegExp(`^8 taken for prose: .*${message.source}`)),
    ]);
  });
});

describe('a block that looks like a record', () => {
  const rows = 'execution[1]{phase,status}:\n Charge,success';

  test.each([
    'session_toon',
    'session toon',
    'toon',
    'Session-Toon',
    'sesion-toon',
    '{.session-toon}',
    '',
    'csv',
  ])('in a block that says %j', (lang) => {
    for (const heading of ['## Charge @x', '## Charge'])
      expect(told(`${heading}\n\`\`\`${lang}\n${rows}\n\`\`\``)).toEqual([
        expect.stringMatching(/^7 the block of a record begins with ```session-toon/),
      ]);
  });

  test('without a block', () => {
    expect(told(`## Charge @x\n${rows}`)).toEqual([expect.stringMatching(/^7 a record stands in a block/)]);
  });
});

describe('ordinary prose', () => {
  test.each([
    ...[
      'Ready?',
      'Go!',
      'C# and F#',
      'mail me@example.org',
      '准备好了吗？',
      '❓ Questions',
      'Version 2.0',
    ].map((heading) => `## ${heading}`),
    ...[
      'Moves orders from pending ➜ running in a moment.',
      'If in doubt, ask somebody. Otherwise the order waits.',
      'If it is ready, ship it.',
      'a <= b, and x >= y',
      '#hashtag in a text',
      'Some words.\n\n---\n\nMore words.',
      '```sh\n# deploy @prod\n## Receive @intake\n```',
      '```ts\nconst f = (a) => b;\n```',
      '```\nclient → server\n```',
      '<!-- a note -->',
      '**Critical**: charges the card.',
      '| a → b | c |\n|---|---|',
    ].map((text) => `## Notes\n${text}`),
  ])('%j says nothing', (text) => {
    expect(told(text)).toEqual([]);
  });

  test.each([
    'README.md',
    'examples/order-runbook/orders.md',
    'examples/order-runbook/README.md',
    'examples/checkout/README.md',
    'test/workflow/fixtures/order-processing.md',
  ])('of %s says nothing', (path) => {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(parseMarkdownWorkflow(text).warnings).toEqual([]);
  });
});
