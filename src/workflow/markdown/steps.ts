/** Which sections of a runbook are steps, and what each says; a heading that says nothing of a step is prose. */

import { type Branch, branchesOf, isBranch } from './branches.ts';
import type { Findings, Position } from './findings.ts';
import { type Flow, flowOf } from './flow.ts';
import { type Heading, parseHeading } from './heading.ts';
import { phaseOf, stepKey } from './names.ts';
import { RECORD_LANG, type Section } from './sections.ts';

export interface RunbookStep extends Position {
  readonly heading: Heading;
  /** Unique, whatever the case and spacing of the name. */
  readonly key: string;
  readonly flow: Flow;
  readonly branches: Branch[];
}

/** `sections` without the title's. */
export function stepsOf(sections: readonly Section[], findings: Findings): RunbookStep[] {
  const steps = new Map<string, RunbookStep>();
  let enclosing: { step: RunbookStep; depth: number } | null = null;
  for (const section of sections) {
    if (enclosing !== null && section.depth <= enclosing.depth) enclosing = null;
    const step = readStep(section);
    // Branches under a heading that only structures the text are those of the step around it.
    const asker: RunbookStep | null = step ?? enclosing?.step ?? null;
    if (asker !== null) asker.branches.push(...branchesOf(section.lines, findings));
    else warnOfStrayBranches(section, findings);
    if (step === null) continue;
    enclosing = { step, depth: section.depth };
    findings.addAll(step.flow.findings);
    for (const message of step.heading.faults) findings.fault(step, message);
    warnOfAttachedMark(step, findings);
    const known = steps.get(step.key);
    if (step.key === '') findings.fault(step, 'the name of a step has a letter or a digit');
    else if (known === undefined) steps.set(step.key, step);
    else {
      const phase = phaseOf(step.heading.name);
      findings.fault(step, `there is already a step ${known.heading.name} (${phase}) on line ${known.line}`);
    }
  }
  return [...steps.values()];
}

function readStep(section: Section): RunbookStep | null {
  const heading = parseHeading(section.heading);
  const flow = flowOf(section.lines.filter((line) => !isBranch(line)));
  const hasRecord = section.blocks.some(({ lang }) => lang === RECORD_LANG);
  if (!heading.isMarked && !flow.isThere && !hasRecord) return null;
  const { line, column } = section;
  return { line, column, heading, key: stepKey(heading.name), flow, branches: [] };
}

/** `Handle Failures?` reads like an optional step and is none. */
function warnOfAttachedMark(step: RunbookStep, findings: Findings): void {
  const [mark] = /[!?]$/.exec(step.heading.name) ?? [];
  if (mark === undefined) return;
  const meaning = mark === '!' ? 'critical' : 'optional';
  findings.warn(
    step,
    `"${mark}" is part of the name here; with a space before it, it makes the step ${meaning}`,
  );
}

function warnOfStrayBranches(section: Section, findings: Findings): void {
  for (const { number: line, column } of section.lines.filter(isBranch)) {
    const message = `taken for prose: "${section.heading}" is no step; give its heading an @agent, or the step a flow line`;
    findings.warn({ line, column }, message);
  }
}
