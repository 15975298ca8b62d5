/** A step's heading: `Process Payment @payment-service #payments !` is a name and, after it, marks in any order. */

import { nameField } from '../fields.ts';
import { unescaped, withoutHeadingMarkup } from './plain.ts';

export interface Heading {
  readonly name: string;
  readonly agent: string | null;
  readonly channel: string | null;
  readonly critical: boolean;
  readonly optional: boolean;
  /** Tells whether any mark is there, which makes it a step. */
  readonly isMarked: boolean;
  readonly faults: readonly string[];
}

/** A mark is a word of its own. */
export const MARK = /^(?:@[^@#]*|#[^@#]*|!|\?)$/;

export const wordsOf = (heading: string): string[] =>
  withoutHeadingMarkup(heading)
    .split(/\s+/)
    .filter((word) => word !== '');

export function parseHeading(text: string): Heading {
  const words = wordsOf(text);
  const firstMark = words.findIndex((word) => MARK.test(word));
  const split = firstMark === -1 ? words.length : firstMark;
  const name = unescaped(words.slice(0, split).join(' '));
  const marks = words.slice(split);
  const strays = new Set(marks.filter((word) => !MARK.test(word)));
  const faults: string[] = [];
  const only = (sign: string, what: string): string | null => {
    const [first, ...more] = marks.filter((mark) => mark.startsWith(sign)).map((mark) => mark.slice(1));
    if (more.length > 0)
      faults.push(
        `a step has one ${what}: it is written ${sign}${first}, ${more.map((each) => sign + each).join(', ')}`,
      );
    const after = marks[marks.indexOf(sign) + 1];
    if (first === '' && after !== undefined && !MARK.test(after)) {
      strays.delete(after);
      faults.push(`a space is between ${sign} and ${after}: write ${sign}${after}`);
    } else if (first !== undefined) faults.push(...nameFaults(`the ${what}`, first));
    return first ?? null;
  };
  const agent = only('@', 'agent');
  const channel = only('#', 'channel');
  const critical = marks.includes('!');
  const optional = marks.includes('?');
  if (critical && optional) faults.push('a step cannot be critical (!) and optional (?) at once');
  if (strays.size > 0)
    faults.push(`the name of a step comes before its marks: move "${[...strays].join(' ')}" to the front`);
  if (name !== '' || strays.size === 0) faults.push(...nameFaults('the name', name));
  return { name, agent, channel, critical, optional, isMarked: marks.length > 0, faults };
}

function nameFaults(what: string, name: string): string[] {
  const result = nameField.safeParse(name);
  return result.success ? [] : result.error.issues.map(({ message }) => `${what} of a step ${message}`);
}
