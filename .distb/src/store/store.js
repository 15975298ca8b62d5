/**
 * Every statement Troupe runs, as plain rows in and out. It knows no machines and decides nothing; its caller
 * brackets writes with `transaction`, and nothing written is true before that returns.
 */
import { claim, fileBytes, isStorageFailure, needsReopen, openDatabase } from "./database.js";
import { prepare } from "./statements.js";
const JOURNAL_PAGE = 200;
export class Store {
    path;
    #claim;
    #db;
    #sql;
    /** Commits so far; each is one fsync of the write-ahead log. */
    commits = 0;
    constructor(path) {
        this.path = path;
        this.#claim = claim(path);
        this.#db = openDatabase(path);
        this.#sql = prepare(this.#db);
    }
    /**
     * Runs `write` in one transaction. If it throws, or the commit fails, nothing of it is stored; after a failure of
     * the disk the file is opened again, so that what is read next is what the disk really holds.
     */
    transaction(write) {
        try {
            if (!this.#db.open)
                this.#reopen();
            this.#db.exec('BEGIN IMMEDIATE');
            const result = write();
            this.#db.exec('COMMIT');
            this.commits++;
            return result;
        }
        catch (error) {
            this.#rollback(error);
            throw error;
        }
    }
    #rollback(cause) {
        try {
            if (this.#db.inTransaction)
                this.#db.exec('ROLLBACK');
        }
        catch (error) {
            // The rollback of a file that cannot be read fails as well; opening it again below rolls back.
            if (!isStorageFailure(error))
                throw error;
        }
        if (needsReopen(cause) && this.path !== ':memory:')
            this.#reopen();
    }
    #reopen() {
        this.#db.close();
        this.#db = openDatabase(this.path);
        this.#sql = prepare(this.#db);
    }
    /** Throws if the store cannot take a commit now. */
    probe() {
        this.transaction(() => this.#sql.putMeta.run('probe', String(this.commits)));
    }
    bytes() {
        return fileBytes(this.path);
    }
    close() {
        this.#db.close();
        this.#claim.release();
    }
    getMeta(key) {
        return this.#sql.getMeta.pluck().get(key) ?? null;
    }
    putMeta(key, value) {
        this.#sql.putMeta.run(key, value);
    }
    insertWorkflow(row) {
        this.#sql.insertWorkflow.run(row);
    }
    workflows() {
        return this.#sql.workflows.all();
    }
    lastTaskNo() {
        return this.#sql.lastTaskNo.pluck().get() ?? 0;
    }
    insertTask(row) {
        this.#sql.insertTask.run(row.no, row.id, row.tenant, row.name, row.workflow, row.status, row.priority, row.correlation, row.idempotencyKey, row.requestHash, row.createdAt, row.request);
        for (const tag of row.tags)
            this.#sql.insertTag.run(tag, row.no);
    }
    setTaskStatus(no, status) {
        this.#sql.setTaskStatus.run(status, no);
    }
    taskByNo(no) {
        return this.#sql.taskByNo.get(no) ?? null;
    }
    taskById(id) {
        return this.#sql.taskById.get(id) ?? null;
    }
    taskByIdempotencyKey(tenant, key) {
        return this.#sql.taskByKey.get(tenant, key) ?? null;
    }
    /** The newest task of that name, of any correlation, of exactly this one, or (null) of none. */
    newestTaskNamed(tenant, name, correlation) {
        const found = correlation === 'any'
            ? this.#sql.newestNamed.get(tenant, name)
            : this.#sql.newestNamedCorrelated.get(tenant, name, correlation);
        return found ?? null;
    }
    listTasks(filter) {
        const clauses = [];
        const values = [];
        const add = (clause, value) => {
            if (value === undefined)
                return;
            clauses.push(clause);
            values.push(value);
        };
        add('tenant = ?', filter.tenant);
        add('status = ?', filter.status);
        add('name = ?', filter.name);
        add('correlation = ?', filter.correlation);
        add('no IN (SELECT task FROM tags WHERE tag = ?)', filter.tag);
        add('no < ?', filter.before);
        const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
        return this.#db
            .prepare(`SELECT * FROM tasks ${where} ORDER BY no DESC LIMIT ?`)
            .all(...values, filter.limit);
    }
    countByStatus() {
        return this.#sql.countByStatus.all();
    }
    putActor(row) {
        this.#sql.putActor.run(row.task, row.ref, row.machine, row.state, row.context, row.due_at, row.timers, row.queue);
    }
    actor(task, ref) {
        return this.#sql.actor.get(task, ref) ?? null;
    }
    /** All actors of a task, the task itself first. */
    actors(task) {
        return this.#sql.actors.all(task);
    }
    /** Actors with a timer due at or before `at`, earliest first. */
    dueActors(at, limit) {
        return this.#sql.dueActors.all(at, limit);
    }
    nextDue() {
        return this.#sql.nextDue.pluck().get() ?? null;
    }
    /** Attempts that were running when the store was last written. */
    runningActors() {
        return this.#sql.runningActors.all();
    }
    queues() {
        return this.#sql.queues.pluck().all();
    }
    queueLengths() {
        return this.#sql.queueLengths.all();
    }
    /** Of the steps that wait for a worker, that of the oldest task. */
    oldestQueued() {
        return this.#sql.oldestQueued.get() ?? null;
    }
    countTimers() {
        return this.#sql.countTimers.pluck().get();
    }
    queued(queue, after, limit) {
        return this.#sql.queued.all(queue, after.task, after.ref, limit);
    }
    /** The position of the new row in the journal of all tasks. */
    appendJournal(task, seq, count, entries) {
        return Number(this.#sql.appendJournal.run(task, seq, count, entries).lastInsertRowid);
    }
    /** Number of a task's last journal entry; 0 before the first. */
    lastSeq(task) {
        return this.#sql.lastSeq.pluck().get(task) ?? 0;
    }
    /** A task's journal, oldest first, read by pages: an open cursor would keep everybody else from committing. */
    *journal(task) {
        let rows = this.#journalPage(task, 0);
        for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
            yield* rows;
            rows = rows.length < JOURNAL_PAGE ? [] : this.#journalPage(task, last.seq);
        }
    }
    #journalPage(task, after) {
        return this.#sql.journalPage.all(task, after, JOURNAL_PAGE);
    }
    /** Journal rows of all tasks from position `after` on, with what facts need of their tasks. */
    journalSince(after, limit) {
        return this.#sql.journalSince.all(after, limit);
    }
    lastJournalPos() {
        return this.#sql.lastJournalPos.pluck().get() ?? 0;
    }
    putDependency(row) {
        this.#sql.putDependency.run(row.task, row.position, row.name, row.on_task, row.tenant);
    }
    dependenciesOf(task) {
        return this.#sql.dependenciesOf.all(task);
    }
    dependentsOf(task) {
        return this.#sql.dependentsOf.all(task);
    }
    unresolvedDependencies(tenant, name) {
        return this.#sql.unresolvedDependencies.all(tenant, name);
    }
    insertWebhook(row) {
        this.#sql.insertWebhook.run(row);
    }
    setWebhookStatus(task, ref, status) {
        this.#sql.setWebhookStatus.run(status, task, ref);
    }
    webhook(id) {
        return this.#sql.webhook.get(id) ?? null;
    }
    webhookOfActor(task, ref) {
        return this.#sql.webhookOfActor.get(task, ref) ?? null;
    }
    countWebhooksOf(task) {
        return this.#sql.countWebhooksOf.pluck().get(task);
    }
    webhooks(tenant, status, limit) {
        return this.#sql.webhooks.all({ tenant, status, limit });
    }
    webhookCounts() {
        return this.#sql.webhookCounts.all();
    }
    /** Reports an actor that cannot go on, and takes it out of timers and queues; its snapshot stays as it is. */
    setAside(task, ref, at, why) {
        this.#sql.setAside.run(task, ref, at, why);
        this.#sql.silence.run(task, ref);
    }
    setAsides() {
        return this.#sql.setAsides.all();
    }
}
