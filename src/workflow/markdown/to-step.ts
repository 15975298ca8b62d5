/** A step of a runbook to its definition: its heading and its flow, and what its block says beside them. */

import { mapReferences } from '../condition.ts';
import type { Condition, StepDefinition } from '../definition.ts';
import { toStep } from '../json/step.ts';
import { conditionOfWhen } from '../when.ts';
import { conditionOf, type skippableSteps } from './choose.ts';
import type { Findings } from './findings.ts';
import type { PlacedPort } from './flow.ts';
import type { LinkedStep } from './link.ts';
import { phaseOf, stepKey } from './names.ts';

export interface Runbook {
  readonly links: readonly LinkedStep[];
  readonly skippable: ReturnType<typeof skippableSteps>;
}

export function stepsOfLinks({ links, skippable }: Runbook, findings: Findings): StepDefinition[] {
  const names = new Map(links.map(({ step }) => [step.key, step.heading.name]));
  return links.map((link) => {
    const condition = conditionOf(link, skippable) ?? conditionOfBlock(link, names, findings);
    const { inputs, outputs } = link.step.flow;
    // A step that is all in its block is the one that the same keys are in YAML.
    const isAllInBlock = link.block !== null && inputs.length + outputs.length === 0;
    return {
      ...bare(link),
      ...(condition !== null && { condition }),
      ...(link.failuresAs !== null && { failuresAs: link.failuresAs }),
      ...(!isAllInBlock && { inputs: inputs.map(withoutPlace), outputs: outputs.map(withoutPlace) }),
    };
  });
}

const namesOf = ({ dependsOn }: LinkedStep): string[] => [...dependsOn].map(({ heading }) => heading.name);

/** Without what the flow and the branches add to it. */
function bare(link: LinkedStep): StepDefinition {
  const { heading } = link.step;
  if (link.block?.step) {
    const { when: _, on_failure: __, depends_on_step: ___, depends_on_steps: ____, ...own } = link.block.step;
    return toStep({ ...own, depends_on: namesOf(link) }, {});
  }
  return {
    name: heading.name,
    handler: phaseOf(heading.name),
    dependsOn: namesOf(link),
    maxAttempts: null,
    timeoutMs: null,
    startTimeoutMs: null,
    backoff: null,
    critical: heading.critical,
    optional: heading.optional,
    agent: heading.agent ?? 'default',
    channel: heading.channel,
  };
}

/** Steps are found by their headings, whatever the case and spacing. */
function conditionOfBlock(
  link: LinkedStep,
  names: ReadonlyMap<string, string>,
  findings: Findings,
): Condition | null {
  const { block } = link;
  const when = block?.step?.when;
  if (block === null || when === undefined) return null;
  const read = conditionOfWhen(when, namesOf(link));
  if ('fault' in read) {
    findings.fault(block.placeOf(['when']), read.fault);
    return null;
  }
  return mapReferences(read.condition, ({ step, path }) => ({
    step: step === null ? null : (names.get(stepKey(step)) ?? step),
    path,
  }));
}

const withoutPlace = ({ name, type }: PlacedPort) => ({ name, type });
