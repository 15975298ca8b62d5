import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../src/workflow/version-order.ts';

/** Each older than the next. */
const IN_ORDER = [
  // No version numbers: below all others, part by part.
  'blue',
  'draft2',
  'draft10',
  'draft10b',
  // This is the example of semver.org.
  '0.9.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.0+build2',
  '1.0.0+build10',
  '1.0.1',
  '1.2',
  '1.2.0.1',
  '1.10.0',
  'v2',
  '2.0.1',
  '3-1',
  '3',
  '2026.01.15',
  '2026.2.1',
  '99999999999999999998.0.0',
  '99999999999999999999.0.0',
];

describe('the order of versions', () => {
  it.each(IN_ORDER.slice(1).map((version, at) => [IN_ORDER[at] ?? '', version]))(
    'has %s before %s',
    (older, newer) => {
      expect(compareVersions(older, newer)).toBeLessThan(0);
      expect(compareVersions(newer, older)).toBeGreaterThan(0);
    },
  );

  it('is that of the list, however it was shuffled', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(IN_ORDER, { minLength: IN_ORDER.length }), (shuffled) => {
        expect([...shuffled].sort(compareVersions)).toEqual(IN_ORDER);
      }),
    );
  });

  it('is total: any three versions have one order, and only the same text is the same version', () => {
    const part = fc.constantFrom('0', '1', '01', '10', 'a', 'rc', '-', '.', '+', 'v', 'é', ' ');
    const version = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, b) === 0).toBe(a === b);
        if (compareVersions(a, b) < 0 && compareVersions(b, c) < 0)
          expect(compareVersions(a, c)).toBeLessThan(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
