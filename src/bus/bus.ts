/**
 * Connects the parts of Troupe through one contract, inside the process and over NATS. Code never knows which it
 * has. A bus is transport: it may repeat or lose a message, and whoever cares is idempotent or sends again.
 */

import type { BusMessage, MessageHandler, PublishOptions } from './message.ts';

/** A stream keeps what is published under `pattern`: in a work queue until a consumer acknowledges it. */
export interface StreamSpec {
  readonly name: string;
  readonly pattern: string;
  /** Makes it a log instead, which keeps everything for this long, whoever has read it, and is not consumed. */
  readonly keepMs?: number;
  /** Readers of a log are remembered, each by a name; one that is silent for this long is forgotten. */
  readonly forgetReadersMs?: number;
}

export interface BusOptions {
  /** Declared up front, so that a message published before anyone consumes is kept too. */
  readonly streams: readonly StreamSpec[];
  /** Told of what no caller can be told: a handler that threw, a subscriber whose backlog overflowed. Must not throw. */
  readonly onError: (error: unknown, subject: string) => void;
}

export interface Published {
  /** The stream had this `messageId` within two minutes and stored nothing. */
  readonly duplicate: boolean;
  /**
   * The stream's id for the message, as in its `Delivery`; null when no stream keeps it. A repeat has the id of
   * the first one.
   */
  readonly id: string | null;
}

export interface Subscription {
  /** At once: its handler is not called again, not even for what had already arrived for it. */
  unsubscribe(): void;
}

export interface ConsumeOptions {
  /** How long a delivery may stay unsettled before the message is delivered again. */
  readonly ackWaitMs: number;
  /** Most unsettled deliveries held through this call at once. */
  readonly maxInFlight: number;
  /** Nobody else consumes the pattern any more: what a predecessor left unsettled is delivered at once, as if new. */
  readonly takesOver?: boolean;
}

/** As for a queue; with `takesOver`, a message that a predecessor has settled may come again as well. */
export interface ReadOptions extends ConsumeOptions {
  /** Letters, digits, `-` and `_`. */
  readonly reader: string;
}

/** A service answers requests under some patterns; each request goes to one of all that serve the same. */
export interface Service {
  /** Letters, digits, `-` and `_`. */
  readonly name: string;
  /** Semantic. */
  readonly version: string;
  readonly description: string;
  readonly endpoints: readonly {
    readonly name: string;
    readonly pattern: string;
    readonly handler: MessageHandler;
  }[];
}

/** A work queue as it is now. */
export interface WorkState {
  /** Another one than before: the stream was deleted and made anew, and what it held is gone. */
  readonly incarnation: string;
  readonly consumers: readonly ConsumerState[];
}

/** All who consume one pattern of a work queue, in this process or another, taken together. */
export interface ConsumerState {
  readonly pattern: string;
  /** Requests for work that there is no work for. */
  readonly asking: number;
  /** Messages delivered and not settled. */
  readonly unsettled: number;
  /** Messages not delivered yet. */
  readonly waiting: number;
}

/** One message of a stream in a consumer's hands. It settles once; settling it again does nothing. */
export interface Delivery {
  readonly message: BusMessage;
  /** The same however often the message is delivered, and no other message's, of any stream at any time. */
  readonly id: string;
  /** When the stream took it, epoch milliseconds by the clock of whoever keeps the stream. */
  readonly keptAt: number;
  /** Counts from 1; above it the message was delivered before and not acknowledged. */
  readonly deliveries: number;
  /** Done for good. Counts even when late, after the message was handed to another. */
  ack(): void;
  /** Not done: deliver again after `delayMs`. */
  nak(delayMs: number): void;
  /** Still at it: `ackWaitMs` starts again. */
  working(): void;
}

export interface Bus {
  /** The server it goes through, as it is now; null: there is none, it is this process. */
  readonly link: { readonly connected: boolean; readonly server: string | null } | null;

  /** Most that a message may have, headers counted: 1 MiB, or less where the server says so. */
  readonly maxMessageBytes: number;

  /**
   * Resolves once accepted: stored, for a subject of a stream; else handed to the transport, which says nothing of
   * who hears it. Handlers never run inside the call, and hear one publisher's messages in the order published.
   * `data` must not be changed afterwards. Refused: INVALID_SUBJECT, INVALID_HEADER, MESSAGE_TOO_LARGE, STREAM_FULL,
   * BUS_CLOSED, and BUS_UNAVAILABLE: it may or may not have been stored, and should be sent again under the same id.
   */
  publish(subject: string, data: Uint8Array, options?: PublishOptions): Promise<Published>;

  /**
   * Hears what is published from now on under a pattern (`*` is any one token, a last `>` any one or more). Of the
   * subscribers that name the same `queue`, one hears each message, by turns; all others hear every message.
   * Handlers are not awaited. One that falls behind loses messages: at most once is all this promises.
   */
  subscribe(pattern: string, options: { readonly queue?: string }, handler: MessageHandler): Subscription;

  /** As `subscribe` with a queue; over NATS also found by those who ask which services there are (`$SRV.PING`). */
  serve(service: Service): Promise<Subscription>;

  /** Publishes and waits for one answer. Refused: NO_RESPONDERS at once, REQUEST_TIMEOUT, BUS_UNAVAILABLE,
   * BUS_CLOSED. */
  request(
    subject: string,
    data: Uint8Array,
    options: { readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<BusMessage>;

  /**
   * Takes work from a declared stream. Those who consume the same pattern share its messages, each going to one of
   * them until settled; a handler that throws leaves its delivery unsettled. A pattern stays with its stream once
   * consumed, and one that overlaps it without being equal is refused: OVERLAPPING_CONSUMER, UNKNOWN_STREAM.
   */
  consume(
    stream: string,
    pattern: string,
    options: ConsumeOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<Subscription>;

  /**
   * Reads a declared log that remembers its readers: each name gets every message, and goes on where it has settled
   * all before. A new one begins with what is kept; inside the process, that is what came before there was any reader.
   * All who read under one name share its unsettled messages. Refused: UNKNOWN_STREAM.
   */
  read(
    stream: string,
    options: ReadOptions,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<Subscription>;

  /**
   * Takes a message out of its work queue, by what `publish` called it, whoever has it in hand. Of one that is gone,
   * or was in a stream that has been made anew since, nothing is done. Refused: BUS_UNAVAILABLE, BUS_CLOSED.
   */
  discard(id: string): Promise<void>;

  /** Refused: UNKNOWN_STREAM, BUS_UNAVAILABLE, BUS_CLOSED. */
  inspect(stream: string): Promise<WorkState>;

  /**
   * False: nobody could hear what is published now under the subject (or under any of a pattern, or any at all), so
   * it need not be.
   */
  isHeard(subject?: string): boolean;

  /** False: nobody but those who consume could hear what is published now under the subjects of a pattern. */
  mayBeSubscribed(pattern: string): boolean;

  /**
   * Tells whether a stream keeps messages under the subject, or under all subjects of a pattern, for later
   * readers.
   */
  isKept(subject: string): boolean;

  /** Delivers what subscribers have coming, hands out no more work, fails open requests, then refuses all. */
  close(): Promise<void>;
}
