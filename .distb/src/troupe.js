/** The composition root: a store, a bus, a worker and the engine between them, behind one interface. */
import { pino } from 'pino';
import { actorName, stepRef, TASK_REF } from "./actors/actor.js";
import { Census } from "./actors/census.js";
import { systemClock } from "./actors/clock.js";
import { addDependencies } from "./actors/dependencies.js";
import { Dispatcher } from "./actors/dispatcher.js";
import { Engine } from "./actors/engine.js";
import { Facts } from "./actors/facts.js";
import { createHandle, Watchers } from "./actors/handle.js";
import { toHistory } from "./actors/journal.js";
import { Memory } from "./actors/memory.js";
import { Reader } from "./actors/reader.js";
import { replay, snapshotView } from "./actors/replay.js";
import { submit } from "./actors/submit.js";
import { stepNamed } from "./actors/task-effects.js";
import { persistedOf } from "./actors/turn.js";
import { tellStep, tellTask } from "./actors/verbs.js";
import { InProcessBus } from "./bus/in-process.js";
import { Subjects } from "./bus/subjects.js";
import { Refusal } from "./errors.js";
import { Gatekeeper } from "./gate.js";
import { healthOf } from "./health.js";
import { Metrics } from "./metrics.js";
import { Store } from "./store/store.js";
import { workflowDiagram } from "./view/workflow-diagram.js";
import { createWebhookSender } from "./webhooks/send.js";
import { createTargetPolicy } from "./webhooks/target.js";
import { WorkerPool } from "./worker/pool.js";
import { compileWorkflow } from "./workflow/compile.js";
import { checkInput } from "./workflow/define.js";
import { compileInput, validatePayload } from "./workflow/payload.js";
import { WorkflowRegistry } from "./workflow/registry.js";
const versionKey = ({ name, version }) => `${name}@${version}`;
const silent = pino({ level: 'silent' });
export async function createTroupe(options) {
    const troupe = new LocalTroupe(options);
    for (const workflow of options.workflows ?? []) {
        await troupe.registerWorkflow('definition' in workflow ? workflow.definition : workflow);
    }
    return troupe;
}
class LocalTroupe {
    bus;
    subjects = new Subjects();
    #options;
    #store;
    #registry = new WorkflowRegistry();
    #memory;
    #dispatcher;
    #engine;
    #reader;
    #facts;
    #pool;
    #watchers = new Watchers();
    #census = new Census();
    #metrics = new Metrics();
    #policy;
    #sender;
    #submitDeps;
    /** Input schemas of workflows defined in code, by name and version. */
    #inputs = new Map();
    #closing = null;
    constructor(options) {
        const { webhooks = { secret: null, allow: [] }, clock = systemClock, log = silent } = options;
        this.#options = options;
        this.#policy = createTargetPolicy(webhooks.allow);
        this.#sender = createWebhookSender({ secret: webhooks.secret, policy: this.#policy });
        this.#store = new Store(options.db);
        this.bus =
            options.bus ??
                new InProcessBus({ streams: [], onError: (err, subject) => log.warn({ err, subject }, 'a subscriber failed') });
        this.#memory = new Memory(this.#store, this.#registry);
        this.#facts = new Facts(this.#store, this.#memory);
        const defined = (options.workflows ?? []).filter((workflow) => 'definition' in workflow);
        const handlers = [...options.handlers, ...defined.flatMap((workflow) => workflow.handlers)];
        for (const { definition, input } of defined)
            if (input !== null)
                this.#inputs.set(versionKey(definition), input);
        this.#pool = new WorkerPool(handlers);
        this.#dispatcher = new Dispatcher({
            total: options.concurrency ?? 100,
            perTenant: options.tenantConcurrency ?? null,
        });
        for (const { name, concurrency } of handlers)
            this.#dispatcher.serve(name, concurrency);
        this.#reader = new Reader(this.#store, this.#memory, this.#dispatcher);
        const gate = new Gatekeeper({
            store: this.#store,
            memory: this.#memory,
            pool: this.#pool,
            sender: this.#sender,
            facts: this.#facts,
            bus: this.bus,
            subjects: this.subjects,
            watchers: this.#watchers,
            census: this.#census,
            metrics: this.#metrics,
            log,
            tell: (about, work) => this.#engine.tell(about, work),
        });
        this.#engine = new Engine({
            store: this.#store,
            memory: this.#memory,
            dispatcher: this.#dispatcher,
            clock,
            random: options.random ?? Math.random,
            log,
        }, gate);
        this.#submitDeps = this.#createSubmitDeps();
        this.#addGauges();
        this.#start();
    }
    #start() {
        for (const row of this.#store.workflows()) {
            this.#registry.add(compileWorkflow(JSON.parse(row.definition)));
        }
        this.#census.load(this.#store);
        this.#engine.start((token) => this.#pool.has(token));
    }
    #createSubmitDeps() {
        const { maxOpenTasks, correlationKeys = ['correlationId', 'orderId'] } = this.#options;
        return {
            registry: this.#registry,
            correlationKeys,
            validatePayload: (key, payload) => {
                const workflow = this.#registry.open(key);
                return workflow === null ? payload : validatePayload(workflow, payload);
            },
            admit: (tenant, count) => {
                const open = this.#census.openOf(tenant);
                if (maxOpenTasks === undefined || open + count <= maxOpenTasks)
                    return null;
                const message = `tenant ${tenant} has ${open} unfinished tasks; at most ${maxOpenTasks}`;
                return new Refusal('limited', 'LIMIT_REACHED', message, { retryAfterSeconds: 5 });
            },
        };
    }
    #addGauges() {
        const metrics = this.#metrics;
        metrics.gauges('troupe_tasks', 'Tasks by state.', 'status', () => this.#census.byStatus);
        metrics.gauge('troupe_attempts_running', 'Attempts running now.', () => this.#dispatcher.running);
        metrics.gauge('troupe_attempts_queued', 'Attempts waiting for a worker.', () => this.#store.queueLengths().reduce((sum, { count }) => sum + count, 0));
        metrics.gauge('troupe_commits', 'Commits since the start.', () => this.#store.commits);
        metrics.gauge('troupe_commit_failures', 'Failed commits since the start.', () => this.#engine.counters.commitFailures);
        metrics.gauge('troupe_events_ignored', 'Events no state had a use for.', () => this.#engine.counters.turnsIgnored);
        metrics.gauge('troupe_actors_set_aside', 'Actors that cannot go on.', () => this.#store.setAsides().length);
        metrics.gauge('troupe_store_bytes', 'Size of the store.', () => this.#store.bytes());
        metrics.gauges('troupe_webhooks', 'Deliveries by state.', 'status', () => Object.fromEntries(this.#store.webhookCounts().map(({ status, count }) => [status, count])));
    }
    async submit(request) {
        const { tasks, replayed } = await this.#submit([request], false);
        const [task] = tasks;
        if (task === undefined)
            throw new Error('assertion failed: one submission makes one task');
        return { task, replayed };
    }
    submitBatch(requests) {
        return this.#submit(requests, true);
    }
    async #submit(requests, isBatch) {
        this.#checkTargets(requests, isBatch);
        const checked = this.#inputs.size === 0 ? requests : await Promise.all(requests.map((each) => this.#checkInput(each)));
        const submitted = await this.#engine.perform((batch) => submit(batch, this.#submitDeps, checked, isBatch));
        return {
            tasks: submitted.map(({ taskId }) => this.getTask(null, taskId)),
            replayed: submitted.length > 0 && submitted.every(({ replayed }) => replayed),
        };
    }
    async #checkInput(request) {
        const workflow = this.#registry.find(request.name, request.workflowVersion);
        const input = workflow === null ? undefined : this.#inputs.get(versionKey(workflow.definition));
        return input === undefined ? request : { ...request, payload: await checkInput(input, request.payload) };
    }
    #checkTargets(requests, isBatch) {
        const faults = requests.flatMap(({ notificationUrl }, index) => {
            const message = notificationUrl === null ? null : this.#policy.checkUrl(notificationUrl);
            return message === null ? [] : [{ pointer: `${isBatch ? `/tasks/${index}` : ''}/notificationUrl`, message }];
        });
        if (faults[0] !== undefined)
            throw new Refusal('invalid', 'INVALID_WEBHOOK_URL', faults[0].message, { faults });
    }
    checkWebhookUrl(url) {
        return this.#policy.checkUrl(url);
    }
    getTask(scope, id) {
        return this.#reader.task(this.#reader.find(scope, id));
    }
    listTasks(query) {
        const { tenantId, status, name, correlationId, tag, limit, cursor } = query;
        const rows = this.#store.listTasks({
            ...(tenantId === null ? {} : { tenant: tenantId }),
            ...(status === undefined ? {} : { status }),
            ...(name === undefined ? {} : { name }),
            ...(correlationId === undefined ? {} : { correlation: correlationId }),
            ...(tag === undefined ? {} : { tag }),
            ...(cursor === undefined ? {} : { before: this.#positionOf(tenantId, cursor) }),
            limit: limit + 1,
        });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return {
            tasks: page.map((row) => this.#reader.task(row)),
            nextCursor: rows.length > limit && last !== undefined ? last.id : null,
        };
    }
    /** A cursor is the id of the last task seen. */
    #positionOf(scope, cursor) {
        const row = this.#store.taskById(cursor);
        if (row !== null && (scope === null || row.tenant === scope))
            return row.no;
        throw new Refusal('invalid', 'INVALID_CURSOR', 'this cursor leads nowhere: send the nextCursor of the page before', {
            faults: [{ pointer: '/cursor', message: 'no cursor of this list' }],
        });
    }
    getStep(scope, id, step) {
        return this.#reader.step(this.#reader.find(scope, id), step);
    }
    history(scope, id) {
        const row = this.#reader.find(scope, id);
        return toHistory(this.#memory.entryOf(row), this.#store.journal(row.no));
    }
    snapshot(scope, id, seq) {
        const row = this.#reader.find(scope, id);
        const last = this.#store.lastSeq(row.no);
        if (seq !== undefined && (seq < 1 || seq > last)) {
            throw new Refusal('not_found', 'NO_SUCH_MOMENT', `the journal of task ${id} runs from 1 to ${last}`);
        }
        const entry = this.#memory.entryOf(row);
        return snapshotView(entry, replay(this.#store.journal(row.no), seq), seq ?? last);
    }
    diagram(scope, id, format) {
        const stored = this.#reader.open(this.#reader.find(scope, id));
        return workflowDiagram(stored.entry.workflow, format, (index) => this.#reader.stepView(stored, index).status);
    }
    taskVerb(...[scope, id, verb, options]) {
        return this.#change(scope, id, (batch, entry) => tellTask(batch, entry, verb, options));
    }
    stepVerb(...[scope, id, step, verb, options]) {
        return this.#change(scope, id, (batch, entry) => tellStep(batch, entry, step, verb, options));
    }
    addDependencies(scope, id, dependsOn, by) {
        return this.#change(scope, id, (batch, entry) => {
            const status = batch.taskStatus(entry.no);
            if (status !== 'pending') {
                throw new Refusal('conflict', 'WRONG_STATE', `task ${id} is ${status}: only a pending task takes dependencies`);
            }
            addDependencies(batch, entry, dependsOn, by);
        });
    }
    async #change(scope, id, change) {
        const row = this.#reader.find(scope, id);
        await this.#engine.perform((batch) => change(batch, batch.task(row.no)));
        return this.getTask(scope, id);
    }
    events(filter) {
        return this.#facts.follow(filter);
    }
    async registerWorkflow(definition) {
        compileInput(definition);
        this.#registry.check(definition);
        return this.#engine.perform((batch) => {
            const { workflow, isNew } = this.#registry.check(definition);
            if (isNew) {
                const { name, version } = definition;
                const row = { hash: workflow.hash, name, version, definition: JSON.stringify(definition), created_at: batch.now };
                batch.store.insertWorkflow(row);
                batch.afterCommit(() => this.#registry.add(workflow));
            }
            return { workflow, created: isNew };
        });
    }
    listWorkflows() {
        return this.#registry.list();
    }
    getWorkflow(name, version) {
        const workflow = this.#registry.find(name, version);
        if (workflow !== null)
            return workflow;
        const what = version === undefined ? `workflow ${name}` : `version ${version} of workflow ${name}`;
        throw new Refusal('not_found', 'WORKFLOW_NOT_FOUND', `there is no ${what}`);
    }
    listWebhooks(scope, status, limit = 100) {
        return this.#store.webhooks(scope, status ?? null, limit).map((row) => this.#webhookView(row));
    }
    async redeliverWebhook(scope, id, by) {
        const row = this.#store.webhook(id);
        if (row === null || (scope !== null && row.tenant !== scope)) {
            throw new Refusal('not_found', 'WEBHOOK_NOT_FOUND', `there is no webhook ${id}`);
        }
        await this.#engine.perform((batch) => {
            const event = { type: 'step.retry', at: batch.now, by };
            if (batch.take({ task: row.task, ref: row.ref }, event) === 'taken')
                return;
            const message = `webhook ${id} is ${row.status}: only a dead one is sent again`;
            throw new Refusal('conflict', 'WRONG_STATE', message);
        });
        return this.#webhookView(this.#store.webhook(id) ?? row);
    }
    #webhookView(row) {
        const actor = this.#store.actor(row.task, row.ref);
        const context = JSON.parse(actor?.context ?? '{}');
        return {
            id: row.id,
            taskId: this.#memory.task(row.task).id,
            tenantId: row.tenant,
            url: row.url,
            type: row.type,
            status: row.status,
            attempts: context.attempt ?? 0,
            nextAttemptAt: context.retryAt === undefined ? null : new Date(context.retryAt).toISOString(),
            createdAt: new Date(row.created_at).toISOString(),
            error: context.error ?? null,
        };
    }
    actor(id, step) {
        const row = this.#reader.find(null, id);
        const entry = this.#memory.entryOf(row);
        const index = step === undefined ? null : stepNamed(entry, step);
        if (step !== undefined && index === null) {
            throw new Refusal('not_found', 'STEP_NOT_FOUND', `task ${id} has no step ${step}`);
        }
        const ref = index === null ? TASK_REF : stepRef(index);
        const read = () => {
            const actor = this.#memory.actor(row.no, ref);
            if (actor !== null)
                return actor;
            throw new Refusal('not_found', 'STEP_NOT_SPAWNED', `step ${step} of task ${id} has not been spawned yet`);
        };
        return createHandle({
            id: `${id}/${actorName(entry, ref)}`,
            key: `${row.no}/${ref}`,
            watchers: this.#watchers,
            read: () => read().snapshot,
            persist: () => persistedOf(ref === TASK_REF ? 'task' : 'step', read().snapshot),
            send: (event) => {
                this.#engine.tell({ task: row.no, ref }, (batch) => {
                    batch.take({ task: row.no, ref }, { by: 'code', reason: null, ...event, at: batch.now });
                });
            },
        });
    }
    health() {
        return healthOf({
            store: this.#store,
            dispatcher: this.#dispatcher,
            census: this.#census,
            memory: this.#memory,
            trouble: this.#closing === null ? this.#engine.trouble : 'stopping',
        });
    }
    async metrics() {
        const { registry } = this.#metrics;
        return { contentType: registry.contentType, text: await registry.metrics() };
    }
    close({ graceMs = 20_000 } = {}) {
        this.#closing ??= this.#close(graceMs);
        return this.#closing;
    }
    /** No new work → what runs finishes, or is found again at the next start → commit → close. */
    async #close(graceMs) {
        this.#engine.drain();
        this.#dispatcher.stop();
        let cancel = () => undefined;
        const late = new Promise((resolve) => {
            cancel = systemClock.after(graceMs, resolve);
        });
        await Promise.race([this.#pool.idle(), late]);
        cancel();
        this.#engine.close();
        this.#pool.abortAll();
        this.#facts.close();
        await this.bus.close();
        await this.#sender.close();
        this.#store.close();
    }
}
