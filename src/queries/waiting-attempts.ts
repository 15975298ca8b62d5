/** Why a step that somebody works at is not moving: its place in a queue, its attempt, or its backoff. */

import { failedBy } from '../../machines/failure-codes.ts';
import type { StepContext } from '../../machines/index.ts';
import {
  DEFAULT_AGENT,
  dueAtOf,
  type HandlerKey,
  NO_TIMERS,
  readHandlerKey,
  STOPPING,
  timeoutAtOf,
} from '../kernel/actor.ts';
import type { Waiting } from '../views/tasks.ts';
import { progressText } from '../worker/progress.ts';
import type { StepDefinition } from '../workflow/definition.ts';
import { ownStepOf } from '../workflow/steps/index.ts';
import { whyHeld } from './deadline-text.ts';
import type { Reasons } from './reasons.ts';
import type { StoredTask } from './task-reader.ts';

/** Characters of an answer in a sentence. */
const MOST_ANSWER = 100;

const iso = (at: number): string => new Date(at).toISOString();

export interface AttemptStep {
  readonly key: HandlerKey;
  readonly state: string;
  readonly context: StepContext;
  readonly ref: number;
}

export function onAttempts(
  task: StoredTask,
  definition: StepDefinition,
  { key, state, context, ref }: AttemptStep,
  reasons: Reasons,
): Waiting[] {
  const { name: step, handler } = definition;
  const timers = task.timers.get(ref) ?? NO_TIMERS;
  const dueAt = dueAtOf({ timers });
  const until = dueAt === null ? null : iso(dueAt);
  switch (state) {
    case 'pending.queued':
    case 'retrying.queued':
      return [queued(task, definition, key, until, reasons)];
    case 'running':
      return [
        {
          kind: 'worker',
          step,
          handler,
          until,
          why: whyRunning(context, key, timeoutAtOf({ timers }), reasons),
        },
      ];
    case STOPPING:
      return [{ kind: 'worker', step, handler, until, why: whyStopping(context, until) }];
    case 'retrying.backoff':
      return [{ kind: 'timer', step, until, why: whyBackingOff(context) }];
    case 'pending.held':
    case 'retrying.held':
      return [{ kind: 'dependency', step, until, why: whyHeld(task.context) }];
    default:
      return [];
  }
}

const whyStopping = ({ attempt }: StepContext, until: string | null): string =>
  `attempt ${attempt} was cut off: what it has done is taken back once its worker has stopped${until === null ? '' : `, at the latest at ${until}`}`;

/** Names a worker that is gone, for the person who looks after it. */
function whyBackingOff({ attempt, error, polls, answer = '' }: StepContext): string {
  if (polls !== undefined && error === undefined)
    return `asks again, after ${polls === 1 ? 'one answer' : `${polls} answers`}; the last was ${answer.slice(0, MOST_ANSWER)}`;
  const isGone = failedBy(error, 'HEARTBEAT_TIMEOUT', 'WORKER_DIED');
  return `backoff after attempt ${attempt}${isGone ? `: ${error.message}` : ''}`;
}

function whyRunning(
  context: StepContext,
  key: HandlerKey,
  timeoutAt: number | null,
  reasons: Reasons,
): string {
  const now = whereRunning(context, key, timeoutAt, reasons);
  const silent = context.remote === true ? context.silentWorkers?.at(-1) : undefined;
  if (silent === undefined) return now;
  return `${silent === null ? 'a worker' : `worker ${silent}`} fell silent, and the job was offered again; ${now}`;
}

function whereRunning(
  { attempt, token = '', remote, takenAt }: StepContext,
  key: HandlerKey,
  timeoutAt: number | null,
  reasons: Reasons,
): string {
  const { unreachable } = reasons;
  if (remote !== true && timeoutAt === null)
    return `attempt ${attempt} waits for a process that runs its handler`;
  const progress = reasons.progressOf(token);
  const share = progress === null ? '' : `, ${progressText(progress)}`;
  if (remote !== true) return `attempt ${attempt} is running${share}`;
  if (takenAt !== undefined) {
    return `attempt ${attempt} is running on a worker since ${iso(takenAt)}${share}`;
  }
  if (timeoutAt !== null) return `attempt ${attempt} was sent to the workers; none has said that it began`;
  if (unreachable === null && !reasons.isServed(key)) {
    return `${notServed(key, reasons)}; attempt ${attempt} is offered to whoever comes: ${startWorker(key)}`;
  }
  return `attempt ${attempt} is sent as soon as the workers can be reached${unreachable === null ? '' : `: ${unreachable}`}`;
}

function notServed(key: HandlerKey, reasons: Reasons): string {
  const meant = reasons.meant(key);
  return `no worker serves handler ${named(key)}${meant === null ? '' : `; ${meant}`}`;
}

function named(key: HandlerKey): string {
  const { agent, handler } = readHandlerKey(key);
  return agent === DEFAULT_AGENT ? handler : `${handler} of agent ${agent}`;
}

/** The one who reads this is often the one who can end the wait. */
function startWorker(key: HandlerKey): string {
  const { agent, handler } = readHandlerKey(key);
  const whose = agent === DEFAULT_AGENT ? '' : ` --agent ${agent}`;
  return `start "troupe worker${whose} --handlers FOLDER" with ${handler}.ts in the folder`;
}

function addHandler(key: HandlerKey): string {
  const { handler } = readHandlerKey(key);
  return `put ${handler}.ts (or .js) into a folder that the server is given by --handlers, or start a worker that has it`;
}

function queued(
  { entry }: StoredTask,
  definition: StepDefinition,
  key: HandlerKey,
  until: string | null,
  reasons: Reasons,
): Waiting {
  const { handler } = readHandlerKey(key);
  const { name: step } = definition;
  if (!reasons.isServed(key)) {
    const { unreachable } = reasons;
    const why =
      unreachable === null
        ? `${notServed(key, reasons)}; ${addHandler(key)}`
        : `no worker of ${named(key)} can be reached: ${unreachable}`;
    return { kind: 'worker', step, handler, until, why };
  }
  const limit = reasons.limitReached(key, entry.tenant);
  if (limit !== null) return { kind: 'limit', step, handler, until, why: `the limit is reached: ${limit}` };
  const why = ownStepOf(definition)?.attempts?.queued ?? `queued for a worker that serves ${handler}`;
  return { kind: 'worker', step, handler, until, why };
}
