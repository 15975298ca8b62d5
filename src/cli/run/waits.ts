/** A run has nobody who sends signals or answers: a workflow that waits for them is for a server. */

import type { CompiledWorkflow, StepDefinition } from '../../workflow/definition.ts';
import { shortName } from '../../workflow/identity.ts';
import { Failure } from '../failure.ts';
import { plain } from '../output.ts';

/** Throws a Failure (exit 2) that says what each such step waits for, and how it is ended elsewhere. */
export function refuseWaits({ definition }: CompiledWorkflow): void {
  const waits = definition.steps.filter(({ waitFor }) => waitFor !== undefined);
  if (waits.length === 0) return;
  throw new Failure(
    'the workflow waits for people or signals, which only a server hears; nothing was started',
    {
      exitCode: 2,
      notes: [
        ...waits.map((step) => `  step "${plain(step.name)}" waits for ${whatFor(step)}`),
        `Run it on a server: put the file into ./workflows, start "troupe dev", and "troupe submit ${plain(shortName(definition))}".`,
        ...new Set(waits.map(howEnded)),
      ],
    },
  );
}

const whatFor = ({ waitFor }: StepDefinition): string =>
  waitFor?.signal === undefined
    ? `a person's answer: ${plain(waitFor?.approval ?? '')}`
    : `the signal ${plain(waitFor.signal)}`;

const howEnded = ({ waitFor }: StepDefinition): string =>
  waitFor?.signal === undefined
    ? 'Answer there with "troupe tasks complete ID STEP" or "troupe tasks reject ID STEP", or by the links of "troupe approvals".'
    : 'Send signals there with "troupe tasks signal ID NAME", or "troupe signal NAME --key KEY".';
