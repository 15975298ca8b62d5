/** What a task's machine asks for, done: its steps spawned and told, its dependents told, its webhook made. */
import { definitionOf, isStep, stepIndex, stepRef, TASK_REF } from "./actor.js";
import { isLive } from "./journal.js";
import { isSingle } from "../workflow/registry.js";
import { statusOf } from "./turn.js";
import { createWebhook } from "./webhooks.js";
export function performTaskEffect(batch, task, effect) {
    const { entry } = task;
    switch (effect.type) {
        case 'spawn': {
            const { steps, held } = effect.params;
            spawnSteps(batch, entry, steps === 'roots' ? entry.workflow.roots : steps, held);
            return;
        }
        case 'holdSteps':
            return tellSteps(batch, entry, 'step.hold');
        case 'haltSteps':
            return tellSteps(batch, entry, 'step.halt');
        case 'releaseSteps':
            return effect.params.asked ? tellSteps(batch, entry, 'step.release') : undefined;
        case 'cancelSteps':
            return tellSteps(batch, entry, 'step.cancel');
        case 'retrySteps':
            return retrySteps(batch, entry);
        case 'revived':
            return tellDependents(batch, entry, 'dependency.revived');
        case 'ended': {
            const status = statusOf(task.state);
            tellDependents(batch, entry, `dependency.${status}`);
            if (status !== 'cancelled')
                createWebhook(batch, task, status);
            return;
        }
    }
}
export function spawnSteps(batch, entry, steps, held) {
    for (const index of steps) {
        const policy = policyOf(entry, index);
        const ref = stepRef(index);
        batch.spawn(entry, ref, 'step.spawned', { at: batch.now, policy });
        if (held)
            batch.send({ task: entry.no, ref }, { type: 'step.hold', at: batch.now });
    }
}
/** Executions a step may use in one set: its own, else the task's, else the machine's default. */
export function policyOf(entry, index) {
    const step = definitionOf(entry, stepRef(index));
    const { maxRetries, timeoutSeconds } = entry.request;
    const fallback = isSingle(entry.workflowKey) ? SINGLE_STEP_ATTEMPTS : null;
    const maxAttempts = step.maxAttempts ?? (maxRetries === null ? fallback : maxRetries + 1);
    const timeoutMs = step.timeoutMs ?? (timeoutSeconds === null ? null : timeoutSeconds * 1_000);
    return {
        ...(maxAttempts === null ? {} : { maxAttempts }),
        ...(timeoutMs === null ? {} : { timeoutMs }),
        ...(step.startTimeoutMs === null ? {} : { startTimeoutMs: step.startTimeoutMs }),
        ...(step.backoff === null ? {} : { backoff: step.backoff }),
        ...(step.optional ? { optional: true } : {}),
    };
}
/** A task posted without a workflow is tried four times: `maxRetries` 3. */
const SINGLE_STEP_ATTEMPTS = 4;
function tellSteps(batch, entry, type) {
    for (const actor of batch.actorsOf(entry)) {
        if (isStep(actor.ref) && isLive(actor.ref, actor.state)) {
            batch.send({ task: entry.no, ref: actor.ref }, { type, at: batch.now });
        }
    }
}
function retrySteps(batch, entry) {
    for (const actor of batch.actorsOf(entry)) {
        if (!isStep(actor.ref) || actor.state !== 'failed')
            continue;
        batch.send({ task: entry.no, ref: actor.ref }, { type: 'step.retry', at: batch.now });
    }
}
function tellDependents(batch, entry, type) {
    for (const row of batch.store.dependentsOf(entry.no)) {
        const event = { type, at: batch.now, taskId: entry.id, name: entry.name };
        batch.send({ task: row.task, ref: TASK_REF }, event);
    }
}
/** The index of a step by its name, or null. */
export function stepNamed(entry, name) {
    return entry.workflow.indexByName.get(name) ?? null;
}
export const dependencyNames = (entry, ref) => (entry.workflow.dependencies[stepIndex(ref)] ?? []).map((index) => definitionOf(entry, stepRef(index)).name);
