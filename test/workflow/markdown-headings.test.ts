import { describe, expect, test } from 'vitest';
import { parseHeading } from '../../src/workflow/markdown/heading.ts';
import { phaseOf, stepKey } from '../../src/workflow/markdown/names.ts';

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
    [`${'x'.repeat(101)} !`, /at most 100/],
    ['Pay\u0007 !', /control characters/],
  ])('%j is faulted', (text, message) => {
    expect(parseHeading(text).faults).toEqual([expect.stringMatching(message)]);
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
