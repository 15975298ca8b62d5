/** A Troupe is made with these. */

import type { Logger } from 'pino';
import type { Bus } from './bus/bus.ts';
import { type Fault, Refusal } from './errors.ts';
import type { Clock } from './kernel/clock.ts';
import { publicUrlFault } from './views/public-url.ts';
import type { HandlerHost } from './worker/host/host.ts';
import type { Handler, HandlerEntry } from './worker/job.ts';
import type { DefinedWorkflow } from './workflow/define.ts';
import type { WorkflowDefinition } from './workflow/definition.ts';

export interface TroupeOptions {
  /** Path of the store, or `:memory:` for one that dies with the process. */
  readonly db: string;
  /** Functions by their names; as a list where one has a limit of its own. */
  readonly handlers?: Readonly<Record<string, Handler>> | readonly HandlerEntry[];
  /** Runs handler files in processes of their own; its owner closes it, after the Troupe. */
  readonly host?: HandlerHost;
  readonly workflows?: readonly (WorkflowDefinition | DefinedWorkflow)[];
  /** Attempts at once in this process; default 200. */
  readonly concurrency?: number;
  /** Attempts at once of one tenant; default no limit of its own. */
  readonly tenantConcurrency?: number;
  /** Unfinished tasks one tenant may have before more are refused (LIMIT_REACHED); null, the default: no limit. */
  readonly maxBacklogPerTenant?: number | null;
  /** New tasks a second one tenant may submit before more are refused (RATE_EXCEEDED); null, the default: no limit. */
  readonly ratePerTenant?: number | null;
  /** How many of them may come at once after a silence; null, the default: one second's worth. */
  readonly burstPerTenant?: number | null;
  /** Payload fields that stand for a missing correlationId where they obey its rules; default correlationId, orderId. */
  readonly correlationKeys?: readonly string[];
  /**
   * Where people reach this server: the base of the links that answer approvals, which handlers find in `job.approvals`.
   * A function where it is known later. Default: they get none.
   */
  readonly publicUrl?: string | (() => string | null);
  readonly webhooks?: { readonly secret: string | null; readonly allow: readonly string[] };
  /** Fills in `${ENV:NAME}` when an HTTP call is made; default: the environment of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Default: one inside the process. */
  readonly bus?: Bus;
  /**
   * Chooses the agents whose steps the handlers given here do: `default`, or all. Default: all without a `bus`,
   * where nobody else could do them, and `default` with one.
   */
  readonly agents?: 'default' | 'all';
  /** How long a worker on the bus that has begun an attempt may give no sign of it; default 30 s. */
  readonly heartbeatTimeoutMs?: number;
  /** First token of every subject; default `troupe`. */
  readonly prefix?: string;
  /** Publishes what XState's inspector understands on `troupe.inspect.>` over NATS too; in this process whoever listens hears it. */
  readonly inspect?: boolean;
  /** How long tasks are kept that are complete or cancelled; null, the default: for ever. */
  readonly retentionMs?: number | null;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Dice in [0, 1), for jitter. */
  readonly random?: () => number;
}

export function handlerEntries(handlers: TroupeOptions['handlers'] = []): readonly HandlerEntry[] {
  if (isList(handlers)) return handlers;
  return Object.entries(handlers).map(([name, run]) => ({ name, run, concurrency: null }));
}

const isList = (handlers: NonNullable<TroupeOptions['handlers']>): handlers is readonly HandlerEntry[] =>
  Array.isArray(handlers);

const WHOLE = ['concurrency', 'tenantConcurrency', 'maxBacklogPerTenant', 'burstPerTenant'] as const;
const POSITIVE = ['ratePerTenant', 'heartbeatTimeoutMs'] as const;

/** Refuses with INVALID_OPTIONS a number that is none, or none of its kind: compared with, it would hold for ever or never. */
export function assertOptions(options: TroupeOptions): void {
  const faults: Fault[] = [];
  const check = (pointer: string, value: unknown, form: string, is: (value: unknown) => boolean): void => {
    if (value === undefined || value === null || is(value)) return;
    faults.push({
      pointer,
      message: `must be ${form}, not ${typeof value === 'string' ? `"${value}"` : value}`,
    });
  };
  const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
  const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0;
  for (const name of WHOLE) check(`/${name}`, options[name], 'a whole number of at least 1', isWhole);
  for (const name of POSITIVE) check(`/${name}`, options[name], 'a number above 0', isPositive);
  check(
    '/retentionMs',
    options.retentionMs,
    'a number of at least 0',
    (ms) => typeof ms === 'number' && ms >= 0,
  );
  const { publicUrl } = options;
  const fault = typeof publicUrl === 'string' ? publicUrlFault(publicUrl) : null;
  if (fault !== null) faults.push({ pointer: '/publicUrl', message: fault });
  for (const { name, concurrency } of handlerEntries(options.handlers))
    check(`/handlers/${name}/concurrency`, concurrency, 'a whole number of at least 1', isWhole);
  const [first] = faults;
  if (first === undefined) return;
  throw new Refusal('INVALID_OPTIONS', `option ${first.pointer.slice(1)} ${first.message}`, {
    faults,
  });
}
