/**
 * A condition in the words of a runbook, for the edge it stands on. A name can be looked for in several places, one
 * after the other; a reader only wants the name.
 */

import { referencesOf } from '../workflow/condition.ts';
import type { Condition, Reference, StepDefinition } from '../workflow/definition.ts';

/** `near`: the steps whose values need no name before them, being where the edges come from. */
function conditionText(condition: Condition, near: ReadonlySet<string>): string {
  const text = (part: Condition): string => conditionText(part, near);
  switch (condition.op) {
    case 'is':
      return referenceText(condition.value, near);
    case 'equals':
      return `${referenceText(condition.value, near)} == ${condition.to}`;
    case 'not': {
      const inner = text(condition.of);
      return inner.includes(' ') ? `not (${inner})` : `!${inner}`;
    }
    case 'and':
    case 'or': {
      const [first, ...others] = condition.of;
      const parts = others.filter((part) => first === undefined || !isElsewhere(part, first));
      const texts = (first === undefined ? [] : [first, ...parts]).map(text);
      const [only = ''] = texts;
      if (texts.length === 1) return only;
      return texts
        .map((part) => (/ (and|or) /.test(part) && !part.startsWith('not (') ? `(${part})` : part))
        .join(` ${condition.op} `);
    }
  }
}

function referenceText({ step, path }: Reference, near: ReadonlySet<string>): string {
  const isFar = step !== null && !near.has(step);
  return [...(isFar ? [step] : []), ...path].join('.') || (step ?? 'payload');
}

/**
 * Words the question that is asked before a step runs, and names the steps on whose edges it is written: those it
 * asks, or else all. Null where nothing is asked.
 */
export function questionOf({ condition, dependsOn }: Pick<StepDefinition, 'condition' | 'dependsOn'>): {
  readonly text: string;
  readonly from: ReadonlySet<string>;
} | null {
  if (condition === undefined) return null;
  const near = new Set(dependsOn);
  const asked = referencesOf(condition).flatMap(({ step }) =>
    step !== null && near.has(step) ? [step] : [],
  );
  return { text: conditionText(condition, near), from: asked.length > 0 ? new Set(asked) : near };
}

/** Tells if this asks the same of another place, for when there was nothing in the first. */
function isElsewhere(part: Condition, first: Condition): boolean {
  if (part.op !== 'and' || part.of.length !== 2) return false;
  const [absent, again] = part.of;
  const isAbsent = absent?.op === 'equals' && absent.to === null;
  if (first.op === 'is') return isAbsent && again?.op === 'is';
  return isAbsent && first.op === 'equals' && again?.op === 'equals' && again.to === first.to;
}
