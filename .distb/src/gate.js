/** What leaves the process once its cause is committed: jobs to workers, deliveries, facts to whoever listens. */
import { definitionOf, handlerOf, isStep, isWebhook, stepIndex, stepRef, } from "./actors/actor.js";
import { toFact } from "./actors/journal.js";
export class Gatekeeper {
    #deps;
    constructor(deps) {
        this.#deps = deps;
    }
    dispatch(attempts) {
        for (const attempt of attempts) {
            const { task, ref, token } = attempt;
            const report = (outcome) => this.#report({ task, ref }, outcome);
            if (isWebhook(ref))
                this.#deps.pool.start(token, (signal) => this.#deliver(attempt, signal), report);
            else
                this.#deps.pool.run(this.#jobOf(attempt), report);
        }
    }
    release(tokens) {
        for (const token of tokens)
            this.#deps.pool.release(token);
    }
    publish(written, changed, statuses) {
        const { metrics, census, facts, watchers } = this.#deps;
        census.count(statuses);
        metrics.observe(written);
        if (!watchers.isEmpty)
            for (const actor of changed)
                watchers.tell(`${actor.entry.no}/${actor.ref}`, actor.snapshot);
        facts.wake();
        for (const { entry, firstSeq, entries } of written) {
            for (const [index, line] of entries.entries()) {
                if (line.k !== undefined)
                    this.#announce(entry, firstSeq + index, line);
            }
        }
    }
    resumed() {
        this.#deps.census.load(this.#deps.store);
    }
    #jobOf({ task, ref, token }) {
        const { memory } = this.#deps;
        const entry = memory.task(task);
        const { name } = definitionOf(entry, ref);
        const actor = memory.actor(task, ref);
        const context = actor?.snapshot.context;
        const timeout = Object.values(actor?.timers ?? {}).map(({ dueAt }) => dueAt);
        const dependencies = (entry.workflow.dependencies[stepIndex(ref)] ?? []).map((index) => {
            const on = memory.actor(task, stepRef(index));
            const output = on?.snapshot.context?.output ?? null;
            return [definitionOf(entry, stepRef(index)).name, output];
        });
        return {
            taskId: entry.id,
            step: name,
            attempt: context.attempt,
            token,
            tenantId: entry.tenant,
            handler: handlerOf(entry, ref),
            // Copies, so that what a handler does to its job stays with it.
            payload: copyJson(entry.request.payload),
            dependencies: copyJson(Object.fromEntries(dependencies)),
            idempotencyKey: `${entry.id}/${name}`,
            deadline: new Date(Math.min(...timeout)).toISOString(),
        };
    }
    async #deliver({ task, ref, token }, signal) {
        const webhook = this.#deps.store.webhookOfActor(task, ref);
        if (webhook === null)
            throw new Error(`assertion failed: a delivery without its webhook ${task}/${ref}`);
        const { id, url, body } = webhook;
        const outcome = await this.#deps.sender.send({ id, url, body }, signal);
        return { ...outcome, token };
    }
    #report(about, outcome) {
        const { token } = outcome;
        this.#deps.tell(about, (batch) => {
            const event = outcome.status === 'complete'
                ? { type: 'attempt.complete', at: batch.now, token, output: outcome.output }
                : { type: 'attempt.failed', at: batch.now, token, error: outcome.error, dice: batch.dice() };
            batch.take(about, event);
        });
    }
    #announce(entry, seq, line) {
        const { bus, log } = this.#deps;
        const heard = this.#subjectsOf(entry, line).filter((subject) => bus.isHeard(subject));
        if (heard.length === 0)
            return;
        const data = Buffer.from(JSON.stringify(toFact(entry, seq, line)));
        for (const subject of heard) {
            bus.publish(subject, data).catch((err) => log.warn({ err, subject }, 'a fact was not published'));
        }
    }
    #subjectsOf(entry, { r: ref, k: fact }) {
        const { subjects } = this.#deps;
        const { tenant: tenantId, id: taskId } = entry;
        if (fact === undefined)
            return [];
        if (!isStep(ref))
            return [subjects.of({ kind: 'taskFact', tenantId, taskId, fact })];
        const { name: step, channel } = definitionOf(entry, ref);
        return [
            subjects.of({ kind: 'stepFact', tenantId, taskId, step, fact }),
            ...(channel === null ? [] : [subjects.of({ kind: 'channel', tenantId, channel })]),
        ];
    }
}
/** A deep copy of plain JSON; a few times faster than `structuredClone`, which takes anything. */
function copyJson(value) {
    if (typeof value !== 'object' || value === null)
        return value;
    if (Array.isArray(value))
        return value.map(copyJson);
    const copy = {};
    for (const [key, member] of Object.entries(value)) {
        // Assigning this one would set the prototype.
        if (key === '__proto__')
            Object.defineProperty(copy, key, { value: copyJson(member), enumerable: true });
        else
            copy[key] = copyJson(member);
    }
    return copy;
}
