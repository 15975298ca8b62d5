/**
 * A condition in the words of a runbook, for the edge it stands on. A name can be looked for in several places, one
 * after the other; a reader only wants the name.
 */

import type { Condition } from '../workflow/definition.ts';

export function conditionText(condition: Condition): string {
  switch (condition.op) {
    case 'is':
      return condition.value.path.join('.') || (condition.value.step ?? 'payload');
    case 'equals':
      return `${conditionText({ op: 'is', value: condition.value })} == ${condition.to}`;
    case 'not': {
      const text = conditionText(condition.of);
      return text.includes(' ') ? `not (${text})` : `!${text}`;
    }
    case 'and':
    case 'or': {
      const [first, ...others] = condition.of;
      const parts = others.filter((part) => first === undefined || !isElsewhere(part, first));
      const texts = (first === undefined ? [] : [first, ...parts]).map(conditionText);
      const [only = ''] = texts;
      if (texts.length === 1) return only;
      return texts
        .map((text) => (/ (and|or) /.test(text) && !text.startsWith('not (') ? `(${text})` : text))
        .join(` ${condition.op} `);
    }
  }
}

/** Whether this asks the same of another place, for when there was nothing in the first. */
function isElsewhere(part: Condition, first: Condition): boolean {
  if (part.op !== 'and' || part.of.length !== 2) return false;
  const [absent, again] = part.of;
  const isAbsent = absent?.op === 'equals' && absent.to === null;
  if (first.op === 'is') return isAbsent && again?.op === 'is';
  return isAbsent && first.op === 'equals' && again?.op === 'equals' && again.to === first.to;
}
