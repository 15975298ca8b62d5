/**
 * Outcomes that are too large for a message, put together from the parts a worker gives. The last part is answered
 * once what the outcome caused is committed: until then its worker has it, and begins anew when this process does.
 */

import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus, Subscription } from '../bus/bus.ts';
import type { BusMessage } from '../bus/message.ts';
import { isWhole, partSchema, wholeSchema } from '../bus/parts.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { LIMITS } from '../workflow/definition.ts';
import { jsonOf } from '../workflow/json-body.ts';
import { parseWith } from '../workflow/parse.ts';
import { attemptOver, type No, noOf } from './answers.ts';
import { isSameStep, type RemoteAttempt } from './remote-attempt.ts';

export interface UploadsDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly node: string;
  readonly log: Logger;
  readonly find: (token: string) => RemoteAttempt | undefined;
  /** Takes an outcome as if it had come in one message. */
  readonly take: (message: BusMessage, onKept: () => void) => void;
}

interface Held {
  readonly sha256: string;
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
}

type Answer = { readonly kept: true } | { readonly next: number } | No;

const HELD_BYTES = 64 * 1024 * 1024;
const NOTHING: Held = { sha256: '', parts: [], bytes: 0 };

const given = wholeSchema.extend({
  ...partSchema.shape,
  bytes: z.int().min(1).max(LIMITS.bodyBytes),
  token: z.string().min(1).max(200),
});

export class Uploads {
  readonly #deps: UploadsDeps;
  /** By token. */
  readonly #held = new LRUCache<string, Held>({
    maxSize: HELD_BYTES,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
  });
  #subscription: Subscription | null = null;

  constructor(deps: UploadsDeps) {
    this.#deps = deps;
  }

  open(): void {
    const { bus, subjects, node } = this.#deps;
    const everyStep = { tenantId: ANY, taskId: ANY, step: ANY } as const;
    const pattern = subjects.pattern({ kind: 'upload', node, ...everyStep });
    this.#subscription = bus.subscribe(pattern, {}, (message) => this.#hear(message));
  }

  close(): void {
    this.#subscription?.unsubscribe();
  }

  /** The attempt is over. */
  forget(token: string): void {
    this.#held.delete(token);
  }

  #hear(message: BusMessage): void {
    const { bus, log } = this.#deps;
    const { replyTo, subject } = message;
    if (replyTo === null) return;
    const answer = (reply: Answer): void => {
      bus
        .publish(replyTo, Buffer.from(JSON.stringify(reply)))
        // Whoever gave the part gives it again.
        .catch((err: unknown) => log.debug({ err, subject }, 'a part of an outcome was not answered'));
    };
    try {
      this.#take(message, answer);
    } catch (thrown) {
      answer(noOf(thrown, 'INVALID_OUTCOME'));
    }
  }

  #take({ subject, data }: BusMessage, answer: (reply: Answer) => void): void {
    const { subjects, find, take } = this.#deps;
    const part = parseWith(given, jsonOf(data), 'INVALID_OUTCOME', 'the part of the outcome');
    const { token, sha256, offset } = part;
    const remote = find(token);
    const address = subjects.parse(subject);
    if (remote === undefined || address?.kind !== 'upload' || !isSameStep(remote.address, address))
      throw attemptOver();
    const known = this.#held.get(token);
    const before = known?.sha256 === sha256 ? known : NOTHING;
    const more = Buffer.from(part.data, 'base64');
    const isNext = offset === before.bytes;
    const parts = isNext ? [...before.parts, more] : before.parts;
    const bytes = isNext ? before.bytes + more.byteLength : before.bytes;
    this.#held.delete(token);
    if (bytes < part.bytes) {
      this.#held.set(token, { sha256, parts, bytes });
      answer({ next: bytes });
      return;
    }
    const outcome = Buffer.concat(parts);
    if (!isWhole(part, outcome)) answer({ next: 0 });
    else
      take({ subject: subjects.of(remote.address), data: outcome, headers: {}, replyTo: null }, () =>
        answer({ kept: true }),
      );
  }
}
