/** Submission: everything that can be refused is found before the first row is written. */
import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import { uuidv7 } from 'uuidv7';
import { Refusal } from "../errors.js";
import { TASK_REF } from "./actor.js";
import { planDependencies } from "./dependencies.js";
/** Stores the tasks, all or none. A request whose idempotency key is known gives the first task again. */
export function submit(batch, deps, requests, isBatch) {
    const replays = requests.map((request) => findReplay(batch, request));
    const fresh = requests.filter((_, index) => replays[index] === null);
    refuseRepeatedKeys(fresh);
    admitAll(deps, fresh);
    const planned = collectFaults(fresh, isBatch, (request) => plan(batch, deps, request));
    planDependencies(batch, planned, isBatch);
    for (const task of planned)
        store(batch, task);
    for (const task of planned)
        begin(batch, task);
    const ids = planned.map((task) => task.entry.id);
    return replays.map((replay) => ({ taskId: replay?.id ?? ids.shift() ?? '', replayed: replay !== null }));
}
function findReplay(batch, request) {
    if (request.idempotencyKey === null)
        return null;
    const known = batch.store.taskByIdempotencyKey(request.tenantId, request.idempotencyKey);
    if (known === null || known.request_hash === hashOf(request))
        return known;
    throw new Refusal('invalid', 'IDEMPOTENCY_KEY_REUSED', `idempotency key ${request.idempotencyKey} belongs to task ${known.id}, which was asked for with another body`, { faults: [{ pointer: '/idempotencyKey', message: 'already used with another body' }] });
}
function refuseRepeatedKeys(requests) {
    const seen = new Set();
    for (const [index, { tenantId, idempotencyKey }] of requests.entries()) {
        if (idempotencyKey === null)
            continue;
        const key = `${tenantId}\n${idempotencyKey}`;
        if (seen.has(key)) {
            const pointer = `/tasks/${index}/idempotencyKey`;
            throw new Refusal('invalid', 'IDEMPOTENCY_KEY_REUSED', `key ${idempotencyKey} stands twice in one batch`, {
                faults: [{ pointer, message: 'stands twice in this batch' }],
            });
        }
        seen.add(key);
    }
}
/** The same request asks for the same things, in whatever order its fields came. */
const hashOf = (request) => createHash('sha256').update(stringify(request) ?? '').digest('hex');
function admitAll(deps, requests) {
    const perTenant = new Map();
    for (const { tenantId } of requests)
        perTenant.set(tenantId, (perTenant.get(tenantId) ?? 0) + 1);
    for (const [tenant, count] of perTenant) {
        const refusal = deps.admit(tenant, count);
        if (refusal !== null)
            throw refusal;
    }
}
/** Plans every request; what is wrong with any is told of all of them at once. */
function collectFaults(requests, isBatch, planOne) {
    const faults = [];
    let first = null;
    const planned = [];
    for (const [index, request] of requests.entries()) {
        try {
            planned.push(planOne(request));
        }
        catch (error) {
            if (!(error instanceof Refusal))
                throw error;
            first ??= error;
            const prefix = isBatch ? `/tasks/${index}` : '';
            faults.push(...error.faults.map((fault) => ({ ...fault, pointer: prefix + fault.pointer })));
        }
    }
    if (first !== null)
        throw new Refusal(first.kind, first.code, first.message, { faults });
    return planned;
}
function plan(batch, deps, request) {
    const workflowKey = deps.registry.keyOf(request.name, request.workflowVersion);
    const workflow = deps.registry.open(workflowKey);
    if (workflow === null)
        throw new Error(`assertion failed: no workflow ${workflowKey}`);
    const payload = deps.validatePayload(workflowKey, request.payload);
    const stored = {
        payload,
        maxRetries: request.maxRetries,
        timeoutSeconds: request.timeoutSeconds,
        notificationUrl: request.notificationUrl,
        tags: request.tags,
        initiator: request.initiator,
        reason: request.reason,
        sourceSystem: request.sourceSystem,
        onDependencyFailure: request.onDependencyFailure,
    };
    const entry = {
        no: batch.nextTaskNo(),
        id: uuidv7(),
        tenant: request.tenantId,
        name: request.name,
        priority: request.priority,
        correlation: correlationOf(request, deps.correlationKeys),
        workflowKey,
        workflow,
        request: stored,
    };
    return { request, entry: { ...entry, createdAt: 0 }, dependencies: [] };
}
function correlationOf(request, keys) {
    if (request.correlationId !== null)
        return request.correlationId;
    for (const key of keys) {
        const value = Object.hasOwn(request.payload, key) ? request.payload[key] : undefined;
        if (typeof value === 'string' || typeof value === 'number')
            return String(value);
    }
    return null;
}
function store(batch, task) {
    const { entry, request } = task;
    task.entry = { ...entry, createdAt: batch.now };
    batch.store.insertTask({
        no: entry.no,
        id: entry.id,
        tenant: entry.tenant,
        name: entry.name,
        workflow: entry.workflowKey,
        status: 'pending',
        priority: entry.priority,
        correlation: entry.correlation,
        idempotencyKey: request.idempotencyKey,
        requestHash: request.idempotencyKey === null ? null : hashOf(request),
        createdAt: batch.now,
        request: JSON.stringify(entry.request),
        tags: request.tags,
    });
    task.dependencies.forEach((dependency, position) => {
        batch.store.putDependency({
            task: entry.no,
            position,
            name: dependency.name,
            on_task: dependency.task?.no ?? null,
            tenant: entry.tenant,
        });
    });
}
/** Brings the task to life, tells it of dependencies lost already, and answers those who waited for its name. */
function begin(batch, { entry, request, dependencies, answers }) {
    const { workflow } = entry;
    const waits = dependencies.filter((dependency) => dependency.status !== 'complete');
    const input = {
        at: batch.now,
        startAt: batch.now + Math.round(request.delaySeconds * 1_000),
        stepCount: workflow.definition.steps.length,
        rootCount: workflow.roots.length,
        unmet: waits.length,
        ...(request.onDependencyFailure === 'fail' ? { onDependencyFailure: 'fail' } : {}),
    };
    batch.spawn(entry, TASK_REF, 'task.submitted', input);
    for (const { status, task } of waits)
        tellIfLost(batch, entry, status, task);
    for (const answer of answers ?? []) {
        batch.store.putDependency({ ...answer, on_task: entry.no });
        const event = { type: 'dependency.resolved', at: batch.now, name: answer.name, taskId: entry.id };
        batch.send({ task: answer.task, ref: TASK_REF }, event);
    }
}
function tellIfLost(batch, entry, status, on) {
    if (on === null || (status !== 'failed' && status !== 'cancelled'))
        return;
    const event = { type: `dependency.${status}`, at: batch.now, taskId: on.id, name: on.name };
    batch.send({ task: entry.no, ref: TASK_REF }, event);
}
