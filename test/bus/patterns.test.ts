import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SubjectTrie } from '../../src/bus/in-process/subject-trie.ts';
import { matches, overlaps } from '../../src/bus/patterns.ts';

const token = fc.constantFrom('a', 'b');
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
const pattern = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 3 }), fc.constantFrom('a', '*', '>'))
  .map(([tokens, last]) => [...tokens, last].join('.'));

/** Every subject of up to five tokens over the alphabet above: more than the patterns above can tell apart. */
function everySubject(): string[] {
  let level = ['a', 'b', 'c'];
  const all = [...level];
  for (let length = 2; length <= 5; length++) {
    level = level.flatMap((head) => ['a', 'b', 'c'].map((tail) => `${head}.${tail}`));
    all.push(...level);
  }
  return all;
}

describe('matches', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a', 'a.b', false],
    ['a.b', 'a', false],
    ['*', 'a', true],
    ['*.b', 'a.b', true],
    ['a.*', 'a', false],
    ['a.*', 'a.b.c', false],
    ['a.>', 'a', false],
    ['a.>', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['>', 'a.b', true],
  ])('%s and %s: %s', (wanted, given, expected) => expect(matches(wanted, given)).toBe(expected));

  it('of a pattern says whether all of its subjects are taken', () => {
    const subjects = everySubject();
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const taken = subjects.filter((given) => matches(other, given));
        expect(matches(one, other)).toBe(taken.every((given) => matches(one, given)));
      }),
    );
  });
});

describe('overlaps', () => {
  it('says whether some subject is taken by both', () => {
    const subjects = everySubject();
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const shared = subjects.some((given) => matches(one, given) && matches(other, given));
        expect(overlaps(one, other)).toBe(shared);
      }),
    );
  });
});

describe('the trie', () => {
  it('finds exactly the patterns that match, also after some were taken out', () => {
    fc.assert(
      fc.property(fc.array(pattern), fc.array(pattern), subject, (kept, removed, given) => {
        const trie = new SubjectTrie<string>();
        const values = kept.map((wanted, index) => ({ wanted, value: `kept ${index}` }));
        for (const { wanted, value } of values) trie.add(wanted, value);
        for (const wanted of removed) trie.add(wanted, 'removed');
        for (const wanted of removed) trie.delete(wanted, 'removed');
        const found: string[] = [];
        trie.match(given, (value) => found.push(value));
        const expected = values.filter(({ wanted }) => matches(wanted, given)).map(({ value }) => value);
        expect(found.sort()).toEqual(expected.sort());
      }),
    );
  });
});
