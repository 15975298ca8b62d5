/** Gives the orchestrator an outcome that is too large for a message, part by part, until it is kept. */

import { z } from 'zod';
import type { Bus } from '../bus/bus.ts';
import { partAt, wholeOf } from '../bus/parts.ts';
import { ask, isOver } from './ask.ts';
import { pause } from './patience.ts';

/** The server's answer: the bytes it has so far, or that all is committed. */
const answerSchema = z.union([
  z.object({ kept: z.literal(true) }),
  z.object({ next: z.int().min(0), kept: z.undefined().optional() }),
]);

interface Upload {
  readonly bus: Bus;
  readonly to: string;
  readonly token: string;
  readonly data: Uint8Array;
  readonly isWanted: () => boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * True once it is kept, or its attempt is over; false if it was given up. Throws what the orchestrator says against
 * it.
 */
export async function upload({ bus, to, token, data, isWanted, signal }: Upload): Promise<boolean> {
  const whole = wholeOf(data);
  let offset = 0;
  for (let failures = 0; isWanted() && !signal.aborted; ) {
    try {
      const answer = await ask(bus, to, { token, ...whole, ...partAt(data, offset, bus) }, answerSchema);
      if (answer === null) await pause(failures++, signal);
      else if (answer.kept) return true;
      else [offset, failures] = [answer.next, 0];
    } catch (error) {
      if (isOver(error)) return true;
      throw error;
    }
  }
  return false;
}
