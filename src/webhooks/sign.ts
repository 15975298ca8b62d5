/** Signs deliveries by Standard Webhooks 1.0, so that any of its libraries verifies them. */
import { Webhook } from 'standardwebhooks';
import { Refusal } from '../errors.ts';

const PREFIX = 'whsec_';

/** The headers of one attempt: the id is the delivery's, the time (epoch milliseconds) the attempt's. */
type SignHeaders = (id: string, atMs: number, body: string) => Record<string, string>;

/**
 * `secret`: `whsec_` and the key in base64, as every library of Standard Webhooks takes it. Null sends deliveries
 * unsigned, with their id and timestamp only.
 */
export function createSigner(secret: string | null): SignHeaders {
  const webhook = secret === null ? null : webhookOf(secret);
  return (id, atMs, body) => {
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(atMs / 1_000)) };
    if (webhook === null) return headers;
    return { ...headers, 'webhook-signature': webhook.sign(id, new Date(atMs), body) };
  };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Given the same text, a receiver's library must find the same key; so there is one form, and what is near it is told. */
function webhookOf(secret: string): Webhook {
  const key = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : null;
  if (key === null) throw badSecret(nearMiss(secret));
  if (key === '' || !BASE64.test(key)) throw badSecret(`what follows ${PREFIX} is not a key in base64`);
  return new Webhook(secret);
}

/** Never with the secret itself: this is for a log. */
function nearMiss(secret: string): string {
  if (secret.trim() === '') return 'it is empty';
  if (/^\s*["']?v\d\w*,/i.test(secret))
    return `it has a version before ${PREFIX}; leave out what stands before it`;
  if (new RegExp(PREFIX, 'i').test(secret))
    return `${PREFIX} is not, in lower case, the first thing in it; leave out quotes, spaces and what else stands before it`;
  if (BASE64.test(secret) && secret.length >= 32)
    return `it is base64 without ${PREFIX} before it; put that there`;
  return `it does not begin with ${PREFIX}; the same key is ${PREFIX} and its text in base64 (printf %s "$SECRET" | openssl base64 -A)`;
}

function badSecret(why: string, cause?: unknown): Refusal {
  return new Refusal(
    'INVALID_WEBHOOK_SECRET',
    `TROUPE_WEBHOOK_SECRET cannot be used: ${why}. Give ${PREFIX}<key in base64>: echo ${PREFIX}$(openssl rand -base64 32).`,
    { cause },
  );
}
