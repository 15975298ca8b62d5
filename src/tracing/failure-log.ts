/** What failed, in the log, once it is committed: one line an attempt, and one a task that has failed for good. */

import type { Logger } from 'pino';
import type { InnerError, StepContext, StepError, TaskContext } from '../../machines/index.ts';
import { type Actor, definitionOf, isStep, stepRef, TASK_REF, type TaskEntry } from '../kernel/actor.ts';
import { FAILURES, failureIn, type JournalEntry } from '../kernel/journal.ts';
import type { CommitListener, Committed } from '../kernel/output-gate.ts';

/** `actorAt`: an actor as it stands; that of a task's failed step may have ended long before its task. */
export class FailureLog implements CommitListener {
  readonly #log: Logger;
  readonly #actorAt: (task: number, ref: number) => Actor | null;

  constructor(log: Logger, actorAt: (task: number, ref: number) => Actor | null) {
    this.#log = log;
    this.#actorAt = actorAt;
  }

  committed({ written }: Committed): void {
    for (const { entry, hasFailure, entries, actors } of written) {
      for (const line of hasFailure ? entries : []) {
        if (line.k === undefined || line.s === 1 || !FAILURES.has(line.k)) continue;
        if (isStep(line.r)) logAttempt(this.#log, entry, line);
        else if (line.r === TASK_REF && line.k === 'failed') {
          const context = actors.get(line.r)?.actor?.context as TaskContext | undefined;
          logTask(this.#log, entry, context?.error, this.#actorAt);
        }
      }
    }
  }
}

function logAttempt(log: Logger, entry: TaskEntry, line: JournalEntry): void {
  const error = failureIn(line);
  // A step halted by the failure of another had its own failure logged before.
  if (error === null || line.e.type === 'step.halt') return;
  const { name: step, handler } = definitionOf(entry, line.r);
  const { a: attempt = 0, d: backoffMs } = line;
  const next = line.k === 'retrying' ? `; it is tried again after ${backoffMs ?? 0} ms` : '';
  log.warn(
    {
      ...about(entry),
      step,
      handler,
      attempt,
      ...(backoffMs === undefined ? {} : { backoffMs }),
      err: logged(error),
    },
    `attempt ${attempt} of step ${step} failed: ${headline(error)}${next}`,
  );
}

/** The error of a task is in short; where its step failed in the same commit, that has the stack. */
function logTask(
  log: Logger,
  entry: TaskEntry,
  error: TaskContext['error'],
  actorAt: (task: number, ref: number) => Actor | null,
): void {
  if (error === undefined) {
    log.error(about(entry), `task ${entry.name} failed`);
    return;
  }
  const { step } = error;
  const index = step === null ? undefined : entry.workflow.indexByName.get(step);
  const failed = index === undefined ? null : actorAt(entry.no, stepRef(index));
  const context = failed?.context as StepContext | undefined;
  const where = step === null ? '' : `step ${step}: `;
  log.error(
    {
      ...about(entry),
      ...(step === null ? {} : { step }),
      ...(context === undefined ? {} : { attempt: context.attempt }),
      err: logged(context?.error ?? error),
    },
    `task ${entry.name} failed: ${where}${headline(error)}`,
  );
}

const about = ({ id, name, tenant }: TaskEntry) => ({ task: id, name, tenant });

const headline = ({ name, message, code }: StepError): string =>
  `${name}: ${message}${code === null ? '' : ` (${code})`}`;

/** Details and answers stay in the store: a log is read by more people. */
function logged(error: StepError): object {
  const { causes = [], errors = [] } = error;
  return asError(error, {
    ...(causes.length === 0 ? {} : { causes: causes.map((cause) => asError(cause)) }),
    ...(errors.length === 0 ? {} : { errors: errors.map((inner) => asError(inner)) }),
  });
}

/** Without a class, so that pino has the name for its type. */
const asError = ({ name, message, code, stack }: InnerError, more: object = {}): object =>
  Object.assign(Object.create(null), {
    name,
    message,
    ...(code === null ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...more,
  });
