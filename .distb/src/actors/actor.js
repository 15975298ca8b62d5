/** An actor as it lives in memory: a snapshot, its timers, and the task it belongs to. Never changed, only replaced. */
import { MACHINE_VERSION, openSnapshot } from "./turn.js";
export const TASK_REF = 0;
export const FIRST_WEBHOOK_REF = 1_000_000;
export const stepRef = (index) => index + 1;
export const stepIndex = (ref) => ref - 1;
export const isStep = (ref) => ref > TASK_REF && ref < FIRST_WEBHOOK_REF;
export const isWebhook = (ref) => ref >= FIRST_WEBHOOK_REF;
export const kindOf = (ref) => (ref === TASK_REF ? 'task' : 'step');
/** The handler name under which deliveries queue; no user's handler may take it. */
export const WEBHOOK_HANDLER = 'troupe.webhook';
export function openActor(entry, row) {
    const kind = kindOf(row.ref);
    if (row.machine !== MACHINE_VERSION[kind]) {
        throw new Error(`its snapshot is of machine ${row.machine}, this is ${MACHINE_VERSION[kind]}`);
    }
    return {
        entry,
        ref: row.ref,
        state: row.state,
        snapshot: openSnapshot(kind, row.state, JSON.parse(row.context)),
        timers: row.timers === null ? {} : JSON.parse(row.timers),
    };
}
export function rowOf(actor) {
    const timers = Object.values(actor.timers);
    return {
        task: actor.entry.no,
        ref: actor.ref,
        machine: MACHINE_VERSION[kindOf(actor.ref)],
        state: actor.state,
        context: JSON.stringify(actor.snapshot.context),
        due_at: timers.length === 0 ? null : Math.min(...timers.map((timer) => timer.dueAt)),
        timers: timers.length === 0 ? null : JSON.stringify(actor.timers),
        queue: isQueued(actor.state) ? queueOf(actor.entry, actor.ref) : null,
    };
}
export const isQueued = (state) => state.endsWith('.queued');
export const isFinal = (actor) => actor.snapshot.status === 'done';
export function definitionOf(entry, ref) {
    const step = entry.workflow.definition.steps[stepIndex(ref)];
    if (step === undefined)
        throw new Error(`assertion failed: task ${entry.id} has no step ${stepIndex(ref)}`);
    return step;
}
export const handlerOf = (entry, ref) => isWebhook(ref) ? WEBHOOK_HANDLER : definitionOf(entry, ref).handler;
/** The queue an actor waits in, as one text: `[priority, handler, tenant]`. */
export const queueOf = (entry, ref) => JSON.stringify([entry.priority, handlerOf(entry, ref), entry.tenant]);
/** How an actor is called in journals and facts. */
export function actorName(entry, ref) {
    if (ref === TASK_REF)
        return 'task';
    if (isWebhook(ref))
        return `webhook:${ref - FIRST_WEBHOOK_REF + 1}`;
    return `step:${definitionOf(entry, ref).name}`;
}
