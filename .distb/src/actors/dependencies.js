/** Tasks that depend on tasks: which task a name means, and that nobody ends up waiting for himself. */
import { Refusal } from "../errors.js";
/** Resolves every dependency of the planned tasks; refuses unknown ones and circles, all at once. */
export function planDependencies(batch, planned, isBatch) {
    const faults = [];
    for (const [index, task] of planned.entries()) {
        const prefix = isBatch ? `/tasks/${index}` : '';
        task.dependencies = [...new Set(task.request.dependencies)].map((reference, position) => {
            const found = resolve(batch, task.entry, reference, isBatch ? planned : []);
            if (found === null && !task.request.allowUnresolved) {
                faults.push({ pointer: `${prefix}/dependencies/${position}`, message: `there is no task ${reference}` });
            }
            return found ?? { name: reference, task: null, status: 'unresolved' };
        });
        task.answers = batch.store
            .unresolvedDependencies(task.entry.tenant, task.entry.name)
            .filter((row) => answersTo(batch.task(row.task), task.entry));
    }
    if (faults.length > 0) {
        const names = faults.map((fault) => fault.message).join('; ');
        const hint = 'submit it first, or set allowUnresolved to wait for one';
        throw new Refusal('invalid', 'UNKNOWN_DEPENDENCY', `${names}: ${hint}`, { faults });
    }
    refuseCircles(batch, planned);
}
/** A task id, or else a name: of the same batch, or of the tenant's stored tasks. */
export function resolve(batch, dependent, reference, mates) {
    const byId = batch.store.taskById(reference);
    if (byId !== null && byId.tenant === dependent.tenant)
        return ofRow(batch, byId, reference);
    const mate = newest(mates.map((task) => task.entry).filter((entry) => entry.tenant === dependent.tenant && entry.name === reference), dependent.correlation);
    if (mate !== null)
        return { name: reference, task: mate, status: 'pending' };
    const { store } = batch;
    const named = (correlation) => store.newestTaskNamed(dependent.tenant, reference, correlation);
    const row = dependent.correlation === null ? named('any') : (named(dependent.correlation) ?? named(null));
    return row === null ? null : ofRow(batch, row, reference);
}
/** The rule for names, over tasks in the order they were submitted. */
function newest(entries, correlation) {
    const last = (of) => entries.findLast((entry) => entry.correlation === of);
    if (correlation === null)
        return entries.at(-1) ?? null;
    return last(correlation) ?? last(null) ?? null;
}
const ofRow = (batch, row, reference) => ({
    name: reference,
    task: row,
    status: batch.taskStatus(row.no),
});
/** Whether a task just submitted is one that a stored task waits for by name. */
function answersTo(dependent, submitted) {
    const { correlation } = dependent;
    return correlation === null || submitted.correlation === null || submitted.correlation === correlation;
}
/** Only a task that somebody can already wait for can close a circle: one of a batch, or one that answers a name. */
function refuseCircles(batch, planned) {
    const plannedByNo = new Map(planned.map((task) => [task.entry.no, task]));
    const answered = new Map();
    for (const { entry, answers } of planned) {
        for (const row of answers ?? [])
            answered.set(row.task, [...(answered.get(row.task) ?? []), entry.no]);
    }
    const isSuspect = planned.some((task) => (task.answers?.length ?? 0) > 0 ||
        task.dependencies.some(({ name, task: on }) => (on === null ? name === task.entry.name : plannedByNo.has(on.no))));
    if (!isSuspect)
        return;
    const next = (no) => {
        const own = plannedByNo.get(no);
        const ahead = own === undefined
            ? batch.store.dependenciesOf(no).flatMap((row) => (row.on_task === null ? [] : [row.on_task]))
            : own.dependencies.flatMap(({ name, task }) => task === null ? (name === own.entry.name ? [no] : []) : [task.no]);
        return [...ahead, ...(answered.get(no) ?? [])];
    };
    const name = (no) => plannedByNo.get(no)?.entry.name ?? batch.task(no).name;
    for (const { entry } of planned)
        refuseCircleFrom(entry.no, next, name);
}
/** Throws DEPENDENCY_CYCLE with the whole path if `start` waits, in the end, for itself. */
export function refuseCircleFrom(start, next, name) {
    const seen = new Set();
    const path = [{ no: start, ahead: next(start) }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const to = top.ahead.pop();
        if (to === undefined) {
            path.pop();
        }
        else if (to === start) {
            const circle = [...path.map(({ no }) => name(no)), name(start)].join(' → ');
            throw new Refusal('invalid', 'DEPENDENCY_CYCLE', `tasks would wait for each other in a circle: ${circle}`, {
                faults: [{ pointer: '/dependencies', message: `a circle: ${circle}` }],
            });
        }
        else if (!seen.has(to)) {
            seen.add(to);
            path.push({ no: to, ahead: next(to) });
        }
    }
}
/** Adds dependencies to a task that has not started. */
export function addDependencies(batch, entry, references, by) {
    const existing = batch.store.dependenciesOf(entry.no);
    const known = new Set(existing.map((row) => row.on_task));
    const found = [...new Set(references)].map((reference) => ({
        reference,
        resolution: resolve(batch, entry, reference, []),
    }));
    const faults = found.flatMap(({ reference, resolution }, index) => resolution === null ? [{ pointer: `/dependsOn/${index}`, message: `there is no task ${reference}` }] : []);
    if (faults.length > 0) {
        const names = faults.map((fault) => fault.message).join('; ');
        throw new Refusal('invalid', 'UNKNOWN_DEPENDENCY', names, { faults });
    }
    const added = found.flatMap(({ resolution }) => resolution?.task == null || known.has(resolution.task.no) ? [] : [{ ...resolution, task: resolution.task }]);
    const stored = (no) => batch.store.dependenciesOf(no).flatMap((row) => (row.on_task === null ? [] : [row.on_task]));
    const next = (no) => no === entry.no ? [...stored(no), ...added.map(({ task }) => task.no)] : stored(no);
    refuseCircleFrom(entry.no, next, (no) => batch.task(no).name);
    added.forEach(({ name, task }, index) => {
        const position = existing.length + index;
        batch.store.putDependency({ task: entry.no, position, name, on_task: task.no, tenant: entry.tenant });
    });
    const waits = added.filter(({ status }) => status !== 'complete');
    const address = { task: entry.no, ref: 0 };
    batch.take(address, { type: 'dependency.added', at: batch.now, count: waits.length, by });
    for (const { status, task } of waits) {
        if (status !== 'failed' && status !== 'cancelled')
            continue;
        batch.send(address, { type: `dependency.${status}`, at: batch.now, taskId: task.id, name: task.name });
    }
}
