/**
 * A worker anywhere: takes jobs for its handlers from the bus, runs them as an orchestrator runs its own, and answers.
 * It takes no more than it may run at once, and nothing is lost with it: what it did not acknowledge goes to another.
 */

import { hostname } from 'node:os';
import { type Logger, pino } from 'pino';
import type { Bus, Delivery, Subscription } from '../bus/bus.ts';
import type { NatsBusOptions } from '../bus/nats.ts';
import { streamsOf } from '../bus/streams.ts';
import { ANY, Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { HandlerHost } from '../worker/host/host.ts';
import type { HostedHandler } from '../worker/host/messages.ts';
import { DEFAULT_CONCURRENCY, type Handler, type HandlerEntry } from '../worker/job.ts';
import { sinkInto } from '../worker/job-log.ts';
import { lateLogger, WorkerPool } from '../worker/pool.ts';
import { foundByName } from '../workflow/built-in.ts';
import { LIMITS } from '../workflow/definition.ts';
import { Attempts } from './attempts.ts';
import { Outcomes } from './outcomes.ts';
import { sharesOf } from './shares.ts';

/** Where NATS is: `NATS_URL`, or that with credentials, certificates, or less patience with a server that is silent. */
export type NatsAddress = string | Pick<NatsBusOptions, 'url' | 'creds' | 'tls' | 'pingIntervalMs'>;

export interface WorkerSettings {
  /** By name; as a list they may have limits of their own. They run in this process. */
  readonly handlers: Readonly<Record<string, Handler>> | readonly HandlerEntry[];
  /** The worker's name in the history of a step; the host's name and the process id unless given. */
  readonly name?: string;
  /** Which steps' agent it is; default `default`. */
  readonly agent?: string;
  /** Attempts at once, divided among the handlers: each runs its share at most. Default 200. */
  readonly concurrency?: number;
  /** The same for all workers of an agent: they share how long a silent one is waited for. Default 10 s. */
  readonly heartbeatMs?: number;
  /** As the orchestrator's (`TROUPE_PREFIX`); default `troupe`. */
  readonly prefix?: string;
  /** Runs handler files in processes of their own. */
  readonly host?: HandlerHost;
  readonly log?: Logger;
}

/** Over NATS, or over the bus of a Troupe in this process. */
export type WorkerOptions = WorkerSettings & ({ readonly nats: NatsAddress } | { readonly bus: Bus });

export interface Worker {
  /** Attempts at once, by handler. */
  readonly shares: ReadonlyMap<string, number>;
  /** Jobs taken and not yet acknowledged. */
  readonly running: number;
  /** Takes no more, lets what runs finish within `graceMs` (default 20 s), hands the rest back, and leaves. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

const silent = pino({ level: 'silent' });

/** After the second missed heartbeat; the orchestrator waits a little longer, so the job is taken over, not repeated. */
const ACK_WAIT_HEARTBEATS = 2.5;

/**
 * Resolves though no server is there: it is looked for until it is. Rejects for what waiting does not mend: what
 * `connectNats` does, INVALID_HANDLERS, INVALID_CONCURRENCY, INVALID_NAME, CONSUMER_DIFFERS.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const {
    agent = 'default',
    name: worker = defaultName(),
    concurrency = DEFAULT_CONCURRENCY,
    heartbeatMs = 10_000,
    log = silent,
  } = options;
  const { host = null } = options;
  const inProcess = foundByName(entriesOf(options.handlers));
  const handlers = byName([...(host?.handlers ?? []), ...inProcess]);
  assertServed(handlers);
  assertConcurrency(concurrency);
  assertName(worker);
  const subjects = new Subjects(options.prefix);
  const shares = sharesOf(handlers, concurrency);
  const { bus, leaveBus } = await busOf(options, subjects, log);
  const outcomes = new Outcomes(bus, log);
  const pool = new WorkerPool(inProcess, { host, onLate: lateLogger(log), log: sinkInto(log) });
  const attempts = new Attempts({ bus, pool, outcomes, subjects, log, heartbeatMs, worker });

  const subscriptions: Subscription[] = [];
  const leave = async (graceMs: number): Promise<void> => {
    for (const subscription of subscriptions) subscription.unsubscribe();
    await within(graceMs, attempts.idle());
    if (attempts.count > 0) log.info({ jobs: attempts.count }, 'unfinished jobs go to other workers');
    attempts.handBack();
    pool.close();
    outcomes.close();
    await leaveBus();
  };
  try {
    const releases = subjects.pattern({ kind: 'release', node: ANY });
    subscriptions.push(bus.subscribe(releases, {}, (message) => attempts.hearRelease(message)));
    const { name } = subjects.stream('jobs');
    const ackWaitMs = heartbeatMs * ACK_WAIT_HEARTBEATS;
    const take = (delivery: Delivery) => attempts.take(delivery);
    for (const [handler, maxInFlight] of shares) {
      const pattern = subjects.pattern({ kind: 'job', tenantId: ANY, agent, handler });
      subscriptions.push(await bus.consume(name, pattern, { ackWaitMs, maxInFlight }, take));
    }
  } catch (error) {
    await leave(0);
    throw error;
  }

  let left: Promise<void> | null = null;
  return {
    shares,
    get running() {
      return attempts.count;
    },
    stop: ({ graceMs = 20_000 } = {}) => {
      left ??= leave(graceMs);
      return left;
    },
  };
}

/** A bus that was brought stays when the worker leaves. */
async function busOf(options: WorkerOptions, subjects: Subjects, log: Logger) {
  if ('bus' in options) return { bus: options.bus, leaveBus: () => Promise.resolve() };
  const bus = await connect(options.nats, subjects, log);
  return { bus, leaveBus: () => bus.close() };
}

async function connect(nats: NatsAddress, subjects: Subjects, log: Logger): Promise<Bus> {
  // Not above: who brings a bus does without the client.
  const { connectNats } = await import('../bus/nats.ts');
  return connectNats({
    ...(typeof nats === 'string' ? { url: nats } : nats),
    name: 'troupe-worker',
    streams: streamsOf(subjects),
    onError: (err, subject) => log.warn({ err, subject }, 'the bus has a problem'),
    onStatus: (status) => {
      if (status.state === 'connected') log.info(status, 'connected to NATS');
      else log.warn(status, 'no connection to NATS; trying again until there is');
    },
  });
}

function entriesOf(handlers: WorkerSettings['handlers']): readonly HandlerEntry[] {
  const entries = isList(handlers)
    ? handlers
    : Object.entries(handlers).map(([name, run]) => ({ name, run, concurrency: null }));
  return entries;
}

const byName = (handlers: readonly HostedHandler[]): readonly HostedHandler[] => [
  ...new Map(handlers.map((handler) => [handler.name, handler])).values(),
];

function assertServed(handlers: readonly { readonly name: string }[]): void {
  if (handlers.length === 0) {
    throw new Refusal('INVALID_HANDLERS', 'a worker without handlers would never get a job');
  }
}

const isList = (handlers: WorkerSettings['handlers']): handlers is readonly HandlerEntry[] =>
  Array.isArray(handlers);

function assertConcurrency(concurrency: number): void {
  if (Number.isSafeInteger(concurrency) && concurrency >= 1) return;
  const message = `the concurrency of a worker must be a whole number of at least 1, not ${concurrency}`;
  throw new Refusal('INVALID_CONCURRENCY', message);
}

const defaultName = (): string => `${hostname()}-${process.pid}`.slice(-LIMITS.nameLength);

function assertName(name: string): void {
  if (name.length >= 1 && name.length <= LIMITS.nameLength) return;
  const message = `the name of a worker must have 1 to ${LIMITS.nameLength} characters, not ${name.length}`;
  throw new Refusal('INVALID_NAME', message);
}

/** Resolves with the promise or after so long, whichever is sooner. */
async function within(delayMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
