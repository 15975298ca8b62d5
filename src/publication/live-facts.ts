/**
 * Tells whoever listens right now, at most once: facts where no stream keeps them, and facts of steps with a channel
 * on it. It costs next to nothing while nobody listens.
 */

import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { toFact, whoIn } from '../kernel/journal.ts';
import type { Written } from '../kernel/turns.ts';
import { channelSubject, eventSubject, traceHeader } from './fact-subjects.ts';

interface LiveFactsDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly log: Logger;
}

export class LiveFacts {
  readonly #deps: LiveFactsDeps;
  readonly #events: string;
  readonly #channels: string;

  constructor(deps: LiveFactsDeps) {
    this.#deps = deps;
    this.#events = deps.subjects.stream('events').pattern;
    this.#channels = deps.subjects.pattern({ kind: 'channel', tenantId: ANY, channel: ANY });
  }

  committed(written: readonly Written[]): void {
    const { bus, subjects } = this.#deps;
    const events = !bus.isKept(this.#events) && bus.isHeard(this.#events);
    const channels = bus.isHeard(this.#channels);
    if (!events && !channels) return;
    for (const { entry, firstSeq, entries } of written) {
      for (const [index, line] of entries.entries()) {
        if (line.k === undefined) continue;
        const address = whoIn(entry, line);
        const possible = [
          events ? eventSubject(subjects, entry, address, line.k) : null,
          channels ? channelSubject(subjects, entry, address) : null,
        ];
        const heard = possible.filter(
          (subject): subject is string => subject !== null && bus.isHeard(subject),
        );
        if (heard.length === 0) continue;
        const data = Buffer.from(JSON.stringify(toFact(entry, firstSeq + index, line)));
        for (const subject of heard) this.#send(subject, data, traceHeader(entry));
      }
    }
  }

  #send(subject: string, data: Uint8Array, headers: Readonly<Record<string, string>>): void {
    const { bus, log } = this.#deps;
    bus
      .publish(subject, data, { headers })
      .catch((err: unknown) => log.warn({ err, subject }, 'a fact was not announced'));
  }
}
