/** A step as a box of a drawing that has no place yet: its words, and how large it must be for them. */

import type { StepDefinition } from '../workflow/definition.ts';
import { compensation } from '../workflow/steps/compensation.ts';
import { marksOf, workName } from '../workflow/steps/index.ts';
import { textWidth } from './geometry.ts';
import type { GraphNode } from './layout.ts';

export const NODE_HEIGHT = 46;

export function nodeOf(step: StepDefinition): GraphNode {
  const { name, handler, critical, optional, failuresAs, compensates } = step;
  // The drawing itself shows that a step has a compensation.
  const shown = step.compensation === undefined ? null : compensation.label(step);
  return {
    name,
    handler,
    work: workName(step),
    marks: marksOf(step).filter((mark) => mark !== shown),
    critical,
    optional,
    onFailure: failuresAs !== undefined,
    ...(compensates === undefined ? {} : { compensates }),
    x: 0,
    y: 0,
    width: Math.min(Math.max(textWidth(name) + 52, 120), 300),
    height: NODE_HEIGHT,
  };
}
