/** One task with steps that a test makes fail, wait or succeed, on a clock that it moves. */

import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe } from '../../src/troupe.ts';
import type { StepVerb, TaskVerb } from '../../src/views/orchestrator.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { Handler, HandlerContext } from '../../src/worker/job.ts';
import type { StepDefinition } from '../../src/workflow/definition.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

export const asked = { by: 'ann', reason: 'because' };
export const fails = (): never => {
  throw new Error('out of paper');
};
export const failsForGood = (): never => {
  throw new PermanentError('out of paper');
};

export const statuses = (troupe: Troupe, id: string): Record<string, string> =>
  Object.fromEntries(troupe.getTask(null, id).steps.map(({ name, status }) => [name, status]));

/** Starts one task of these steps; a step without a handler of its own returns its name. */
export async function runSteps(
  steps: readonly StepDefinition[],
  own: Readonly<Record<string, Handler>> = {},
) {
  const clock = new ManualClock();
  const executed: string[] = [];
  const byName = steps.map(({ name }) => {
    const handler: Handler = (job) => {
      executed.push(name);
      return (own[name] ?? (() => name))(job);
    };
    return [name, handler];
  });
  const troupe = await startTroupe({
    clock,
    workflows: [workflow('w', steps)],
    handlers: handlers(Object.fromEntries(byName) as Record<string, Handler>),
  });
  const { task } = await troupe.submit(request('w'));
  const { id } = task;
  const tell = (name: string, verb: StepVerb, output?: unknown) =>
    troupe.stepVerb(null, id, name, verb, output === undefined ? asked : { ...asked, output });
  const tellTask = (verb: TaskVerb) => troupe.taskVerb(null, id, verb, asked);
  return { troupe, clock, id, executed, tell, tellTask };
}

/** A task `a → b` whose first step runs until the test lets it end. */
export async function startChain(clock = new ManualClock(), db = ':memory:') {
  const end = gate<() => unknown>();
  const signals: AbortSignal[] = [];
  const executed: string[] = [];
  const a = async ({ signal, attempt }: HandlerContext): Promise<unknown> => {
    executed.push(`a${attempt}`);
    signals.push(signal);
    return attempt === 1 ? (await end.promise)() : 'second';
  };
  const b = (): string => {
    executed.push('b');
    return 'b';
  };
  const workflows = [workflow('chain', [step('a'), step('b', ['a'])])];
  const troupe = await startTroupe({ db, clock, workflows, handlers: handlers({ a, b }) });
  const { task } = await troupe.submit(request('chain'));
  await stepFact(troupe, task.id, 'a', 'running');
  const tell = (verb: TaskVerb) => troupe.taskVerb(null, task.id, verb, asked);
  return { troupe, clock, id: task.id, endFirst: end.open, signals, executed, tell };
}

/** Moves the clock past every backoff until the task has ended. */
export async function runThroughBackoffs(
  troupe: Troupe,
  clock: ManualClock,
  id: string,
  name: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { fact } = await Promise.race([
      stepFact(troupe, id, name, 'retrying', attempt),
      taskFact(troupe, id, 'failed'),
      taskFact(troupe, id, 'complete'),
    ]);
    if (fact !== 'retrying') return;
    const { nextAttemptAt } = troupe.getStep(null, id, name);
    if (nextAttemptAt !== null) clock.moveTo(Date.parse(nextAttemptAt));
  }
}
