/**
 * The durable consumer behind all who consume one pattern, in this process or another and in any language: its
 * name follows from the pattern, so that they meet without having been told.
 */

import { createHash } from 'node:crypto';
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamManager,
  nanos,
  ReplayPolicy,
} from 'nats';
import { Refusal } from '../../errors.ts';
import type { ConsumeOptions, StreamSpec } from '../bus.ts';
import { overlaps } from '../patterns.ts';
import { overlappingConsumer } from '../refusals.ts';
import { JS_ERROR, jsErrorOf } from './errors.ts';

/** Whoever pulls from a stream does it through one of these. */
export interface Durable {
  /** Makes it on the server or brings it in line, and gives its name. */
  ensure(manager: JetStreamManager): Promise<string>;
  /** Nobody else pulls through it any more: what is delivered and not settled is to be delivered again at once. */
  takeOver(manager: JetStreamManager): Promise<void>;
}

export const queueDurable = (
  stream: StreamSpec,
  pattern: string,
  { ackWaitMs }: Pick<ConsumeOptions, 'ackWaitMs'>,
): Durable => ({
  ensure: (manager) => ensureDurable(manager, stream, pattern, ackWaitMs),
  takeOver: (manager) => removeDurable(manager, stream, pattern),
});

/** The server's bound for a name is 255, and it makes a folder of it. */
const MAX_NAME_LENGTH = 128;

/**
 * Holds the part of the pattern that its stream's pattern lacks, in characters that a name may have. `.` is
 * written `=`, `*` is `+`, `>` is `#` and `%` is `~`: `troupe.jobs.*.default.charge` is `+=default=charge`. A
 * part that is too long, or no name, becomes 32 hex digits of SHA-256 of the pattern. A `%` would end
 * connections: the server makes the subject of acknowledgements by formatting a text that the name is already
 * part of.
 */
export function durableName(stream: StreamSpec, pattern: string): string {
  const head = stream.pattern.replace(/>$/, '');
  const rest = pattern.startsWith(head) ? pattern.slice(head.length) : pattern;
  if (rest.length > MAX_NAME_LENGTH || !/^[\w%.*>-]+$/.test(rest)) {
    return createHash('sha256').update(pattern).digest('hex').slice(0, 32);
  }
  return rest.replaceAll('.', '=').replaceAll('*', '+').replaceAll('>', '#').replaceAll('%', '~');
}

/** A message that was given up on after some deliveries would be seen by nobody; a bound for all would stop all together. */
export const unbounded = { max_deliver: -1, max_ack_pending: -1 } as const;

/** Refused: OVERLAPPING_CONSUMER, CONSUMER_DIFFERS. */
async function ensureDurable(
  manager: JetStreamManager,
  stream: StreamSpec,
  pattern: string,
  ackWaitMs: number,
): Promise<string> {
  const name = durableName(stream, pattern);
  const wanted = {
    durable_name: name,
    filter_subject: pattern,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(ackWaitMs),
    ...unbounded,
  };
  const found = (await findConsumer(manager, stream.name, name))?.config ?? null;
  if (found === null) {
    await create(manager, stream, wanted);
    return name;
  }
  if (found.filter_subject !== pattern || found.ack_policy !== wanted.ack_policy)
    throw consumerDiffers(stream, name, pattern);
  const isAsWanted =
    found.ack_wait === wanted.ack_wait &&
    found.max_deliver === wanted.max_deliver &&
    found.max_ack_pending === wanted.max_ack_pending;
  if (!isAsWanted) await manager.consumers.update(stream.name, name, wanted);
  return name;
}

export const consumerDiffers = (stream: StreamSpec, name: string, pattern: string): Refusal =>
  new Refusal(
    'CONSUMER_DIFFERS',
    `The consumer ${name} of ${stream.name} does not serve ${pattern} with acknowledgements. ` +
      `Delete it with "nats consumer rm ${stream.name} '${name}'".`,
  );

/** Frees what was delivered and not settled, so that any consumer may have it again. */
async function removeDurable(manager: JetStreamManager, stream: StreamSpec, pattern: string): Promise<void> {
  const name = durableName(stream, pattern);
  if ((await findConsumer(manager, stream.name, name)) !== null)
    await manager.consumers.delete(stream.name, name);
}

export async function findConsumer(
  manager: JetStreamManager,
  stream: string,
  name: string,
): Promise<ConsumerInfo | null> {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (jsErrorOf(error) === JS_ERROR.consumerNotFound) return null;
    throw error;
  }
}

/** The server refuses what overlaps as well, but 2.9 overlooks patterns where neither takes all of the other. */
async function create(
  manager: JetStreamManager,
  stream: StreamSpec,
  wanted: ConsumerConfig & { readonly durable_name: string; readonly filter_subject: string },
): Promise<void> {
  const pattern = wanted.filter_subject;
  for await (const { name, config } of manager.consumers.list(stream.name)) {
    // Somebody else has made it since it was looked for; to the server, the same is no second one.
    if (name === wanted.durable_name) continue;
    const taken = config.filter_subject ?? stream.pattern;
    if (overlaps(taken, pattern)) throw overlappingConsumer(stream.name, taken, pattern);
  }
  await manager.consumers.add(stream.name, wanted);
}
