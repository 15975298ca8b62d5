/** How a step's heading becomes the name of its handler, which is also the `phase` of its records. */

import { nameKey } from '../name-key.ts';

/**
 * PascalCase: `Re-run Tests` is `RerunTests`, `check_stock` is `CheckStock`. A hyphen or an apostrophe joins, anything
 * else that is no letter or digit separates. Empty when there is no letter and no digit.
 */
export function phaseOf(stepName: string): string {
  return stepName
    .replace(/[-‐‑'’]/g, '')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map(capitalized)
    .join('');
}

/** Returns the same key for all names of a step, however they are cased and spaced. */
export const stepKey = (stepName: string): string => nameKey(phaseOf(stepName).toLowerCase());

function capitalized(word: string): string {
  const [first = '', ...rest] = word;
  return first.toUpperCase() + rest.join('');
}
