/** A test runs the commands that the README of an example shows. */

import { ROOT } from '../build.ts';
import { blocksOf } from '../readme/blocks.ts';

/** This returns the arguments of the command that has `part` in it. `words` replace those that differ each time. */
export function readmeCommand(
  readme: string,
  part: string,
  words: Readonly<Record<string, string>> = {},
): string[] {
  // The last block of a console is what the tour has seen.
  const lines = [...blocksOf(readme, 'sh'), ...blocksOf(readme, 'console')].join('\n').split('\n');
  const line = lines.find((each) => each.includes('npx troupe') && each.includes(part)) ?? '';
  const written = line.replace(/ +#.*$/, '').matchAll(/'([^']*)'|(\S+)/g);
  return [...written]
    .map(([, quoted, word = '']) => quoted ?? word.replace(/^examples\//, `${ROOT}/examples/`))
    .filter((word) => !['$', 'npx', 'troupe'].includes(word))
    .map((word) => words[word] ?? word);
}
