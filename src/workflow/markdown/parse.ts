/** A runbook in Markdown to a definition: headings are steps, flow lines are edges, branches are conditions. */

import { Refusal } from '../../errors.ts';
import { compileWorkflow } from '../compile.ts';
import type { StepDefinition, WorkflowDefinition } from '../definition.ts';
import { nameField, proseOf } from '../fields.ts';
import type { WorkflowFile } from '../file.ts';
import { conditionOf, skippableSteps } from './choose.ts';
import { Findings, type Position } from './findings.ts';
import type { PlacedPort } from './flow.ts';
import { type FrontMatter, frontMatterOf } from './front-matter.ts';
import { linesOf } from './lines.ts';
import { type LinkedStep, linkSteps } from './link.ts';
import { phaseOf } from './names.ts';
import { plainText } from './plain.ts';
import { type Section, sectionsOf } from './sections.ts';
import { stepsOf } from './steps.ts';

const descriptionField = proseOf(10_000);

/** Never throws for what a document says. */
export function parseMarkdownWorkflow(text: string): WorkflowFile {
  const findings = new Findings();
  const lines = linesOf(text);
  const frontMatter = frontMatterOf(text, lines, findings);
  const sections = sectionsOf(text, lines);
  checkBlocks(sections, findings);
  const title = sections.find(({ depth }) => depth === 1) ?? null;
  const named = nameOf(title, frontMatter, findings);
  const steps = stepsOf(
    sections.filter((section) => section !== title),
    findings,
  );
  if (steps.length === 0)
    findings.fault(
      title ?? TOP,
      'there is no step: a step is a heading with an @agent, #channel, ! or ?, or with a flow line like order → receipt under it',
    );
  const links = linkSteps(steps, findings);
  const skippable = skippableSteps(links);
  const definition: WorkflowDefinition = {
    ...named,
    input: null,
    steps: links.map((link) => toDefinition(link, skippable)),
  };
  if (steps.length > 0) checkGraph(definition, links, findings);
  const { faults, warnings } = findings;
  return { definition: faults.length === 0 ? definition : null, faults, warnings };
}

const TOP: Position = { line: 1, column: 1 };

function nameOf(
  title: Section | null,
  frontMatter: FrontMatter,
  findings: Findings,
): Pick<WorkflowDefinition, 'name' | 'namespace' | 'version' | 'description'> {
  const name = frontMatter.name ?? (title === null ? '' : plainText(title.heading));
  if (title === null && frontMatter.name === undefined)
    findings.fault(TOP, 'the workflow has no name: begin with "# Title", or give a name in the front matter');
  else if (frontMatter.name === undefined) {
    for (const { message } of nameField.safeParse(name).error?.issues ?? [])
      findings.fault(title ?? TOP, `the title ${message}`);
  }
  const description = title === null ? '' : proseUnder(title);
  for (const { message } of descriptionField.safeParse(description).error?.issues ?? [])
    findings.fault(title ?? TOP, `the text under the title ${message}`);
  const { namespace = 'default', version = '0.1.0' } = frontMatter;
  return { name, namespace, version, description };
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

/** What would swallow the rest of the document, most often a forgotten fence. */
function checkBlocks(sections: readonly Section[], findings: Findings): void {
  for (const { line, closed } of sections.flatMap(({ blocks }) => blocks)) {
    if (!closed)
      findings.fault(
        { line, column: 1 },
        'this code block is not closed: end it with a line of as many ` or ~',
      );
  }
}

function toDefinition(link: LinkedStep, skippable: ReturnType<typeof skippableSteps>): StepDefinition {
  const { heading, flow } = link.step;
  const condition = conditionOf(link, skippable);
  return {
    name: heading.name,
    handler: phaseOf(heading.name),
    dependsOn: [...link.dependsOn].map((step) => step.heading.name),
    maxAttempts: null,
    timeoutMs: null,
    startTimeoutMs: null,
    backoff: null,
    critical: heading.critical,
    optional: heading.optional,
    agent: heading.agent ?? 'default',
    channel: heading.channel,
    ...(condition !== null && { condition }),
    ...(link.failuresAs !== null && { failuresAs: link.failuresAs }),
    inputs: flow.inputs.map(withoutPlace),
    outputs: flow.outputs.map(withoutPlace),
  };
}

const withoutPlace = ({ name, type }: PlacedPort) => ({ name, type });

/** What holds for workflows however they are written, told at the step that breaks it. */
function checkGraph(definition: WorkflowDefinition, links: readonly LinkedStep[], findings: Findings): void {
  try {
    compileWorkflow(definition);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const { pointer, message } of error.faults) {
      const [, index = ''] = /^\/steps\/(\d+)/.exec(pointer) ?? [];
      findings.fault(links[Number(index)]?.step ?? TOP, message);
    }
  }
}
