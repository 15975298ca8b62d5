/**
 * Facts as server-sent events. The next fact is asked for only when the client has taken the last one, so a slow
 * client costs one fact of memory and never holds up another.
 */
const encoder = new TextEncoder();
/** Rejects when the facts are refused (a resume point that cannot be read, say): that is known at once. */
export async function factStream(facts, { heartbeatMs, onEnd }) {
    const iterator = facts[Symbol.asyncIterator]();
    let next = ask(iterator);
    let greeted = false;
    let left = false;
    await Promise.race([next, new Promise((resolve) => setImmediate(resolve))]);
    /** Null at the end. The subscription stands when the greeting is sent: what comes after it is not missed. */
    async function following() {
        if (!greeted) {
            greeted = true;
            return ': connected\n\n';
        }
        next ??= ask(iterator);
        const result = await nextOrHeartbeat(next, heartbeatMs);
        if (result === 'heartbeat')
            return ': heartbeat\n\n';
        next = null;
        return result.done === true ? null : eventText(result.value);
    }
    async function pull(controller) {
        let text = null;
        let failure;
        try {
            text = await following();
        }
        catch (error) {
            // The stream just ends: the client comes back with its Last-Event-ID, as after any broken connection.
            failure = error;
        }
        if (left)
            return;
        if (text !== null)
            return controller.enqueue(encoder.encode(text));
        controller.close();
        onEnd(failure);
    }
    function cancel() {
        left = true;
        onEnd();
    }
    return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}
function ask(iterator) {
    const next = iterator.next();
    // Whoever awaits it sees the failure; this only keeps it from being unhandled while a slow client awaits nothing.
    next.catch(() => undefined);
    return next;
}
function nextOrHeartbeat(next, heartbeatMs) {
    let timer;
    const silence = new Promise((resolve) => {
        timer = setTimeout(resolve, heartbeatMs, 'heartbeat');
    });
    return Promise.race([next, silence]).finally(() => clearTimeout(timer));
}
/** JSON has no raw line breaks, so `data` is one line. */
function eventText({ id, fact }) {
    return `id: ${id}\nevent: ${fact.fact}\ndata: ${JSON.stringify(fact)}\n\n`;
}
