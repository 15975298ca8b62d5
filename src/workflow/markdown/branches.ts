/**
 * The branches a step ends in: `If cond → proceed to Step`, `Else if …`, `Otherwise → Step`, as lines or bullets.
 * `Otherwise` asks that none of the conditions before it, in the same list, holds.
 */

import type { Condition } from '../definition.ts';
import { parseCondition } from './condition.ts';
import type { Findings, Position } from './findings.ts';
import type { DocumentLine } from './lines.ts';
import { ARROW, plainText } from './plain.ts';

export interface Branch extends Position {
  /** The words after the arrow: one step or several. */
  readonly target: string;
  /** References are names still, see `parseCondition`; null when it, or one before it, cannot be read. */
  readonly condition: Condition | null;
  /** Branches of one list, in its order. */
  readonly list: object;
  readonly order: number;
  /** Tells whether it is only taken when none before it is. */
  readonly excludesEarlier: boolean;
}

export const WOULD_BE = /\b(?:proceed|continue|go) to\b/i;
/** Each may have to say no to all before it, so what a list costs grows with its square. */
export const MAX_LIST = 100;

const BRANCH = /^(if|else\s+if|elif|otherwise\s+if|otherwise|else)(?=[\s,:→(!]|->)[\s,:]*/i;

export function isBranch({ text }: DocumentLine): boolean {
  return ARROW.test(text) && BRANCH.test(plainStart(text));
}

/** The line without the emphasis that it may begin with. */
export const plainStart = (text: string): string => text.replace(/^[*`]+/, '');

export function branchesOf(lines: readonly DocumentLine[], findings: Findings): Branch[] {
  const branches: Branch[] = [];
  let list: { earlier: Condition[]; isOver: boolean } | null = null;
  for (const line of lines) {
    const at = { line: line.number, column: line.column };
    const text = plainStart(line.text);
    if (!isBranch(line)) {
      list = null;
      if (BRANCH.test(text) && WOULD_BE.test(text))
        findings.warn(at, 'taken for prose: a branch has an arrow before its step');
      continue;
    }
    const [opening = '', word = ''] = BRANCH.exec(text) ?? [];
    const kind = word.toLowerCase().replace(/\s+/g, ' ');
    const arrow = Math.max(text.lastIndexOf('→'), text.lastIndexOf('->'));
    if (list === null || (kind === 'if' && list.isOver)) {
      if (kind !== 'if') findings.fault(at, `"${word}" needs an "If … → …" right before it`);
      list = { earlier: [], isOver: false };
    }
    if (list.earlier.length >= MAX_LIST) {
      findings.fault(at, `at most ${MAX_LIST} branches in a row`);
      continue;
    }
    const isLast = kind === 'otherwise' || kind === 'else';
    const asked = isLast ? null : asking(text.slice(opening.length, arrow), at, findings);
    branches.push({
      ...at,
      target: plainText(text.slice(arrow).replace(ARROW, '')),
      condition: asked === undefined ? null : combined(kind, asked, list.earlier),
      list,
      order: branches.length,
      excludesEarlier: kind !== 'if',
    });
    if (isLast) list.isOver = true;
    else if (asked) list.earlier.push(asked);
  }
  return branches;
}

/** Undefined, and a finding, when it cannot be read. */
function asking(text: string, at: Position, findings: Findings): Condition | undefined {
  const question = text
    .trimEnd()
    .replace(/\bthen$/i, '')
    .trimEnd()
    .replace(/[,:]$/, '');
  const parsed = parseCondition(question);
  if ('condition' in parsed) return parsed.condition;
  findings.fault(at, `this condition cannot be read: ${parsed.fault}`);
  return undefined;
}

function combined(kind: string, asked: Condition | null, earlier: readonly Condition[]): Condition | null {
  const parts: Condition[] = asked === null ? [] : [asked];
  if (kind !== 'if') parts.unshift(...earlier.map((of): Condition => ({ op: 'not', of })));
  const [first] = parts;
  return first === undefined ? null : parts.length === 1 ? first : { op: 'and', of: parts };
}
