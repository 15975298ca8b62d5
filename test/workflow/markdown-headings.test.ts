import { describe, expect, test } from 'vitest';
import { parseHeading } from '../../src/workflow/markdown/heading.ts';
import { phaseOf, stepKey } from '../../src/workflow/markdown/names.ts';
import { parseMarkdownWorkflow } from '../../src/workflow/markdown/parse.ts';

const plain = { agent: null, channel: null, critical: false, optional: false, isMarked: false, faults: [] };

describe("a step's heading", () => {
  test('is a name and after it marks in any order', () => {
    const marked = {
      name: 'Process Payment',
      agent: 'payments',
      channel: 'money',
      critical: true,
      optional: false,
    };
    for (const text of ['Process Payment @payments #money !', '**Process  Payment** ! #money `@payments`'])
      expect(parseHeading(text)).toEqual({ ...marked, isMarked: true, faults: [] });
    expect(parseHeading('Tidy up ?')).toEqual({ ...plain, name: 'Tidy up', optional: true, isMarked: true });
  });

  test.each(['Notes', 'Ready?', 'Go!', 'C# and F#', 'mail me@example.org', '\\! \\#'])(
    '%s has none',
    (text) => {
      expect(parseHeading(text)).toMatchObject({ isMarked: false, faults: [] });
    },
  );

  test.each([
    ['Pay @a @b', /one agent.*@a, @b/],
    ['Pay ! ?', /critical \(!\) and optional/],
    ['Pay @a now', /move "now" to the front/],
    ['@a', /the name of a step must not be empty/],
    ['Pay @', /the agent of a step must not be empty/],
    ['Pay #', /the channel of a step must not be empty/],
    [`${'x'.repeat(256)} !`, /at most 255/],
    ['Pay\u0007 !', /control characters/],
  ])('%j is faulted', (text, message) => {
    expect(parseHeading(text).faults).toEqual([expect.stringMatching(message)]);
  });
});

describe('comments and emphasis', () => {
  test.each([
    ['Pack <!-- note --> @x'],
    ['Pack @x <!-- was @y #z ! -->'],
    ['Pack<!-- a --> <!-- b --> @x ##'],
    ['**Pack** @x'],
    ['**Pack @x**'],
    ['_Pack_ @x'],
    ['__Pack__ `@x`'],
    ['_**Pack**_ @x'],
    ['~~Pack~~ @x'],
    ['`Pack` @x'],
    ['<b>Pack</b> @x'],
    ['[Pack](https://example.org) @x'],
    ['![Pack](pack.png) @x'],
  ])('are no part of the name: ## %s', (heading) => {
    const { definition, faults, warnings } = parseMarkdownWorkflow(`# T\n## ${heading}\na → b`);
    expect([...faults, ...warnings]).toEqual([]);
    expect(definition?.steps).toMatchObject([{ name: 'Pack', handler: 'Pack', agent: 'x', critical: false }]);
  });

  test.each(['Order <!-- draft -->', '<!-- draft --> **Order**', '_Order_', '`Order` <!-- a --> #'])(
    'are no part of the title: # %s',
    (title) => {
      expect(parseMarkdownWorkflow(`# ${title}\n## Pack @x`).definition?.name).toBe('Order');
    },
  );

  test('are none within a word or in code', () => {
    const nameOf = (heading: string) => parseHeading(heading).name;
    expect(nameOf('check_stock_now @x')).toBe('check_stock_now');
    expect(nameOf('`__init__` @x')).toBe('__init__');
    expect(nameOf('\\_as it is\\_ @x')).toBe('_as it is_');
    expect(nameOf('Handle List<Order> @x')).toBe('Handle List<Order>');
  });
});

describe('the phase of a step', () => {
  test.each([
    ['Re-run Tests', 'RerunTests'],
    ['Receive Order', 'ReceiveOrder'],
    ["Charge customer's card", 'ChargeCustomersCard'],
    ['check_stock', 'CheckStock'],
    ['Pick/Pack & ship', 'PickPackShip'],
    ['HTTP call', 'HTTPCall'],
    ['1. Begin', '1Begin'],
    ['über prüfen', 'ÜberPrüfen'],
    ['🎉', ''],
  ])('%s is %s', (name, phase) => {
    expect(phaseOf(name)).toBe(phase);
  });

  test('finds a step however its name is cased and spaced', () => {
    expect(stepKey('receive order')).toBe(stepKey('ReceiveOrder'));
  });
});
