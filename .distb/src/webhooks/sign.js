/** Signs deliveries by Standard Webhooks 1.0, so that any of its libraries verifies them. */
import { Webhook } from 'standardwebhooks';
import { Refusal } from "../errors.js";
const PREFIX = 'whsec_';
/**
 * `secret`: `whsec_` and the key in base64, or any other string, whose bytes are then the key (verify with the
 * library's `format: 'raw'`). Null sends deliveries unsigned, with their id and timestamp only.
 */
export function createSigner(secret) {
    const webhook = secret === null ? null : webhookOf(secret);
    return (id, atMs, body) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(atMs / 1_000)) };
        if (webhook === null)
            return headers;
        return { ...headers, 'webhook-signature': webhook.sign(id, new Date(atMs), body) };
    };
}
function webhookOf(secret) {
    if (secret.startsWith(PREFIX)) {
        try {
            return new Webhook(secret);
        }
        catch (cause) {
            throw badSecret(`what follows ${PREFIX} is not a key in base64`, cause);
        }
    }
    // Libraries disagree on the bytes of other characters, so a signature would verify in some and not in others.
    if (!/^[\x20-\x7e]+$/.test(secret))
        throw badSecret('it is empty or not plain ASCII');
    return new Webhook(secret, { format: 'raw' });
}
function badSecret(why, cause) {
    return new Refusal('invalid', 'INVALID_WEBHOOK_SECRET', `TROUPE_WEBHOOK_SECRET cannot be used: ${why}. Give ${PREFIX}<base64> (openssl rand -base64 32) or an ASCII string.`, { cause });
}
