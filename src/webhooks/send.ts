/**
 * Sends one webhook, once, and says how it went. It never throws for what a receiver or the network does, follows
 * no redirect, and leaves no socket behind whatever the receiver answers.
 */
import { readExcerpt } from '../outbound/answer.ts';
import { createGuardedClient, type Resolve, resolveBySystem } from '../outbound/connect.ts';
import { parseTarget, type TargetPolicy } from '../outbound/target.ts';
import { answered, failed, unanswered, type WebhookOutcome } from './outcome.ts';
import { createSigner } from './sign.ts';

export interface WebhookDelivery {
  /** Sent as `webhook-id`: the same for every attempt, so that the receiver can tell a repetition. */
  readonly id: string;
  readonly url: string;
  /** JSON. */
  readonly body: string;
  readonly traceparent?: string;
}

export interface WebhookSender {
  /** One attempt. Aborting ends it with the code `ABORTED`. */
  send(delivery: WebhookDelivery, signal: AbortSignal): Promise<WebhookOutcome>;
  /** Waits for attempts under way, then closes the connections kept for reuse. */
  close(): Promise<void>;
}

export interface WebhookSenderOptions {
  /** `whsec_<base64>`; null sends unsigned. See sign.ts. */
  readonly secret: string | null;
  readonly policy: TargetPolicy;
  /** For the whole attempt, from the name lookup to the end of the answer. */
  readonly timeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly resolve?: Resolve;
}

const MAX_EXCERPT_BYTES = 1_024;

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { secret, policy, timeoutMs = 10_000, now = Date.now, resolve = resolveBySystem } = options;
  const signHeaders = createSigner(secret);
  const client = createGuardedClient(policy, resolve, timeoutMs);

  async function post(target: URL, delivery: WebhookDelivery, signal: AbortSignal): Promise<WebhookOutcome> {
    const { id, body, traceparent } = delivery;
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'troupe',
      ...signHeaders(id, now(), body),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    const response = await client.request(target, { method: 'POST', headers, body, signal });
    const excerpt = await readExcerpt(MAX_EXCERPT_BYTES, response.body);
    return answered({ httpStatus: response.statusCode, headers: response.headers, excerpt });
  }

  async function send(delivery: WebhookDelivery, signal: AbortSignal): Promise<WebhookOutcome> {
    const target = parseTarget(delivery.url);
    if (typeof target === 'string') return failed('INVALID_URL', target);
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    const timer = setTimeout(abort, timeoutMs);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    try {
      return await post(target, delivery, attempt.signal);
    } catch (error) {
      if (signal.aborted) return failed('ABORTED', 'the attempt was called off before an answer came');
      if (attempt.signal.aborted)
        return failed('TIMEOUT', `no answer from the receiver within ${timeoutMs} ms`);
      return unanswered(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  return { send, close: () => client.close() };
}
