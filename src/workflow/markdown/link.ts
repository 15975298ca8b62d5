/** The edges between the steps of a runbook: data from whoever makes it, and branches to the steps they choose. */

import { referencesOf } from '../condition.ts';
import type { Condition } from '../definition.ts';
import { nameKey } from '../name-key.ts';
import { nearest } from '../parse.ts';
import { linkBlocks, type StepBlocks } from './blocks.ts';
import { type Branch, MAX_LIST } from './branches.ts';
import type { Findings } from './findings.ts';
import type { PlacedPort } from './flow.ts';
import { stepKey } from './names.ts';
import { type Names, resolveCondition } from './resolve.ts';
import type { StepBlock } from './step-block.ts';
import type { RunbookStep } from './steps.ts';

export interface LinkedStep {
  readonly step: RunbookStep;
  readonly dependsOn: Set<RunbookStep>;
  readonly choices: Choice[];
  readonly block: StepBlock | null;
  /** The name of its list of failures, if it is a failure handler. */
  failuresAs: string | null;
}

/** A branch that leads to a step. */
export interface Choice {
  readonly asker: RunbookStep;
  readonly branch: Branch;
  readonly condition: Condition;
}

type Makers = Names['makers'];
type Links = ReadonlyMap<string, LinkedStep>;

const FAILURES = 'failed_';
/** An unknown name is compared with every step; past these the document is broken as a whole. */
const MAX_HINTS = 10;

export function linkSteps(
  steps: readonly RunbookStep[],
  blocks: StepBlocks,
  findings: Findings,
): LinkedStep[] {
  const taken = new Set(steps.flatMap(({ flow }) => flow.inputs.map(({ name }) => nameKey(name))));
  const needed = neededNames(steps, taken);
  const makers = makersOf(steps, needed, findings);
  const links = new Map<string, LinkedStep>();
  for (const step of steps)
    links.set(step.key, {
      step,
      dependsOn: new Set(),
      choices: [],
      block: blocks.get(step) ?? null,
      failuresAs: null,
    });
  const similar = new Map([...makers.keys()].map((name) => [folded(name), name]));
  for (const link of links.values()) addDataEdges(link, makers, similar, findings);
  for (const link of links.values()) addTargets(link, links, needed, findings);
  addChoices(links, { makers, taken }, findings);
  linkBlocks(links, findings);
  checkMakers(makers, needed, links, findings);
  return [...links.values()];
}

/** Collects the names that steps take, and that branches ask about. */
function neededNames(steps: readonly RunbookStep[], taken: ReadonlySet<string>): ReadonlySet<string> {
  const needed = new Set(taken);
  for (const { condition } of steps.flatMap(({ branches }) => branches)) {
    for (const { path } of condition === null ? [] : referencesOf(condition))
      for (let length = 1; length <= path.length; length++)
        needed.add(nameKey(path.slice(0, length).join('.')));
  }
  return needed;
}

function makersOf(steps: readonly RunbookStep[], needed: ReadonlySet<string>, findings: Findings): Makers {
  const makers = new Map<string, RunbookStep[]>();
  for (const step of steps) {
    for (const output of step.flow.outputs) {
      const name = nameKey(output.name);
      const known = makers.get(name) ?? [];
      const [first] = known;
      if (first === undefined) makers.set(name, known);
      if (known.length < MAX_LIST) known.push(step);
      else if (first !== undefined && needed.has(name)) faultOfMaker(output, first, findings);
    }
  }
  return makers;
}

function faultOfMaker(output: PlacedPort, first: RunbookStep, findings: Findings): void {
  const { heading, line } = first;
  const remedy = 'call one of them otherwise, or choose between the steps with If and Otherwise';
  findings.fault(output, `${output.name} is made by ${heading.name} too (line ${line}): ${remedy}`);
}

/** The name without what people mistake in it. */
const folded = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');

function addDataEdges(
  link: LinkedStep,
  makers: Makers,
  similar: ReadonlyMap<string, string>,
  findings: Findings,
): void {
  for (const input of link.step.flow.inputs) {
    const name = nameKey(input.name);
    const others = (makers.get(name) ?? []).filter((maker) => maker !== link.step);
    for (const maker of others) {
      link.dependsOn.add(maker);
      const made = maker.flow.outputs.find((port) => nameKey(port.name) === name)?.type ?? input.type;
      if (input.type !== null && made !== input.type)
        findings.warn(
          input,
          `${input.name} is taken for a ${input.type}; ${maker.heading.name} makes it a ${made}`,
        );
    }
    if (others.length > 0) continue;
    const meant = similar.get(folded(input.name)) ?? input.name;
    if (meant !== input.name)
      findings.warn(input, `no step makes ${input.name}, so it comes from the payload; is ${meant} meant?`);
    if (!input.name.startsWith(FAILURES)) continue;
    if (link.failuresAs === null) link.failuresAs = input.name;
    else findings.fault(input, `a step handles one list of failures; ${link.failuresAs} is here already`);
  }
}

/**
 * Data for a step, by its heading: `receipt → Ship Order`. A name of one word is a step's only as its heading is
 * written, and if it is nobody's data.
 */
function addTargets(
  { step }: LinkedStep,
  links: Links,
  needed: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const { name, type } of step.flow.outputs) {
    const target = links.get(stepKey(name));
    if (target === undefined || target.step === step || type !== null || needed.has(name)) continue;
    if (target.step.heading.name === name) target.dependsOn.add(step);
  }
  for (const { name, ...at } of step.flow.targets) {
    const target = links.get(stepKey(name));
    if (target !== undefined) target.dependsOn.add(step);
    else
      findings.warn(
        at,
        `"${name}" is a heading and no step, so no data flows there: give it an @agent, or a flow line`,
      );
  }
}

function addChoices(links: Links, names: Names, findings: Findings): void {
  let hints = 0;
  for (const { step: asker } of links.values()) {
    for (const branch of asker.branches) {
      const resolved = branch.condition === null ? null : resolveCondition(branch.condition, asker, names);
      for (const target of targetsOf(branch.target, links)) {
        if (typeof target !== 'string') {
          for (const step of [asker, ...(resolved?.asks ?? [])]) target.dependsOn.add(step);
          if (resolved !== null) target.choices.push({ asker, branch, condition: resolved.condition });
          continue;
        }
        const meant =
          hints++ < MAX_HINTS
            ? nearest(
                target,
                [...links.values()].map(({ step }) => step.heading.name),
              )
            : null;
        const hint = meant === null ? '' : `; did you mean "${meant}"?`;
        findings.fault(
          branch,
          target === '' ? 'no step is named after the arrow' : `there is no step "${target}"${hint}`,
        );
      }
    }
  }
}

/** One step, or several with commas or `and` between, with or without `proceed to`; a text for one that is not there. */
function targetsOf(text: string, links: Links): (LinkedStep | string)[] {
  const found = targetOf(text, links);
  if (typeof found !== 'string') return [found];
  return withoutVerb(text)
    .split(/,(?:\s*and\s)?|\sand\s/i)
    .map((part) => targetOf(part, links));
}

function targetOf(text: string, links: Links): LinkedStep | string {
  const name = withoutVerb(text);
  return links.get(stepKey(text)) ?? links.get(stepKey(name)) ?? name;
}

/** Also without the end of the sentence. */
const withoutVerb = (text: string): string =>
  text
    .trim()
    .replace(/^(?:(?:proceed|continue|go|jump)(?: on)?(?: to| with)|run|start)\s+/i, '')
    .replace(/[.;]$/, '');

/**
 * A name that somebody needs is made by one step: or else which of them a reader gets would depend on who ends last.
 * Steps of which at most one is ever chosen may share it.
 */
function checkMakers(makers: Makers, needed: ReadonlySet<string>, links: Links, findings: Findings): void {
  for (const [name, steps] of makers) {
    const [first, ...others] = steps;
    if (!needed.has(name)) continue;
    if (first === undefined || others.length === 0 || areExclusive(steps, links)) continue;
    for (const other of others) {
      const output = other.flow.outputs.find((port) => nameKey(port.name) === name);
      if (output !== undefined) faultOfMaker(output, first, findings);
    }
  }
}

function areExclusive(steps: readonly RunbookStep[], links: Links): boolean {
  const choices = steps.map(({ key }) => links.get(key)?.choices ?? []);
  const branches = choices
    .flatMap((each) => each.map(({ branch }) => branch))
    .toSorted((a, b) => a.order - b.order);
  return (
    choices.every((each) => each.length === 1) &&
    branches.every(({ list, order, excludesEarlier }, at) => {
      const before = branches[at - 1];
      return before === undefined || (list === before.list && order > before.order && excludesEarlier);
    })
  );
}
