/** Why a task is not moving, in a sentence, and where its cause is found. */

import type { TaskSummary, Waiting } from '../../views/tasks.ts';

export interface Why {
  /** Null: it has failed. */
  readonly kind: Waiting['kind'] | null;
  readonly text: string;
  /** A clock ends it: ISO 8601. */
  readonly until: string | null;
  /** The consequence when the time is over. */
  readonly atEnd: string;
  /** The step to look at. */
  readonly step: string | null;
  /** Another task is the cause. */
  readonly taskId: string | null;
  /** All of it must be over by then: ISO 8601. */
  readonly deadline: string | null;
}

const AT_END: Readonly<Partial<Record<Waiting['kind'], string>>> = {
  timer: 'tries again',
  delay: 'starts',
  worker: 'times out',
  sleep: 'goes on',
  signal: 'gives up',
  approval: 'closes',
};

type Asked = Pick<TaskSummary, 'status' | 'error' | 'waitingFor'>;

/** The first says it; the rest are what else it waits for. Empty for a task that has ended well. */
export function whysOf({ status, error, waitingFor }: Asked): Why[] {
  const waits = waitingFor.map(whyOf);
  if (status !== 'failed' || error === null) return waits;
  const { step, name, message } = error;
  const what = step === null ? '' : `step ${step} failed with `;
  const failure = {
    kind: null,
    text: `${what}${name}: ${message}`,
    until: null,
    atEnd: '',
    step,
    taskId: null,
  };
  return [{ ...failure, deadline: null }, ...waits];
}

/** The page tells times itself, as time that is left. */
const withoutTime = (why: string, until: string | null): string =>
  until === null ? why : why.replace(`, until ${until}`, '').replace(` until ${until}`, '');

/** The end of a reason that says by when all of it must be over. */
const BY_DEADLINE = /(?:, until \S+)?, and all of it until (\S+)$/;

/** A task that ends says so before its first reason. */
const ENDING = /^(taking back: \d+ of \d+ done|it ends); /;

function whyOf({ step, on, taskId, until, why, kind }: Waiting): Why {
  const ending = ENDING.exec(why)?.[0] ?? '';
  const said = withoutTime(why.slice(ending.length).replace(BY_DEADLINE, ''), until);
  return {
    kind,
    text: ending + (step === undefined ? said : `${step}: ${said}`),
    until,
    atEnd: AT_END[kind] ?? 'ends',
    // The cause of a step that waits for another is that other one.
    step: kind === 'dependency' && taskId === undefined && step !== undefined ? (on ?? step) : (step ?? null),
    taskId: taskId ?? null,
    deadline: BY_DEADLINE.exec(why)?.[1] ?? null,
  };
}
