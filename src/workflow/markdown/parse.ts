/** A runbook in Markdown to a definition: headings are steps, flow lines are edges, branches are conditions. */

import { Refusal } from '../../errors.ts';
import { compileWorkflow } from '../compile.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { identityField, proseOf } from '../fields.ts';
import type { FileOptions, WorkflowFile } from '../file.ts';
import { DEFAULT_NAMESPACE } from '../identity.ts';
import { pathOf } from '../parse.ts';
import { warningsOf } from '../warnings.ts';
import { checkClosed, checkStepBlocks } from './blocks.ts';
import { skippableSteps } from './choose.ts';
import { Findings, type Position } from './findings.ts';
import { type FrontMatter, frontMatterOf } from './front-matter.ts';
import { linesOf } from './lines.ts';
import { type LinkedStep, linkSteps } from './link.ts';
import { warnOfNearMisses } from './near-misses.ts';
import { headingText } from './plain.ts';
import { type Section, sectionsOf } from './sections.ts';
import { stepBlockOf } from './step-block.ts';
import { stepsOf } from './steps.ts';
import { stepsOfLinks } from './to-step.ts';

const descriptionField = proseOf(10_000);

/** Values for `${ENV:NAME}` in the blocks of steps. */
type Reading = Pick<FileOptions, 'variables' | 'isKeyed'>;

const UNFILLED: Reading = { variables: null };

/** Never throws for what a document says. */
export function parseMarkdownWorkflow(text: string, options: Reading = UNFILLED): WorkflowFile {
  const { draft, faults, warnings } = readRunbook(text, options);
  return { definition: faults.length === 0 ? draft : null, faults, warnings };
}

/** As a workflow file, but with what can be made out of a document with faults; that is for reading, not to be run. */
export interface Runbook extends Pick<WorkflowFile, 'faults' | 'warnings'> {
  readonly draft: WorkflowDefinition;
}

export function readRunbook(text: string, options: Reading = UNFILLED): Runbook {
  const { variables } = options;
  const findings = new Findings();
  const lines = linesOf(text);
  const frontMatter = frontMatterOf(text, lines, findings);
  const sections = sectionsOf(text, lines);
  checkClosed(sections, findings);
  const title = sections.find(({ depth }) => depth === 1) ?? null;
  const named = nameOf(title, frontMatter, findings);
  const steps = stepsOf(
    sections.filter((section) => section !== title),
    findings,
  );
  checkStepBlocks(lines, title, steps, findings);
  warnOfNearMisses(lines, title, steps, findings);
  if (steps.length === 0)
    findings.fault(
      title ?? TOP,
      'there is no step: a step is a heading with an @agent, #channel, ! or ?, or with a flow line like order → receipt under it',
    );
  const blocks = new Map(
    steps.map((step) => [
      step,
      step.block === null ? null : stepBlockOf(text, step.block, step.heading, variables, findings),
    ]),
  );
  const links = linkSteps(steps, blocks, findings);
  const isWhole = links.every(({ step, block }) => step.block === null || block?.step);
  const definition: WorkflowDefinition = {
    ...named,
    input: null,
    steps: stepsOfLinks({ links, skippable: skippableSteps(links) }, findings),
  };
  for (const { path, message } of warningsOf(definition, options)) {
    const [, index, ...rest] = path;
    const { step, block } = links[index] ?? {};
    findings.warn(block?.placeOf(rest) ?? step ?? TOP, message);
  }
  // Nobody knows what a broken block would have said, and so not what is wrong without it.
  if (steps.length > 0 && isWhole) checkGraph(definition, links, findings);
  const { faults, warnings } = findings;
  return { draft: definition, faults, warnings };
}

/** Tells whether it has a step; a document without one is prose. */
export function isRunbook(text: string): boolean {
  const sections = sectionsOf(text, linesOf(text));
  const title = sections.find(({ depth }) => depth === 1);
  return (
    stepsOf(
      sections.filter((section) => section !== title),
      new Findings(),
    ).length > 0
  );
}

const TOP: Position = { line: 1, column: 1 };

function nameOf(
  title: Section | null,
  frontMatter: FrontMatter,
  findings: Findings,
): Pick<WorkflowDefinition, 'name' | 'namespace' | 'version' | 'description' | 'deadlineMs' | 'compensate'> {
  const name = frontMatter.name ?? (title === null ? '' : headingText(title.heading));
  if (title === null && frontMatter.name === undefined)
    findings.fault(TOP, 'the workflow has no name: begin with "# Title", or give a name in the front matter');
  else if (frontMatter.name === undefined) {
    for (const { message } of identityField.safeParse(name).error?.issues ?? [])
      findings.fault(title ?? TOP, `the title ${message}: give another name in the front matter`);
  }
  const description = title === null ? '' : proseUnder(title);
  for (const { message } of descriptionField.safeParse(description).error?.issues ?? [])
    findings.fault(title ?? TOP, `the text under the title ${message}`);
  const { namespace = DEFAULT_NAMESPACE, version = '0.1.0', deadline: deadlineMs, compensate } = frontMatter;
  return {
    ...{ name, namespace, version, description },
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(compensate === 'by_hand' ? { compensate } : {}),
  };
}

/** Paragraphs stay apart, lines stay lines. */
function proseUnder(title: Section): string {
  let text = '';
  let previous = title.line;
  for (const { text: line, number, bullet } of title.lines) {
    const gap = text === '' ? '' : number === previous + 1 ? '\n' : '\n\n';
    text += `${gap}${bullet ? '- ' : ''}${line}`;
    previous = number;
  }
  return text.trim();
}

/** Checks the rules for all workflows, and tells each fault at the step that breaks it. */
function checkGraph(definition: WorkflowDefinition, links: readonly LinkedStep[], findings: Findings): void {
  try {
    compileWorkflow(definition);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { pointer, message } of error.faults) {
      const [, index = '', ...path] = pathOf(pointer);
      const { step = TOP, block = null } = links[Number(index)] ?? {};
      findings.fault(block?.has(path[0] ?? '') === true ? block.placeOf(path) : step, message);
    }
  }
}
