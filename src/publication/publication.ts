/** Publishes each commit: facts, on the stream that keeps them or to present listeners, and inspection. */

import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Subjects } from '../bus/subjects.ts';
import type { JournalFollower } from '../history/journal-follower.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import type { CommitListener, Committed } from '../kernel/output-gate.ts';
import type { Store } from '../store/store.ts';
import { Inspector } from './inspector.ts';
import { LiveFacts } from './live-facts.ts';
import { FactPublisher } from './publisher.ts';

interface PublicationDeps {
  readonly store: Store;
  readonly cache: ActorCache;
  readonly follower: JournalFollower;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly log: Logger;
  /** Publishes inspection events over a bus that cannot tell whether anybody listens. */
  readonly inspect: boolean;
}

export class Publication implements CommitListener {
  readonly #deps: PublicationDeps;
  readonly #liveFacts: LiveFacts;
  readonly #inspector: Inspector;
  #publisher: FactPublisher | null = null;

  constructor(deps: PublicationDeps) {
    this.#deps = deps;
    this.#liveFacts = new LiveFacts(deps);
    this.#inspector = new Inspector(deps);
  }

  /** Once the workflows are known, before the first commit. */
  start(): void {
    const { bus, subjects } = this.#deps;
    if (bus.isKept(subjects.stream('events').pattern)) this.#publisher = new FactPublisher(this.#deps);
  }

  /** Journal rows whose facts a stream has not confirmed yet. */
  get backlog(): number {
    return this.#publisher?.backlog ?? 0;
  }

  committed({ written }: Committed): void {
    this.#deps.follower.wake();
    this.#liveFacts.committed(written);
    this.#inspector.committed(written);
  }

  /** After the last commit. */
  async close(): Promise<void> {
    await this.#publisher?.close();
  }
}
