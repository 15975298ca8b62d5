/**
 * A payment provider that behaves as the prefix of the token says. Like a real one it knows nothing of workflows,
 * takes an idempotency key and charges once for it, however often it is asked and whatever crashes in between.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Ledger } from './ledger.ts';

/** Every execution; the repetition of one that was charged is answered from here and adds none. */
export const executionSchema = z.object({
  key: z.string(),
  at: z.string(),
  token: z.string(),
  amount_cents: z.int(),
  result: z.enum([
    'charged',
    'insufficient_funds',
    'invalid_token',
    'timeout',
    'rate_limited',
    'unavailable',
  ]),
});

export type Execution = z.output<typeof executionSchema>;

export type Reply =
  | { readonly status: 'charged'; readonly paymentId: string; readonly amountCents: number }
  | {
      readonly status: 'refused';
      readonly result: Exclude<Execution['result'], 'charged'>;
      readonly retryAfterSeconds?: number;
    };

export interface ChargeRequest {
  readonly key: string;
  readonly token: string;
  readonly amountCents: number;
}

const RATE_LIMIT_SECONDS = 5;

export class PaymentSimulator {
  readonly #ledger: Ledger<Execution>;
  readonly #now: () => number;
  readonly #latencyMs: number;
  readonly #repaired = new Set<string>();

  /** `latencyMs` is how long an answer travels back, after what it tells of has happened. */
  constructor(ledger: Ledger<Execution>, { now, latencyMs }: { now: () => number; latencyMs: number }) {
    this.#ledger = ledger;
    this.#now = now;
    this.#latencyMs = latencyMs;
  }

  async charge(request: ChargeRequest, signal: AbortSignal): Promise<Reply> {
    const reply = this.#execute(request);
    if (this.#latencyMs > 0) await sleep(this.#latencyMs, undefined, { signal });
    return reply;
  }

  #execute({ key, token, amountCents }: ChargeRequest): Reply {
    const before = this.#ledger.of(key);
    const charged = before.find(({ result }) => result === 'charged');
    if (charged !== undefined) {
      return { status: 'charged', paymentId: paymentId(key), amountCents: charged.amount_cents };
    }
    const result = this.#repaired.has(token) ? 'charged' : resultOf(token, before.length);
    this.#ledger.append({
      key,
      at: new Date(this.#now()).toISOString(),
      token,
      amount_cents: amountCents,
      result,
    });
    if (result === 'charged') return { status: 'charged', paymentId: paymentId(key), amountCents };
    return {
      status: 'refused',
      result,
      ...(result === 'rate_limited' ? { retryAfterSeconds: RATE_LIMIT_SECONDS } : {}),
    };
  }

  /** From now on, until the process ends, this token is good. */
  repair(token: string): void {
    this.#repaired.add(token);
  }

  executions(): readonly Execution[] {
    return this.#ledger.all();
  }
}

/** One charge a key, hence one id. */
const paymentId = (key: string): string => `payment:${key}`;

function resultOf(token: string, executionsBefore: number): Execution['result'] {
  if (token.startsWith('test_success_')) return 'charged';
  if (token.startsWith('test_insufficient_')) return 'insufficient_funds';
  if (token.startsWith('test_timeout_')) return 'timeout';
  if (token.startsWith('test_rate_limit_')) return executionsBefore < 1 ? 'rate_limited' : 'charged';
  if (token.startsWith('test_temp_fail_')) return executionsBefore < 2 ? 'unavailable' : 'charged';
  // `test_invalid_`, and whatever else this provider never issued.
  return 'invalid_token';
}
