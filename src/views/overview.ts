/** How the whole of it is doing: counts of all tasks, what waits, who works. */

import type { TaskStatus, TaskSummary } from './tasks.ts';

export interface WorkerView {
  readonly name: string;
  readonly handlers: readonly string[];
  readonly running: number;
}

export interface HealthStatus {
  readonly ready: boolean;
  /** Why not ready, or null. */
  readonly reason: string | null;
  readonly tasks: Readonly<Record<TaskStatus, number>>;
  readonly backlog: { readonly queued: number; readonly running: number; readonly timers: number };
  /** The longest queued job: which and since when. */
  readonly oldestWaiting: { readonly taskId: string; readonly step: string; readonly since: string } | null;
  readonly webhooks: { readonly pending: number; readonly dead: number };
  readonly bus: 'in-process' | 'nats';
  readonly nats: { readonly connected: boolean; readonly server: string | null } | null;
  readonly workers: readonly WorkerView[];
  readonly store: { readonly path: string; readonly bytes: number };
}

/** Tasks that ended in one second of the last minute. */
export interface SecondView {
  readonly at: string;
  readonly complete: number;
  readonly failed: number;
  /** Mean time from submission to the end; null when none ended. */
  readonly meanMs: number | null;
}

export type ServerView = Pick<HealthStatus, 'ready' | 'reason' | 'bus' | 'nats' | 'workers' | 'store'>;

/** All that a first screen shows. What concerns the whole server is null for who sees one tenant. */
export interface Overview {
  readonly tasks: HealthStatus['tasks'];
  readonly backlog: {
    readonly queued: number;
    readonly running: number | null;
    readonly timers: number | null;
  };
  readonly oldestWaiting: HealthStatus['oldestWaiting'];
  readonly webhooks: HealthStatus['webhooks'];
  readonly throughput: {
    /** Tasks completed, over the last minute. */
    readonly perSecond: number;
    /** Oldest first, the present second excluded. */
    readonly lastMinute: readonly SecondView[];
  };
  readonly recent: readonly TaskSummary[];
  readonly server: ServerView | null;
}
