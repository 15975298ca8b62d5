/** Signals from outside: sent by key or to one task, listed and withdrawn. */

import { Refusal } from '../errors.ts';
import { definitionOf } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import type { Engine } from '../kernel/engine.ts';
import { signalByKey, signalTask, withdrawSignal } from '../kernel/signals.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import type { TaskReader } from '../queries/task-reader.ts';
import { addressOf, isStepPlace } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import type { Orchestrator } from '../views/orchestrator.ts';
import { parseKeyedSignal, parseTaskSignal } from '../workflow/signal-request.ts';
import { DEFAULT_TENANT } from '../workflow/task-request.ts';
import { foreignTenant } from './tasks.ts';

export interface SignalsParts {
  readonly engine: Engine;
  readonly reader: TaskReader;
  readonly cache: ActorCache;
  readonly store: Store;
}

export class Signals {
  readonly #parts: SignalsParts;

  constructor(parts: SignalsParts) {
    this.#parts = parts;
  }

  readonly signal: Orchestrator['signal'] = async (scope, { tenantId, ...given }, by) => {
    if (scope !== null && tenantId !== undefined && tenantId !== scope) throw foreignTenant(scope, tenantId);
    const signal = parseKeyedSignal(given);
    const tenant = scope ?? tenantId ?? DEFAULT_TENANT;
    return this.#parts.engine.perform((batch) =>
      signalByKey(batch, { ...signal, data: signal.data ?? null, tenant, by }),
    );
  };

  readonly signalTask: Orchestrator['signalTask'] = async (scope, id, name, given, by) => {
    const { no } = this.#parts.reader.find(scope, id);
    const signal = parseTaskSignal(name, given);
    return this.#parts.engine.perform((batch) =>
      signalTask(batch, batch.task(no), { ...signal, data: signal.data ?? null, by }),
    );
  };

  readonly taskSignals: Orchestrator['taskSignals'] = (scope, id) => {
    const { store, reader, cache } = this.#parts;
    const row = reader.find(scope, id);
    const taken = new Map(store.takenBy(row.no).map(({ signal, ref }) => [signal, ref]));
    const stepOf = (ref: number | undefined): string | null => {
      const address = ref === undefined ? null : addressOf(row.no, ref);
      if (address === null || !isStepPlace(address)) return null;
      return orUnreadable(
        () => definitionOf(cache.entryOf(row), address.index).name,
        () => null,
      );
    };
    return store.signalsOf(row.no).map(({ no, id: signal, name, key, at, by, until }) => ({
      id: signal,
      name,
      key,
      at: new Date(at).toISOString(),
      by,
      until: until === null ? null : new Date(until).toISOString(),
      takenBy: stepOf(taken.get(no)),
    }));
  };

  readonly withdrawSignal: Orchestrator['withdrawSignal'] = async (scope, id, signal, by) => {
    const { no } = this.#parts.reader.find(scope, id);
    await this.#parts.engine.perform((batch) => {
      const entry = batch.task(no);
      if (batch.draft.isSetAside({ kind: 'task', task: no }))
        throw new Refusal('SET_ASIDE', `task ${id} was set aside: what is stored of it cannot be opened`);
      withdrawSignal(batch, entry, signal, by);
    });
  };
}
