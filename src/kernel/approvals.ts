/** The rules of approvals: who may answer, what an answer is when none is given, and that there is one answer. */

import { Refusal } from '../errors.ts';
import type { StepVerb, VerbOptions } from '../views/orchestrator.ts';
import { answerFaults } from '../workflow/answer-schema.ts';
import type { StepDefinition } from '../workflow/definition.ts';
import { isJsonObject } from '../workflow/fields.ts';
import type { Actor, WaitActor } from './actor.ts';
import { statusOf } from './turn.ts';

/** These are the answers of a person. */
const ANSWERS: ReadonlySet<StepVerb> = new Set(['complete', 'reject']);

interface Asked {
  readonly definition: StepDefinition;
  /** Null: it has not begun. */
  readonly wait: Actor | null;
  readonly verb: StepVerb;
  readonly options: VerbOptions;
}

/** Throws NOT_ALLOWED, ANSWERED or INVALID_OUTPUT; returns the options with the output that is meant. */
export function checkAnswer({ definition, wait, verb, options }: Asked, isAdmin: boolean): VerbOptions {
  const { waitFor, name } = definition;
  const { by } = options;
  if (waitFor?.who !== undefined && verb !== 'extend' && !isAdmin && !waitFor.who.includes(by)) {
    const message = `step ${name} waits for ${waitFor.who.join(' or ')}: "${by}" cannot ${verb} it`;
    throw new Refusal('NOT_ALLOWED', message);
  }
  const isApproval = waitFor?.approval !== undefined;
  if (isApproval && ANSWERS.has(verb) && wait?.kind === 'wait') refuseSecond(name, wait);
  if (verb !== 'complete') return options;
  const meant = isApproval && options.output === undefined ? approved(options) : options.output;
  if (isApproval && isJsonObject(meant) && meant['approved'] === false)
    throw invalid('/output/approved', 'is false: use reject to say no');
  const [fault] = answerFaults(waitFor?.schema, meant);
  if (meant !== undefined && fault !== undefined) throw invalid(`/output${fault.pointer}`, fault.message);
  return { ...options, output: meant };
}

export const approved = ({ by, reason }: Pick<VerbOptions, 'by' | 'reason'>) => ({
  approved: true,
  by,
  reason,
});

const invalid = (pointer: string, message: string): Refusal =>
  new Refusal('INVALID_OUTPUT', message, { faults: [{ pointer, message }] });

/** A second answer changes nothing, and is told whose the first was. */
function refuseSecond(name: string, { state, context }: WaitActor): void {
  const status = statusOf(state);
  if (status === 'pending' || status === 'waiting') return;
  const { resolvedBy, error, finishedAt, output } = context;
  const at = finishedAt === undefined ? '' : ` at ${new Date(finishedAt).toISOString()}`;
  throw new Refusal('ANSWERED', `step ${name} ${howEnded(status, { resolvedBy, error, output })}${at}`);
}

function howEnded(
  status: string,
  { resolvedBy, error, output }: Pick<WaitActor['context'], 'resolvedBy' | 'error' | 'output'>,
): string {
  if (error !== undefined) return `has ended without an approval (${error.message})`;
  if (status === 'skipped') return `was skipped by ${resolvedBy ?? 'somebody'}`;
  if (status === 'cancelled') return 'was cancelled with its task';
  const by = resolvedBy ?? (isJsonObject(output) ? output['by'] : undefined);
  return `was approved by ${String(by ?? 'somebody')}`;
}
