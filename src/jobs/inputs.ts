/**
 * The inputs of jobs that are too large for a message: a worker asks for them in parts. They are made again from the
 * store whenever they are asked for and not at hand, so nothing more is stored and a restart loses nothing.
 */

import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus, Subscription } from '../bus/bus.ts';
import type { BusMessage } from '../bus/message.ts';
import { MAX_WHOLE_BYTES, type Part, partAt, type Whole, wholeOf } from '../bus/parts.ts';
import { ANY, type Subjects } from '../bus/subjects.ts';
import { Refusal } from '../errors.ts';
import type { Job } from '../worker/job.ts';
import { jsonOf } from '../workflow/json-body.ts';
import { parseWith } from '../workflow/parse.ts';
import { attemptOver, type No, noOf } from './answers.ts';
import type { OutcomeAddress } from './read-outcome.ts';
import { isSameStep, type RemoteAttempt } from './remote-attempt.ts';

/** Stands in a job instead of `payload`, `dependencies`, `with` and `approvals`. */
export interface InputsReference extends Whole {
  /** The subject to ask on. */
  readonly from: string;
}

export interface InputsDeps {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly node: string;
  readonly log: Logger;
  readonly find: (token: string) => RemoteAttempt | undefined;
  /** The job as it is now; throws when it cannot be made. */
  readonly make: (remote: RemoteAttempt) => Job;
}

const question = z.object({ token: z.string().min(1).max(200), offset: z.int().min(0).default(0) });

export class Inputs {
  readonly #deps: InputsDeps;
  /** By token, from the first asking until the attempt is over, or room is needed. */
  readonly #atHand = new LRUCache<string, Buffer>({
    maxSize: MAX_WHOLE_BYTES,
    sizeCalculation: (data) => data.byteLength,
  });
  #subscription: Subscription | null = null;

  constructor(deps: InputsDeps) {
    this.#deps = deps;
  }

  open(): void {
    const { bus, subjects, node } = this.#deps;
    const everyStep = { tenantId: ANY, taskId: ANY, step: ANY } as const;
    const pattern = subjects.pattern({ kind: 'inputs', node, ...everyStep });
    this.#subscription = bus.subscribe(pattern, {}, (message) => this.#hear(message));
  }

  close(): void {
    this.#subscription?.unsubscribe();
  }

  /** Throws INPUTS_TOO_LARGE. */
  refer(address: OutcomeAddress, job: Job): InputsReference {
    const data = inputsOf(job);
    this.#atHand.set(job.token, data);
    return { from: this.#deps.subjects.of({ ...address, kind: 'inputs' }), ...wholeOf(data) };
  }

  /** The attempt is over. */
  forget(token: string): void {
    this.#atHand.delete(token);
  }

  async #hear(message: BusMessage): Promise<void> {
    const { bus, log } = this.#deps;
    if (message.replyTo === null) return;
    const answer = this.#answer(message);
    try {
      await bus.publish(message.replyTo, Buffer.from(JSON.stringify(answer)));
    } catch (err) {
      // Whoever asked asks again.
      log.debug({ err, subject: message.subject }, 'a part of the inputs of a job was not sent');
    }
  }

  #answer({ subject, data }: BusMessage): Part | No {
    const { bus, subjects, find } = this.#deps;
    try {
      const { token, offset } = parseWith(question, jsonOf(data), 'INVALID_QUESTION', 'the question');
      const remote = find(token);
      const address = subjects.parse(subject);
      if (remote === undefined || address?.kind !== 'inputs' || !isSameStep(remote.address, address))
        throw attemptOver();
      return partAt(this.#dataOf(remote), offset, bus);
    } catch (thrown) {
      return noOf(thrown, 'INPUTS_UNREADABLE');
    }
  }

  #dataOf(remote: RemoteAttempt): Buffer {
    const { token } = remote;
    const known = this.#atHand.get(token);
    if (known !== undefined) return known;
    const made = inputsOf(this.#deps.make(remote));
    this.#atHand.set(token, made);
    return made;
  }
}

function inputsOf({ payload, dependencies, with: given, approvals }: Job): Buffer {
  const data = bytesOf(() => JSON.stringify({ payload, dependencies, with: given, approvals }));
  if (data !== null && data.byteLength <= MAX_WHOLE_BYTES) return data;
  const size = data === null ? 'more than a text may have' : `${data.byteLength} bytes of JSON`;
  throw new Refusal(
    'INPUTS_TOO_LARGE',
    `the payload and the outputs of the steps it depends on are ${size}; at most ${MAX_WHOLE_BYTES} are carried to a worker elsewhere. Let steps hand on references to large data.`,
  );
}

/** A text that is written by `write`; null when it is longer than a text may be. */
export function bytesOf(write: () => string): Buffer | null {
  try {
    return Buffer.from(write());
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
