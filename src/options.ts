/** What a Troupe is made with. */

import type { Logger } from 'pino';
import type { Clock } from './actors/clock.ts';
import type { Bus } from './bus/bus.ts';
import type { HandlerEntry } from './worker/job.ts';
import type { DefinedWorkflow } from './workflow/define.ts';
import type { WorkflowDefinition } from './workflow/definition.ts';

export interface TroupeOptions {
  /** Path of the store, or `:memory:` for one that dies with the process. */
  readonly db: string;
  readonly handlers: readonly HandlerEntry[];
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
  /** Payload fields that stand for a missing correlationId; default correlationId, orderId. */
  readonly correlationKeys?: readonly string[];
  readonly webhooks?: { readonly secret: string | null; readonly allow: readonly string[] };
  /** What `${ENV:NAME}` in an HTTP call stands for when it is made; default: the environment of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Default: one inside the process. */
  readonly bus?: Bus;
  /**
   * Whose steps the handlers given here do: of the agent `default`, or of all. Default: all without a `bus`, where
   * nobody else could do them, and `default` with one.
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
