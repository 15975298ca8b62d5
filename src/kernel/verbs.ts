/** Tells tasks and steps the verbs of people, and refuses a verb that the state does not take. */

import type { StepEvent, TaskEvent } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import { type Address, type StepAddress, stepAt, taskAt } from '../store/address.ts';
import type { StepVerb, TaskVerb, VerbOptions } from '../views/orchestrator.ts';
import { LIMITS } from '../workflow/definition.ts';
import { actorName, definitionOf, type TaskEntry } from './actor.ts';
import type { Batch } from './batch.ts';
import { checkedDeadline } from './deadlines.ts';
import { spawnSteps, stepNamed } from './task-effects.ts';
import { statusOf } from './turn.ts';

export function tellTask(batch: Batch, entry: TaskEntry, verb: TaskVerb, options: VerbOptions): void {
  const task = taskAt(entry.no);
  refuseSetAside(batch, entry, task);
  if (batch.take(task, taskEvent(batch, verb, options)) !== 'taken') {
    const status = batch.taskStatus(entry.no);
    throw new Refusal('WRONG_STATE', `task ${entry.id} is ${status}: it cannot be told to ${verb}`);
  }
}

function taskEvent({ now: at }: Batch, verb: TaskVerb, options: VerbOptions): TaskEvent {
  const { by, reason } = options;
  return verb === 'retry'
    ? { type: 'task.retry', at, by, reason, ...checkedDeadline(options) }
    : { type: `task.${verb}`, at, by, reason };
}

export function tellStep(
  batch: Batch,
  entry: TaskEntry,
  name: string,
  verb: StepVerb,
  options: VerbOptions,
): void {
  const index = stepNamed(entry, name);
  if (index === null) throw new Refusal('STEP_NOT_FOUND', `task ${entry.id} has no step ${name}`);
  const address = stepAt(entry.no, index);
  for (const needed of [taskAt(entry.no), address]) refuseSetAside(batch, entry, needed);
  checkOutput(verb, options.output);
  const taskStatus = batch.taskStatus(entry.no);
  if (taskStatus === 'complete' || taskStatus === 'cancelled' || !hasStarted(batch, entry)) {
    throw wrongState(`task ${entry.id} is ${taskStatus}`, name, verb);
  }
  const step = batch.actor(address);
  if (step === null && verb === 'retry') throw wrongState('it is pending', name, verb);
  if (entry.workflow.failureHandlers.includes(index) && isToBeSpawned(batch, entry))
    throw wrongState('it handles failures, and starts when all other steps have ended', name, verb);
  // A step whose dependencies have not reported has no actor yet: it is spawned to be resolved by hand.
  if (step === null) spawnAhead(batch, entry, address);
  const event = stepEvent(batch, verb, options, taskStatus === 'paused');
  if (batch.take(address, event) !== 'taken') {
    throw wrongState(`it is ${statusOf(step?.state ?? 'pending')}`, name, verb);
  }
}

/** Not to be taken for one that was never spawned. */
function refuseSetAside(batch: Batch, entry: TaskEntry, address: Address): void {
  if (batch.actor(address) !== null || !batch.draft.isSetAside(address)) return;
  const message = `${actorName(entry, address)} of task ${entry.id} was set aside: what is stored of it cannot be opened`;
  throw new Refusal('SET_ASIDE', message);
}

const hasStarted = (batch: Batch, entry: TaskEntry): boolean =>
  batch.actor(taskAt(entry.no))?.context.startedAt !== undefined;

/** Failure handlers; after a retry also those that have run before. */
const isToBeSpawned = (batch: Batch, entry: TaskEntry): boolean =>
  batch.actor(taskAt(entry.no))?.context.failureHandlerCount !== undefined;

/** Held, so that no worker takes it in between; the task counts it as held, as if it had spawned it. */
function spawnAhead(batch: Batch, entry: TaskEntry, { index }: StepAddress): void {
  spawnSteps(batch, entry, [index], true);
  const { name: step } = definitionOf(entry, index);
  batch.take(taskAt(entry.no), { type: 'step.spawnedAhead', at: batch.now, step, index });
}

function stepEvent({ now: at }: Batch, verb: StepVerb, options: VerbOptions, isPaused: boolean): StepEvent {
  const { by, reason, output } = options;
  switch (verb) {
    case 'retry':
      return { type: 'step.retry', at, by, reason, ...(isPaused ? { held: true } : {}) };
    case 'skip':
      return { type: 'step.skip', at, by, reason, ...(output === undefined ? {} : { output }) };
    case 'complete':
      return { type: 'step.complete', at, by, reason, output };
  }
}

/** Refuses an output where none may be, none where one must be, and one that is too large. */
export function checkOutput(verb: StepVerb, output: unknown): void {
  if (output === undefined) {
    if (verb === 'complete') throw invalid('/output', 'complete needs the output the step would have made');
    return;
  }
  if (verb === 'retry') throw invalid('/output', 'a retry takes no output: the worker makes it');
  const bytes = Buffer.byteLength(JSON.stringify(output) ?? 'null');
  if (bytes > LIMITS.outputBytes)
    throw invalid('/output', `${bytes} bytes of JSON; at most ${LIMITS.outputBytes}`);
}

const invalid = (pointer: string, message: string): Refusal =>
  new Refusal('INVALID_OUTPUT', message, { faults: [{ pointer, message }] });

const wrongState = (why: string, name: string, verb: StepVerb): Refusal =>
  new Refusal('WRONG_STATE', `step ${name} cannot be told to ${verb}: ${why}`);
