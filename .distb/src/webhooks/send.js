/**
 * Sends one webhook, once, and says how it went. It never throws for what a receiver or the network does, follows
 * no redirect, and leaves no socket behind whatever the receiver answers.
 */
import { request } from 'undici';
import { createGuardedAgent, resolveBySystem } from "./connect.js";
import { answered, failed, unanswered } from "./outcome.js";
import { createSigner } from "./sign.js";
import { parseTarget } from "./target.js";
const MAX_EXCERPT_BYTES = 1_024;
export function createWebhookSender(options) {
    const { secret, policy, timeoutMs = 10_000, now = Date.now, resolve = resolveBySystem } = options;
    const signHeaders = createSigner(secret);
    const agent = createGuardedAgent(policy, resolve, timeoutMs);
    async function post(target, delivery, signal) {
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
    async function send(delivery, signal) {
        const target = parseTarget(delivery.url);
        if (typeof target === 'string')
            return failed('INVALID_URL', target);
        const attempt = new AbortController();
        const abort = () => attempt.abort();
        const timer = setTimeout(abort, timeoutMs);
        signal.addEventListener('abort', abort);
        if (signal.aborted)
            abort();
        try {
            return await post(target, delivery, attempt.signal);
        }
        catch (error) {
            if (signal.aborted)
                return failed('ABORTED', 'the attempt was called off before an answer came');
            if (attempt.signal.aborted)
                return failed('TIMEOUT', `no answer from the receiver within ${timeoutMs} ms`);
            return unanswered(error);
        }
        finally {
            clearTimeout(timer);
            signal.removeEventListener('abort', abort);
        }
    }
    return { send, close: () => agent.close() };
}
/** Reads to the end or to the bound, whichever is first; leaving the loop early closes the connection. */
async function readExcerpt(body) {
    const chunks = [];
    let bytes = 0;
    try {
        for await (const chunk of body) {
            chunks.push(chunk);
            bytes += chunk.length;
            if (bytes > MAX_EXCERPT_BYTES)
                break;
        }
    }
    catch {
        // The status is the answer: a body that breaks off or outlasts the time limit does not change it.
    }
    const beginning = Buffer.concat(chunks).subarray(0, MAX_EXCERPT_BYTES);
    // As a stream, so that a character cut in two at the bound is left out.
    return new TextDecoder().decode(beginning, { stream: true });
}
