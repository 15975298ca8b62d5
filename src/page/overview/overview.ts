/** `GET /overview`: the state of things in one answer. */

import type { TaskStatus, TaskView } from '../../actors/views.ts';

export interface Second {
  readonly at: string;
  readonly complete: number;
  readonly failed: number;
  /** From submission to the end; null when none ended. */
  readonly meanMs: number | null;
}

/** What concerns the whole server is null for who sees one tenant. */
export interface Overview {
  readonly tasks: Readonly<Record<TaskStatus, number>>;
  readonly backlog: {
    readonly queued: number;
    readonly running: number | null;
    readonly timers: number | null;
  };
  readonly oldestWaiting: { readonly taskId: string; readonly step: string; readonly since: string } | null;
  readonly webhooks: { readonly pending: number; readonly dead: number };
  readonly throughput: { readonly perSecond: number; readonly lastMinute: readonly Second[] };
  readonly recent: readonly TaskView[];
  readonly server: ServerState | null;
}

export interface ServerState {
  readonly ready: boolean;
  readonly reason: string | null;
  readonly bus: 'in-process' | 'nats';
  readonly nats: { readonly connected: boolean; readonly server: string | null } | null;
  readonly workers: readonly Worker[];
  readonly store: { readonly path: string; readonly bytes: number };
}

export interface Worker {
  readonly name: string;
  readonly handlers: readonly string[];
  readonly running: number;
}
