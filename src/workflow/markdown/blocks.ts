/** The blocks of a runbook in their places: each that means something stands under the heading of its step, once. */

import { nearest } from '../parse.ts';
import type { Findings } from './findings.ts';
import type { DocumentLine } from './lines.ts';
import type { LinkedStep } from './link.ts';
import { stepKey } from './names.ts';
import { langOf, type Section } from './sections.ts';
import { STEP_LANG, type StepBlock } from './step-block.ts';
import type { RunbookStep } from './steps.ts';

export type StepBlocks = ReadonlyMap<RunbookStep, StepBlock | null>;

/** Finds blocks that swallow the rest of the document, most often after a forgotten fence. */
export function checkClosed(sections: readonly Section[], findings: Findings): void {
  for (const { line, closed } of sections.flatMap(({ blocks }) => blocks)) {
    if (!closed)
      findings.fault(
        { line, column: 1 },
        'this code block is not closed: end it with a line of as many ` or ~',
      );
  }
}

/** Blocks of keys that belong to no step, or to one that has a block already. */
export function checkStepBlocks(
  lines: readonly DocumentLine[],
  title: Section | null,
  steps: readonly RunbookStep[],
  findings: Findings,
): void {
  const byLine = new Map(steps.map((step) => [step.line, step]));
  let under: DocumentLine | null = null;
  for (const line of lines) {
    if (line.kind === 'heading') under = line;
    if (line.kind !== 'fence' || langOf(line) !== STEP_LANG) continue;
    const step = under === null ? undefined : byLine.get(under.number);
    if (step?.block?.line === line.number) continue;
    const place = { line: line.number, column: line.column };
    if (step !== undefined) {
      findings.fault(place, `a step has one such block; this one's is on line ${step.block?.line}`);
      continue;
    }
    const heading = under?.text.replace(/^#+\s*/, '') ?? '';
    const where =
      under === null
        ? 'here is no heading above it'
        : under.number === title?.line
          ? 'the title is none'
          : `"${heading}" is none: give that heading an @agent (@default, if any worker may do it), or the step a flow line`;
    findings.fault(place, `a block of keys stands under the heading of its step, and ${where}`);
  }
}

type Links = ReadonlyMap<string, LinkedStep>;

/** An unknown name is compared with every step; past these the document is broken as a whole. */
const MAX_HINTS = 10;

/** Adds the order of steps that the blocks give to the order from data and branches. */
export function linkBlocks(links: Links, findings: Findings): void {
  let hints = 0;
  for (const link of links.values()) {
    const { block } = link;
    if (block === null) continue;
    for (const { name, path } of block.dependsOn) {
      const on = links.get(stepKey(name));
      if (on !== undefined) {
        link.dependsOn.add(on.step);
        continue;
      }
      const names = hints++ < MAX_HINTS ? [...links.values()].map(({ step }) => step.heading.name) : [];
      const meant = nearest(name, names);
      const hint = meant === null ? '' : `; did you mean "${meant}"?`;
      findings.fault(block.placeOf(path), `there is no step "${name}"${hint}`);
    }
    addFailures(link, block, findings);
    const [choice] = link.choices;
    if (choice !== undefined && block.has('when'))
      findings.fault(
        block.placeOf(['when'], true),
        `the branch on line ${choice.branch.line} chooses this step already; keep one of them`,
      );
  }
}

function addFailures(link: LinkedStep, { step, placeOf }: StepBlock, findings: Findings): void {
  const given = step?.on_failure;
  if (given === undefined) return;
  const fromFlow = link.failuresAs;
  if (fromFlow === null) link.failuresAs = given === false ? null : given === true ? 'failures' : given;
  else if (given !== true && given !== fromFlow)
    findings.fault(
      placeOf(['on_failure']),
      `the step takes ${fromFlow}, by which it handles failures under that name: leave this out, or call the input otherwise`,
    );
}
