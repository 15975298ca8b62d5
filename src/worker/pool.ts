/**
 * The worker in this process: runs handlers, one call an attempt, and reports each outcome once. It decides
 * nothing about retries and never sees the store.
 */

import { LIMITS } from '../workflow/definition.ts';
import { PermanentError, RetryableError } from './errors.ts';
import type {
  ExecutionRecord,
  Handler,
  HandlerContext,
  HandlerEntry,
  Job,
  Outcome,
  OutcomeError,
} from './job.ts';
import { completed } from './output.ts';

/** One attempt in this worker. Its signal is made when a handler asks for it: most never do, and it is costly. */
class Attempt {
  isOver = false;
  columns: ExecutionRecord | undefined;
  #controller: AbortController | null = null;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.isOver) this.#controller.abort(overReason());
    return this.#controller.signal;
  }

  abort(): void {
    this.isOver = true;
    this.#controller?.abort(overReason());
  }
}

/** What a handler is called with, but for the job. An accessor in an object literal takes ten times as long. */
class Call {
  /** Not a method: handlers take it out of the job. */
  readonly record: HandlerContext['record'];
  readonly #attempt: Attempt;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    this.record = (columns) => {
      attempt.columns = { ...attempt.columns, ...checkedColumns(columns) };
    };
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }
}

const overReason = (): Error =>
  new Error('the attempt is over: it timed out, its task was changed, or we are stopping');

export class WorkerPool {
  readonly #handlers = new Map<string, Handler>();
  /** By token, from the start until the attempt is released: longer than the handler runs. */
  readonly #attempts = new Map<string, Attempt>();
  #active = 0;
  #onIdle: (() => void)[] = [];

  constructor(handlers: readonly HandlerEntry[]) {
    for (const { name, run } of handlers) this.#handlers.set(name, run);
  }

  has(token: string): boolean {
    return this.#attempts.has(token);
  }

  /** Starts the attempt; `report` hears its outcome, unless it was released before. */
  run(job: Job, report: (outcome: Outcome) => void): void {
    const handler = this.#handlers.get(job.handler);
    if (handler === undefined) throw new Error(`assertion failed: no handler ${job.handler} in this worker`);
    this.start(job.token, (attempt) => execute(handler, job, attempt), report);
  }

  /** Runs something that is not a user's handler under the same rules. */
  start(
    token: string,
    work: (attempt: Attempt) => Promise<Outcome>,
    report: (outcome: Outcome) => void,
  ): void {
    const attempt = new Attempt();
    this.#attempts.set(token, attempt);
    this.#active++;
    void work(attempt).then((outcome) => {
      this.#active--;
      if (this.#active === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
      if (this.#attempts.get(token) === attempt) report(outcome);
    });
  }

  /** The attempt is over, whatever its handler still does. */
  release(token: string): void {
    this.#attempts.get(token)?.abort();
    this.#attempts.delete(token);
  }

  abortAll(): void {
    for (const token of [...this.#attempts.keys()]) this.release(token);
  }

  /** Resolves once nothing runs. */
  idle(): Promise<void> {
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }
}

async function execute(handler: Handler, job: Job, attempt: Attempt): Promise<Outcome> {
  const outcome = await outcomeOf(handler, job, attempt);
  return attempt.columns === undefined ? outcome : { ...outcome, record: attempt.columns };
}

async function outcomeOf(handler: Handler, job: Job, attempt: Attempt): Promise<Outcome> {
  const { token } = job;
  try {
    const output = await handler(Object.assign(new Call(attempt), job));
    return completed(token, output === undefined ? null : output);
  } catch (error) {
    return { token, status: 'failed', error: describe(error) };
  }
}

/** The columns of a record are cells of a table: plain values, of a length one can read. */
function checkedColumns(columns: ExecutionRecord): ExecutionRecord {
  for (const [name, value] of Object.entries(columns)) {
    const isCell = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    if (isCell && String(value).length <= MAX_MESSAGE) continue;
    throw new PermanentError(
      `job.record: column ${name} must be a string of at most ${MAX_MESSAGE} characters, a number, a boolean or null`,
      { code: 'INVALID_RECORD' },
    );
  }
  return columns;
}

const MAX_MESSAGE = 4_000;

/** What was thrown, as data. Anything but a `PermanentError` is worth another try. */
export function describe(thrown: unknown): OutcomeError {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: String(thrown).slice(0, MAX_MESSAGE), code: null, retryable: true };
  }
  // By name too: a handler may have come with its own copy of the library.
  const permanent = thrown instanceof PermanentError || thrown.name === 'PermanentError';
  const retryable = thrown instanceof RetryableError || thrown.name === 'RetryableError';
  const facts = thrown as { code?: unknown; details?: unknown; retryAfter?: unknown };
  return {
    name: thrown.name,
    message: thrown.message.slice(0, MAX_MESSAGE),
    code: typeof facts.code === 'string' ? facts.code : null,
    retryable: !permanent,
    ...(retryable && isRetryAfter(facts.retryAfter) ? { retryAfter: facts.retryAfter } : {}),
    ...((permanent || retryable) && facts.details !== undefined
      ? { details: jsonOrText(facts.details) }
      : {}),
  };
}

/** What JSON can carry: NaN would come back as null. */
const isRetryAfter = (value: unknown): value is number | string =>
  typeof value === 'string' || Number.isFinite(value);

function jsonOrText(details: unknown): unknown {
  try {
    const text = JSON.stringify(details);
    if (text === undefined || text.length > LIMITS.outputBytes) return String(details).slice(0, MAX_MESSAGE);
    return JSON.parse(text);
  } catch {
    // Not JSON: the error itself matters more than its details.
    return String(details).slice(0, MAX_MESSAGE);
  }
}
