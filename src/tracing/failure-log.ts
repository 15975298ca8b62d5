/** Logs failures once they are committed: one line an attempt, and one a task that has failed for good. */

import type { Logger } from 'pino';
import type { InnerError, StepError, TaskContext } from '../../machines/index.ts';
import { definitionOf, type PlaceActor, placeOf, type TaskEntry } from '../kernel/actor.ts';
import { FAILURES, failureIn, type JournalEntry, whoIn } from '../kernel/journal.ts';
import type { CommitListener, Committed } from '../kernel/output-gate.ts';
import { isStepPlace, type StepPlace } from '../store/address.ts';

/** `stepOf`: a step as it stands; the one that failed a task may have ended long before its task. */
export class FailureLog implements CommitListener {
  readonly #log: Logger;
  readonly #stepOf: (address: StepPlace) => PlaceActor | null;

  constructor(log: Logger, stepOf: (address: StepPlace) => PlaceActor | null) {
    this.#log = log;
    this.#stepOf = stepOf;
  }

  committed({ written }: Committed): void {
    for (const { entry, hasFailure, entries, actors } of written) {
      for (const line of hasFailure ? entries : []) {
        if (line.k === undefined || line.s === 1 || !FAILURES.has(line.k)) continue;
        const who = whoIn(entry, line);
        if (isStepPlace(who)) logAttempt(this.#log, entry, who, line);
        const actor = actors.get(line.r)?.actor;
        if (actor?.kind === 'task' && line.k === 'failed')
          logTask(this.#log, entry, actor.context.error, this.#stepOf);
      }
    }
  }
}

function logAttempt(log: Logger, entry: TaskEntry, { index }: StepPlace, line: JournalEntry): void {
  const error = failureIn(line);
  // A step halted by the failure of another had its own failure logged before.
  if (error === null || line.e.type === 'step.halt') return;
  const { name: step, handler } = definitionOf(entry, index);
  const { a: attempt = 0, d: backoffMs } = line;
  const next = line.k === 'retrying' ? `; it is tried again after ${backoffMs ?? 0} ms` : '';
  log.warn(
    {
      ...fieldsOf(entry),
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
  stepOf: (address: StepPlace) => PlaceActor | null,
): void {
  if (error === undefined) {
    log.error(fieldsOf(entry), `task ${entry.name} failed`);
    return;
  }
  const { step } = error;
  const index = step === null ? undefined : entry.workflow.indexByName.get(step);
  const failed = index === undefined ? null : stepOf(placeOf(entry, index));
  const context = failed?.context;
  const where = step === null ? '' : `step ${step}: `;
  log.error(
    {
      ...fieldsOf(entry),
      ...(step === null ? {} : { step }),
      ...(context === undefined ? {} : { attempt: context.attempt }),
      err: logged(context?.error ?? error),
    },
    `task ${entry.name} failed: ${where}${headline(error)}`,
  );
}

const fieldsOf = ({ id, name, tenant }: TaskEntry) => ({ task: id, name, tenant });

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
