/**
 * Sends one webhook, once, and says how it went. It never throws for what a receiver or the network does, follows
 * no redirect, and leaves no socket behind whatever the receiver answers.
 */
import { request } from 'undici';
import { createGuardedAgent, type Resolve, resolveBySystem } from './connect.ts';
import { answered, failed, unanswered, type WebhookOutcome } from './outcome.ts';
import { createSigner } from './sign.ts';
import { parseTarget, type TargetPolicy } from './target.ts';

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
  /** `whsec_<base64>` or an ASCII string; null sends unsigned. See sign.ts. */
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
  const agent = createGuardedAgent(policy, resolve, timeoutMs);

  async function post(target: URL, delivery: WebhookDelivery, signal: AbortSignal): Promise<WebhookOutcome> {
    const { id, body, traceparent } = delivery;
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'troupe',
      ...signHeaders(id, now(), body),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    const response = await request(target, { dispatcher: agent, method: 'POST', headers, body, signal });
    const excerpt = await readExcerpt(response.body);
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

  return { send, close: () => agent.close() };
}

/** Reads to the end or to the bound, whichever is first; leaving the loop early closes the connection. */
async function readExcerpt(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_EXCERPT_BYTES) break;
    }
  } catch {
    // The status is the answer: a body that breaks off or outlasts the time limit does not change it.
  }
  const beginning = Buffer.concat(chunks).subarray(0, MAX_EXCERPT_BYTES);
  // As a stream, so that a character cut in two at the bound is left out.
  return new TextDecoder().decode(beginning, { stream: true });
}
