/**
 * The journal: every event an actor took, with enough to recompute any snapshot and to tell the world about it.
 * Facts are not stored a second time: an entry names the fact it makes, and the journal is read again for them.
 */
import { standingOf } from "../../machines/index.js";
import { actorName, isWebhook, kindOf } from "./actor.js";
import { statusOf } from "./turn.js";
export const BIRTHS = {
    'task.submitted': true,
    'step.spawned': true,
    'webhook.created': true,
};
/** The fact a turn makes, if the state users see changed. */
export function factOf(ref, from, to, effects) {
    if (isWebhook(ref))
        return undefined;
    if (effects.some((effect) => effect.type === 'blocked'))
        return 'blocked';
    const before = from === null ? null : statusOf(from);
    const after = statusOf(to);
    if (before === after)
        return undefined;
    if (before === 'paused' && after !== 'cancelled' && after !== 'failed')
        return 'resumed';
    return after;
}
export const entriesOf = (row) => JSON.parse(row.entries);
const iso = (at) => new Date(at).toISOString();
export function toFact(entry, seq, line) {
    if (line.k === undefined)
        return null;
    const error = line.e['error'] ?? line.x ?? null;
    return {
        taskId: entry.id,
        tenantId: entry.tenant,
        seq,
        at: iso(line.e.at),
        actor: actorName(entry, line.r),
        fact: line.k,
        attempt: line.a ?? null,
        output: line.k === 'complete' || line.k === 'skipped' ? (line.e['output'] ?? null) : null,
        error: line.k === 'failed' || line.k === 'retrying' || line.k === 'skipped' ? error : null,
    };
}
/** XState's timer events, under the names users know: `timer.timeout`, `timer.backoff`, `timer.delay`. */
function eventName(type) {
    const timer = /^xstate\.after\.([^.]+)\./.exec(type);
    return timer === null ? type : `timer.${timer[1]}`;
}
/** The history as users see it. `from` is each actor's previous state. */
export function* toHistory(entry, rows) {
    const states = new Map();
    for (const row of rows) {
        for (const [index, line] of entriesOf(row).entries()) {
            const { type, at, token: _token, dice: _dice, input: _input, ...detail } = line.e;
            const from = states.get(line.r) ?? null;
            states.set(line.r, line.t);
            yield {
                seq: row.seq + index,
                at: iso(at),
                actor: actorName(entry, line.r),
                event: line.s === 1 ? 'stale' : eventName(type),
                from: from === null ? null : statusOf(from),
                to: statusOf(line.t),
                attempt: line.a ?? null,
                detail: {
                    ...detail,
                    ...(line.s === 1 ? { outcome: type } : {}),
                    ...(line.x === undefined ? {} : { error: line.x }),
                    ...(line.d === undefined ? {} : { backoffMs: line.d }),
                },
            };
        }
    }
}
/** Whether a step in this state still takes part: it has neither ended nor failed. */
export function isLive(ref, state) {
    if (kindOf(ref) === 'task')
        return false;
    const standing = standingOf(state);
    return standing === 'active' || standing === 'backoff' || standing === 'held';
}
