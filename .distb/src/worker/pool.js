/**
 * The worker in this process: runs handlers, one call an attempt, and reports each outcome once. It decides
 * nothing about retries and never sees the store.
 */
import { LIMITS } from "../workflow/definition.js";
import { PermanentError, RetryableError } from "./errors.js";
export class WorkerPool {
    #handlers = new Map();
    /** By token, from the start until the attempt is released: longer than the handler runs. */
    #attempts = new Map();
    #finished = new WeakSet();
    #active = 0;
    #onIdle = [];
    constructor(handlers) {
        for (const { name, run } of handlers)
            this.#handlers.set(name, run);
    }
    get active() {
        return this.#active;
    }
    has(token) {
        return this.#attempts.has(token);
    }
    /** Starts the attempt; `report` hears its outcome, unless it was released before. */
    run(job, report) {
        const handler = this.#handlers.get(job.handler);
        if (handler === undefined)
            throw new Error(`assertion failed: no handler ${job.handler} in this worker`);
        this.start(job.token, (signal) => execute(handler, job, signal), report);
    }
    /** Runs something that is not a user's handler under the same rules. */
    start(token, work, report) {
        const controller = new AbortController();
        this.#attempts.set(token, controller);
        this.#active++;
        void work(controller.signal).then((outcome) => {
            this.#active--;
            this.#finished.add(controller);
            if (this.#active === 0)
                for (const resolve of this.#onIdle.splice(0))
                    resolve();
            if (this.#attempts.get(token) === controller)
                report(outcome);
        });
    }
    /** The attempt is over, whatever its handler still does. */
    release(token) {
        const controller = this.#attempts.get(token);
        if (controller === undefined)
            return;
        this.#attempts.delete(token);
        // A handler that has returned needs no signal; most have.
        if (this.#finished.has(controller))
            return;
        controller.abort(new Error('the attempt is over: it timed out, or its task was changed'));
    }
    abortAll() {
        for (const token of [...this.#attempts.keys()])
            this.release(token);
    }
    /** Resolves once nothing runs. */
    idle() {
        if (this.#active === 0)
            return Promise.resolve();
        return new Promise((resolve) => this.#onIdle.push(resolve));
    }
}
async function execute(handler, job, signal) {
    const { token } = job;
    try {
        const output = await handler({ ...job, signal });
        return checked(token, output === undefined ? null : output);
    }
    catch (error) {
        return { token, status: 'failed', error: describe(error) };
    }
}
/** An output must be JSON of a bounded size and depth: anything else is the handler's mistake, and no retry mends it. */
function checked(token, output) {
    const refuse = (code, message) => ({
        token,
        status: 'failed',
        error: { name: 'PermanentError', message, code, retryable: false },
    });
    let text;
    try {
        text = JSON.stringify(output);
    }
    catch (error) {
        return refuse('OUTPUT_NOT_JSON', `the output is not JSON: ${error instanceof Error ? error.message : error}`);
    }
    if (text === undefined)
        return refuse('OUTPUT_NOT_JSON', `the output is a ${typeof output}, which is not JSON`);
    const bytes = Buffer.byteLength(text);
    if (bytes > LIMITS.outputBytes) {
        return refuse('OUTPUT_TOO_LARGE', `the output is ${bytes} bytes of JSON; at most ${LIMITS.outputBytes}`);
    }
    // Read back, so that what dependents get now is what they would get after a restart.
    const copy = typeof output === 'object' && output !== null ? JSON.parse(text) : output;
    if (depthOf(text) > LIMITS.jsonDepth) {
        return refuse('OUTPUT_TOO_DEEP', `the output nests deeper than ${LIMITS.jsonDepth} levels`);
    }
    return { token, status: 'complete', output: typeof copy === 'number' && !Number.isFinite(copy) ? null : copy };
}
/** Nesting depth of a JSON text; brackets inside strings do not count. */
export function depthOf(json) {
    let depth = 0;
    let deepest = 0;
    for (const [mark] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
        if (mark === '{' || mark === '[')
            deepest = Math.max(deepest, ++depth);
        else if (mark === '}' || mark === ']')
            depth--;
    }
    return deepest;
}
const MAX_MESSAGE = 4_000;
/** What was thrown, as data. Anything but a `PermanentError` is worth another try. */
export function describe(thrown) {
    if (!(thrown instanceof Error)) {
        return { name: 'Error', message: String(thrown).slice(0, MAX_MESSAGE), code: null, retryable: true };
    }
    // By name too: a handler may have come with its own copy of the library.
    const permanent = thrown instanceof PermanentError || thrown.name === 'PermanentError';
    const retryable = thrown instanceof RetryableError || thrown.name === 'RetryableError';
    const facts = thrown;
    const { retryAfter } = facts;
    return {
        name: thrown.name,
        message: thrown.message.slice(0, MAX_MESSAGE),
        code: typeof facts.code === 'string' ? facts.code : null,
        retryable: !permanent,
        ...(retryable && (typeof retryAfter === 'number' || typeof retryAfter === 'string') ? { retryAfter } : {}),
        ...((permanent || retryable) && facts.details !== undefined ? { details: jsonOrText(facts.details) } : {}),
    };
}
function jsonOrText(details) {
    try {
        const text = JSON.stringify(details);
        if (text === undefined || text.length > LIMITS.outputBytes)
            return String(details).slice(0, MAX_MESSAGE);
        return JSON.parse(text);
    }
    catch {
        // Not JSON: the error itself matters more than its details.
        return String(details).slice(0, MAX_MESSAGE);
    }
}
