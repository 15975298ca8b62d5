/** Lines that read like a branch to a step and are none: another arrow, another opening word, or no arrow at all. */

import { isBranch, plainStart, WOULD_BE } from './branches.ts';
import type { Findings } from './findings.ts';
import type { DocumentLine } from './lines.ts';
import { withArrows } from './near-arrows.ts';
import { ARROW, plainText } from './plain.ts';

const OPENING =
  /^(if|iff|when|whenever|unless|in case|else[\s-]*if|elsif|elseif|elif|otherwise(?:[\s-]+if)?|or else|else)(?=[\s,:(*`!→⇒-]|$)[\s,:*`]*/i;
/** A line that is longer is prose. */
const MAX_LINE = 500;

/** Tells whether a line is nearly a branch, and so cannot be a flow line either. */
export const isNearBranch = (line: DocumentLine): boolean =>
  !isBranch(line) && ARROW.test(line.text) && OPENING.test(plainStart(line.text));

/** `names`: of the steps, as their headings write them; without one at its end, a line without an arrow is prose. */
export function warnOfNearBranches(
  lines: readonly DocumentLine[],
  names: ReadonlySet<string>,
  findings: Findings,
): void {
  lines.forEach((line, at) => {
    if (line.text.length > MAX_LINE || isBranch(line)) return;
    const text = plainStart(line.text);
    const [opening, word = ''] = OPENING.exec(text) ?? [];
    // These are told where branches are read.
    if (opening === undefined || (WOULD_BE.test(text) && !ARROW.test(text))) return;
    const message = missOf(text, opening, word, lines[at + 1], names);
    if (message !== null)
      findings.warn({ line: line.number, column: line.column }, `taken for prose: ${message}`);
  });
}

function missOf(
  text: string,
  opening: string,
  word: string,
  next: DocumentLine | undefined,
  names: ReadonlySet<string>,
): string | null {
  if (ARROW.test(text))
    return `a branch begins with If, Else if or Otherwise, and not with "${word}": If order.paid → Step Name`;
  const near = withArrows(text);
  if (near !== null && endsInStep(near.text, names))
    return `"${near.signs.join(' ')}" is no arrow of a branch; write → or ->`;
  const rest = plainText(text.slice(opening.length));
  const listed = rest === '' && next?.bullet === true ? plainText(next.text) : rest;
  return endsInStep(listed, names)
    ? 'a branch has an arrow before its step: If order.paid → Step Name'
    : null;
}

function endsInStep(text: string, names: ReadonlySet<string>): boolean {
  const end = plainText(text).replace(/[.;]$/, '');
  let from = end.length;
  do {
    from = end.lastIndexOf(' ', from - 1);
    if (names.has(end.slice(from + 1))) return true;
  } while (from > 0);
  return false;
}
