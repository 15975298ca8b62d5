/** Tells tasks and steps the verbs of people, and refuses a verb that the state does not take. */

import type { TaskEvent } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import { type Address, addressOf, type StepPlace, taskAt } from '../store/address.ts';
import type { StepVerb, TaskVerb, VerbOptions } from '../views/orchestrator.ts';
import { LIMITS } from '../workflow/definition.ts';
import { TIME_FORM, timeMs } from '../workflow/time-text.ts';
import { actorName, definitionOf, placeOf, type TaskEntry } from './actor.ts';
import { checkAnswer } from './approvals.ts';
import type { Batch, Taken } from './batch.ts';
import { isCompensated, isCompensating, refuseCompensated } from './compensations.ts';
import { checkedDeadline } from './deadlines.ts';
import { spawnSteps, stepNamed } from './task-effects.ts';
import { statusOf } from './turn.ts';

export function tellTask(batch: Batch, entry: TaskEntry, verb: TaskVerb, options: VerbOptions): void {
  const task = taskAt(entry.no);
  refuseSetAside(batch, entry, task);
  refuseForParent(batch, entry, verb);
  if (verb === 'retry') refuseRevival(batch, entry);
  refuseForCompensation(batch, entry, verb, options);
  if (batch.take(task, taskEvent(batch, verb, options)) !== 'taken') {
    const status = batch.taskStatus(entry.no);
    if (verb === 'compensate' && status === 'failed')
      throw new Refusal('WRONG_STATE', `task ${entry.id} has nothing to take back`);
    throw new Refusal('WRONG_STATE', `task ${entry.id} is ${status}: it cannot be told to ${verb}`);
  }
}

/** A task that takes back what it has done goes on with that, unless it is told outright to leave the rest. */
function refuseForCompensation(
  batch: Batch,
  entry: TaskEntry,
  verb: TaskVerb,
  { compensate }: VerbOptions,
): void {
  if (verb === 'pause' || verb === 'resume') return;
  const isCancel = verb === 'cancel';
  if (isCompensating(batch, entry)) {
    if (isCancel && typeof compensate === 'boolean') return;
    const advice = isCancel
      ? 'say compensate: true, and it ends cancelled after that, or compensate: false to leave the rest'
      : `it cannot be told to ${verb}`;
    refuseCompensated(batch, entry, advice);
  }
  const context = batch.actor(taskAt(entry.no))?.context;
  // One that has not taken back everything may be cancelled still.
  if (isCancel && context !== undefined && !isCompensated(context)) return;
  refuseCompensated(batch, entry, verb);
}

/** A child goes on only where its parent does. */
function refuseForParent(batch: Batch, { parent, id }: TaskEntry, verb: TaskVerb): void {
  if (parent === null || verb !== 'resume' || batch.taskStatus(parent.task) !== 'paused') return;
  const above = batch.task(parent.task);
  throw new Refusal('PARENT_PAUSED', `task ${id} is paused with its parent ${above.id}: resume that one`);
}

/** A child that has failed goes on only where its parent can, and so on upwards as far as they have failed too. */
function refuseRevival(batch: Batch, { parent, id }: TaskEntry): void {
  if (parent === null) return;
  const above = batch.task(parent.task);
  const status = batch.taskStatus(parent.task);
  if (status === 'cancelled')
    throw new Refusal('PARENT_OVER', `the parent ${above.id} of task ${id} was cancelled: submit it again`);
  if (isCompensating(batch, above))
    throw new Refusal('COMPENSATING', `the parent ${above.id} of task ${id} takes back what it has done`);
  if (batch.actor(taskAt(above.no))?.context.compensation !== undefined)
    throw new Refusal(
      'PARENT_OVER',
      `the parent ${above.id} of task ${id} has taken back what it had done: submit it again`,
    );
  const address = addressOf(parent.task, parent.ref);
  const wait = address.kind === 'wait' ? batch.actor(address) : null;
  if (wait !== null && (wait.state === 'complete' || wait.state === 'skipped'))
    throw new Refusal(
      'PARENT_WENT_ON',
      `step ${definitionOf(above, wait.index).name} of task ${above.id} has gone on without task ${id}: it is ${wait.state}`,
    );
  if (status === 'failed') refuseRevival(batch, above);
}

function taskEvent({ now: at }: Batch, verb: TaskVerb, options: VerbOptions): TaskEvent {
  const { by, reason, compensate } = options;
  switch (verb) {
    case 'retry':
      return { type: 'task.retry', at, by, reason, ...checkedDeadline(options) };
    case 'cancel':
      return { type: 'task.cancel', at, by, reason, ...(compensate == null ? {} : { compensate }) };
    default:
      return { type: `task.${verb}`, at, by, reason };
  }
}

export function tellStep(
  batch: Batch,
  entry: TaskEntry,
  name: string,
  verb: StepVerb,
  given: VerbOptions,
  isAdmin: boolean,
): void {
  const index = stepNamed(entry, name);
  if (index === null) throw new Refusal('STEP_NOT_FOUND', `task ${entry.id} has no step ${name}`);
  const address = placeOf(entry, index);
  for (const needed of [taskAt(entry.no), address]) refuseSetAside(batch, entry, needed);
  const step = batch.actor(address);
  const definition = definitionOf(entry, index);
  const options = checkAnswer({ definition, wait: step, verb, options: given }, isAdmin);
  checkOutput(verb, options.output);
  if (verb === 'extend') untilOf(options, batch.now);
  const taskStatus = batch.taskStatus(entry.no);
  if (taskStatus === 'complete' || taskStatus === 'cancelled' || !hasStarted(batch, entry)) {
    throw wrongState(`task ${entry.id} is ${taskStatus}`, name, verb);
  }
  refuseWhileCompensating(batch, entry, index, name, verb);
  if (taskStatus === 'failed' && definition.compensates === undefined) refuseRevival(batch, entry);
  if (step === null && verb !== 'skip' && verb !== 'complete') throw wrongState('it is pending', name, verb);
  if (entry.workflow.failureHandlers.includes(index) && isToBeSpawned(batch, entry))
    throw wrongState('it handles failures, and starts when all other steps have ended', name, verb);
  // A step whose dependencies have not reported has no actor yet: it is spawned to be resolved by hand.
  if (step === null) spawnAhead(batch, entry, address);
  if (take(batch, address, verb, options, taskStatus === 'paused') !== 'taken') {
    throw wrongState(`it is ${statusOf(step?.state ?? 'pending')}`, name, verb);
  }
}

/** Only compensations take anything while a task takes back, and failure handlers once it has. */
function refuseWhileCompensating(
  batch: Batch,
  entry: TaskEntry,
  index: number,
  name: string,
  verb: StepVerb,
): void {
  const { compensates, failuresAs } = definitionOf(entry, index);
  const step = batch.actor(placeOf(entry, index));
  if (compensates !== undefined) {
    if (step === null) throw wrongState(`it takes back ${compensates} only once its task fails`, name, verb);
    return;
  }
  if (failuresAs !== undefined && !isCompensating(batch, entry)) return;
  refuseCompensated(batch, entry, `step ${name} takes nothing any more`);
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
function spawnAhead(batch: Batch, entry: TaskEntry, { index }: StepPlace): void {
  spawnSteps(batch, entry, [index], true);
  const { name: step } = definitionOf(entry, index);
  batch.take(taskAt(entry.no), { type: 'step.spawnedAhead', at: batch.now, step, index });
}

/** Only a wait can be told no, or to wait longer. */
function take(
  batch: Batch,
  address: StepPlace,
  verb: StepVerb,
  options: VerbOptions,
  isPaused: boolean,
): Taken {
  const { now: at } = batch;
  const { by, reason, output } = options;
  switch (verb) {
    case 'retry':
      return batch.take(address, { type: 'step.retry', at, by, reason, ...(isPaused ? { held: true } : {}) });
    case 'skip':
      return batch.take(address, {
        type: 'step.skip',
        at,
        by,
        reason,
        ...(output === undefined ? {} : { output }),
      });
    case 'complete':
      return batch.take(address, { type: 'step.complete', at, by, reason, output });
    case 'reject':
      return address.kind === 'wait'
        ? batch.take(address, { type: 'step.reject', at, by, reason })
        : 'ignored';
    case 'extend': {
      const until = untilOf(options, at);
      return address.kind === 'wait'
        ? batch.take(address, { type: 'step.extend', at, by, reason, until })
        : 'ignored';
    }
  }
}

function untilOf({ until: text }: VerbOptions, now: number): number {
  const until = text === undefined ? null : timeMs(text);
  if (until !== null && until > now && until <= now + LIMITS.delaySeconds * 1_000) return until;
  const message = `must be ${TIME_FORM}, later than now and at most ten years ahead`;
  throw new Refusal('INVALID_BODY', `until ${message}`, { faults: [{ pointer: '/until', message }] });
}

/** Refuses an output where none may be, none where one must be, and one that is too large. */
export function checkOutput(verb: StepVerb, output: unknown): void {
  if (output === undefined) {
    if (verb === 'complete') throw invalid('/output', 'complete needs the output the step would have made');
    return;
  }
  if (verb !== 'skip' && verb !== 'complete') throw invalid('/output', `${verb} takes no output`);
  const bytes = Buffer.byteLength(JSON.stringify(output) ?? 'null');
  if (bytes > LIMITS.outputBytes)
    throw invalid('/output', `${bytes} bytes of JSON; at most ${LIMITS.outputBytes}`);
}

const invalid = (pointer: string, message: string): Refusal =>
  new Refusal('INVALID_OUTPUT', message, { faults: [{ pointer, message }] });

const wrongState = (why: string, name: string, verb: StepVerb): Refusal =>
  new Refusal('WRONG_STATE', `step ${name} cannot be told to ${verb}: ${why}`);
