/**
 * Inspection events of what has just been committed, for visualizers that listen now, at most once. Snapshots of
 * every turn are not kept anywhere, so it takes the turns of the tasks it tells about a second time; nothing is done
 * while nobody listens.
 */

import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { type ActorState, replay, takeLine } from '../history/replay.ts';
import type { TaskEntry } from '../kernel/actor.ts';
import type { Written } from '../kernel/turns.ts';
import { addressOf } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { traceHeader } from './fact-subjects.ts';
import { actorEvent, type InspectionEvent, inspectionOf } from './inspection.ts';

/** The actors of a task after its journal entry `seq`. */
interface Followed {
  readonly actors: Map<number, ActorState>;
  seq: number;
}

const MAX_TASKS_FOLLOWED = 200;

interface InspectorDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly log: Logger;
  /** Nobody can tell who listens behind a server, so there it must be asked for. */
  readonly inspect: boolean;
}

export class Inspector {
  readonly #deps: InspectorDeps;
  readonly #all: string;
  readonly #followed = new LRUCache<number, Followed>({ max: MAX_TASKS_FOLLOWED });

  constructor(deps: InspectorDeps) {
    this.#deps = deps;
    this.#all = deps.subjects.pattern({ kind: 'inspect', tenantId: ANY, taskId: ANY });
  }

  committed(written: readonly Written[]): void {
    const { bus, subjects, inspect } = this.#deps;
    if (!(bus.link === null || inspect) || !bus.isHeard(this.#all)) return;
    for (const turns of written) {
      const { entry } = turns;
      const subject = subjects.of({ kind: 'inspect', tenantId: entry.tenant, taskId: entry.id });
      if (bus.isHeard(subject)) this.#tell(subject, turns);
    }
  }

  #tell(subject: string, { entry, firstSeq, entries }: Written): void {
    const followed = this.#follow(subject, entry, firstSeq, entries[0]?.e.at ?? 0);
    for (const [index, line] of entries.entries()) {
      const after = takeLine(followed.actors, line);
      followed.seq = firstSeq + index;
      if (after !== null) this.#send(subject, entry, inspectionOf(entry, followed.seq, line, after));
    }
  }

  /** Its actors as they were before `firstSeq`; those not told of yet are introduced. */
  #follow(subject: string, entry: TaskEntry, firstSeq: number, at: number): Followed {
    const known = this.#followed.get(entry.no);
    if (known?.seq === firstSeq - 1) return known;
    const seq = firstSeq - 1;
    const actors =
      seq === 0 ? new Map<number, ActorState>() : replay(this.#deps.store.journal(entry.no), seq);
    const followed = { actors, seq };
    this.#followed.set(entry.no, followed);
    for (const [ref, moment] of actors) {
      this.#send(subject, entry, [actorEvent(entry, seq, addressOf(entry.no, ref), at, moment)]);
    }
    return followed;
  }

  #send(subject: string, entry: TaskEntry, events: readonly InspectionEvent[]): void {
    const { bus, log } = this.#deps;
    for (const event of events) {
      bus
        .publish(subject, Buffer.from(JSON.stringify(event)), { headers: traceHeader(entry) })
        .catch((err: unknown) => log.warn({ err, subject }, 'an inspection event was not published'));
    }
  }
}
