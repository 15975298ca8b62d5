/** Which sections of a runbook are steps, and what each says; a heading that says nothing of a step is prose. */

import { type Branch, branchesOf, isBranch } from './branches.ts';
import type { Findings, Position } from './findings.ts';
import { type Flow, flowOf, type HeadingKeys } from './flow.ts';
import { type Heading, parseHeading } from './heading.ts';
import { headingHints } from './heading-hints.ts';
import type { DocumentLine } from './lines.ts';
import { phaseOf, stepKey } from './names.ts';
import { isNearBranch, warnOfNearBranches } from './near-branches.ts';
import { type CodeBlock, RECORD_LANG, type Section } from './sections.ts';
import { STEP_LANG } from './step-block.ts';

export interface RunbookStep extends Position {
  readonly heading: Heading;
  /** Unique, whatever the case and spacing of the name. */
  readonly key: string;
  readonly flow: Flow;
  readonly branches: Branch[];
  /** Holds keys, or is null; a second one counts for nothing. */
  readonly block: CodeBlock | null;
}

/** `sections` without the title's. */
export function stepsOf(sections: readonly Section[], findings: Findings): RunbookStep[] {
  const steps = new Map<string, RunbookStep>();
  const read = sections.map((section) => {
    const heading = parseHeading(section.heading);
    return { section, heading, key: stepKey(heading.name) };
  });
  const keys = new Set(read.map(({ key }) => key));
  const bodies: (readonly DocumentLine[])[] = [];
  let enclosing: { step: RunbookStep; depth: number } | null = null;
  for (const { section, ...named } of read) {
    if (enclosing !== null && section.depth <= enclosing.depth) enclosing = null;
    const step = readStep(section, named, keys, findings);
    // Branches under a heading that only structures the text are those of the step around it.
    const asker: RunbookStep | null = step ?? enclosing?.step ?? null;
    if (asker !== null) {
      asker.branches.push(...branchesOf(section.lines, findings));
      bodies.push(section.lines);
    } else warnOfStrayBranches(section, findings);
    if (step === null) continue;
    enclosing = { step, depth: section.depth };
    findings.addAll(step.flow.findings);
    for (const message of step.heading.faults) findings.fault(step, message);
    const known = steps.get(step.key);
    if (step.key === '') {
      if (step.heading.faults.length === 0)
        findings.fault(step, 'the name of a step has a letter or a digit');
    } else if (known === undefined) steps.set(step.key, step);
    else {
      const phase = phaseOf(step.heading.name);
      findings.fault(step, `there is already a step ${known.heading.name} (${phase}) on line ${known.line}`);
    }
  }
  const names = new Set([...steps.values()].map(({ heading }) => heading.name));
  for (const lines of bodies) warnOfNearBranches(lines, names, findings);
  return [...steps.values()];
}

function readStep(
  section: Section,
  { heading, key }: Pick<RunbookStep, 'heading' | 'key'>,
  headings: HeadingKeys,
  findings: Findings,
): RunbookStep | null {
  const flow = flowOf(
    section.lines.filter((line) => !isBranch(line) && !isNearBranch(line)),
    headings,
  );
  findings.addAll(flow.nearMisses);
  const hasRecord = section.blocks.some(({ lang }) => lang === RECORD_LANG);
  const isStep = heading.isMarked || flow.isThere || hasRecord;
  const hints = headingHints(section.heading, isStep);
  for (const hint of hints)
    findings.warn(section, isStep ? hint : `${hint}, or else this heading is taken for prose`);
  if (isStep && hints.length === 0) warnOfAttachedMark(section, heading.name, findings);
  if (!isStep) return null;
  const { line, column } = section;
  const block = section.blocks.find(({ lang }) => lang === STEP_LANG) ?? null;
  return { line, column, heading, key, flow, branches: [], block };
}

/** `Handle Failures?` reads like an optional step and is none. */
function warnOfAttachedMark(step: Position, name: string, findings: Findings): void {
  const [mark] = /[!?]$/.exec(name) ?? [];
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
