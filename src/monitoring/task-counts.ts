/** How many tasks are in each state, kept by counting changes: asking the store would read all of it. */

import type { CommitListener, Committed } from '../kernel/output-gate.ts';
import type { Store } from '../store/store.ts';
import { OPEN_TASK_STATUSES } from '../views/statuses.ts';
import type { TaskStatus } from '../views/tasks.ts';

const OPEN: ReadonlySet<string> = new Set(OPEN_TASK_STATUSES);

const NONE: Readonly<Record<TaskStatus, number>> = {
  pending: 0,
  running: 0,
  retrying: 0,
  waiting: 0,
  paused: 0,
  complete: 0,
  failed: 0,
  cancelled: 0,
};

export class TaskCounts implements CommitListener {
  #byStatus: Record<string, number> = { ...NONE };
  #byTenant = new Map<string, Record<string, number>>();

  load(store: Store): void {
    this.#byStatus = { ...NONE };
    this.#byTenant = new Map();
    for (const { status, tenant, count } of store.countByStatus()) this.#add(status, tenant, count);
  }

  committed({ statusChanges }: Committed): void {
    for (const { tenant, from, to } of statusChanges) {
      if (from !== null) this.#add(from, tenant, -1);
      this.#add(to, tenant, 1);
    }
  }

  resumed(store: Store): void {
    this.load(store);
  }

  get byStatus(): Readonly<Record<TaskStatus, number>> {
    return this.#byStatus as Record<TaskStatus, number>;
  }

  ofTenant(tenant: string): Readonly<Record<TaskStatus, number>> {
    return { ...NONE, ...this.#byTenant.get(tenant) };
  }

  openOf(tenant: string): number {
    const counts = this.#byTenant.get(tenant) ?? {};
    let open = 0;
    for (const status of OPEN) open += counts[status] ?? 0;
    return open;
  }

  #add(status: string, tenant: string, count: number): void {
    this.#byStatus[status] = (this.#byStatus[status] ?? 0) + count;
    const counts = this.#byTenant.get(tenant) ?? {};
    counts[status] = (counts[status] ?? 0) + count;
    this.#byTenant.set(tenant, counts);
  }
}
