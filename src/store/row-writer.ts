/** Writes rows, inside a transaction that its caller brackets: `Store.commit`, or `Store.rewrite` of recovery. */

import type { Commit, SetAside } from './commit.ts';
import type { Connection } from './database.ts';
import type {
  ActorRow,
  ChildWaveRow,
  DependencyRow,
  NewTaskRow,
  SignalRow,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
  WorkflowSourceRow,
} from './rows.ts';
import type { Statements } from './statements.ts';
import { deleteTask } from './whole-tasks.ts';

export class RowWriter {
  readonly #db: Connection;
  readonly #sql: Statements;

  constructor(db: Connection, sql: Statements) {
    this.#db = db;
    this.#sql = sql;
  }

  /** The positions of the new rows of the journal, in their order. */
  write(commit: Partial<Commit>): number[] {
    const { workflows, workflowSources, workflowChoices, tasks, taskStatuses, dependencies } = commit;
    const { webhooks, webhookStatuses, newActors, actors, journal, setAside, removed, meta } = commit;
    const { signals, signalsTaken, signalsWithdrawn, signalWaves, signalWavesOver } = commit;
    const { childWaves, childWavesOver } = commit;
    for (const row of workflows ?? []) this.insertWorkflow(row);
    for (const row of workflowSources ?? []) this.insertWorkflowSource(row);
    for (const row of workflowChoices ?? []) this.insertWorkflowChoice(row);
    for (const row of tasks ?? []) this.insertTask(row);
    for (const { no, status } of taskStatuses ?? []) this.setTaskStatus(no, status);
    for (const row of dependencies ?? []) this.putDependency(row);
    for (const row of webhooks ?? []) this.insertWebhook(row);
    for (const { task, ref, status } of webhookStatuses ?? []) this.setWebhookStatus(task, ref, status);
    for (const row of newActors ?? []) this.insertActor(row);
    for (const row of actors ?? []) this.updateActor(row);
    for (const row of signals ?? []) this.insertSignal(row);
    for (const row of signalsTaken ?? []) this.takeSignal(row);
    for (const no of signalsWithdrawn ?? []) this.#sql.withdrawSignal.run(no);
    for (const { signal, task, ref } of signalWaves ?? []) this.#sql.putSignalWave.run(signal, task, ref);
    for (const signal of signalWavesOver ?? []) this.#sql.endSignalWave.run(signal);
    for (const row of childWaves ?? []) this.putChildWave(row);
    for (const { task, ref, verb } of childWavesOver ?? []) this.#sql.endChildWave.run(task, ref, verb);
    const positions = (journal ?? []).map((row) =>
      this.appendJournal(row.task, row.seq, row.count, row.entries),
    );
    for (const aside of setAside ?? []) this.setAside(aside);
    for (const task of removed ?? []) deleteTask(this.#db, task);
    for (const { key, value } of meta ?? []) this.setMeta(key, value);
    return positions;
  }

  setMeta(key: string, value: string): void {
    this.#sql.putMeta.run(key, value);
  }

  /** In place of one of its namespace, name and version that cannot be read any more; the registry refuses any other. */
  insertWorkflow(row: WorkflowRow): void {
    this.#sql.insertWorkflow.run(row);
  }

  /** The first one stays. */
  insertWorkflowSource(row: WorkflowSourceRow): void {
    this.#sql.insertWorkflowSource.run(row);
  }

  insertWorkflowChoice(row: WorkflowChoiceRow): void {
    this.#sql.insertWorkflowChoice.run(row);
  }

  insertTask(row: NewTaskRow): void {
    this.#sql.insertTask.run(
      row.no,
      row.id,
      row.tenant,
      row.name,
      row.workflow,
      row.status,
      row.priority,
      row.correlation,
      row.idempotencyKey,
      row.requestHash,
      row.createdAt,
      row.request,
      row.parent?.task ?? null,
      row.parent?.ref ?? null,
      row.parent?.index ?? null,
      row.parent?.try ?? null,
    );
    for (const tag of row.tags) this.#sql.insertTag.run(tag, row.no);
  }

  setTaskStatus(no: number, status: string): void {
    this.#sql.setTaskStatus.run(status, no);
  }

  insertActor(row: ActorRow): void {
    const { task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on } = row;
    this.#sql.insertActor.run(task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on);
  }

  updateActor(row: ActorRow): void {
    const { task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on } = row;
    this.#sql.updateActor.run(machine, state, context, due_at, timers, queue, awaits, runs_on, task, ref);
  }

  /** The position of the new row in the journal of all tasks. */
  appendJournal(task: number, seq: number, count: number, entries: string): number {
    return Number(this.#sql.appendJournal.run(task, seq, count, entries).lastInsertRowid);
  }

  putDependency(row: DependencyRow): void {
    this.#sql.putDependency.run(row.task, row.position, row.name, row.on_task, row.tenant);
  }

  /** Each that comes lets some go whose time is over, so that there are never many of them. */
  insertSignal(row: SignalRow): void {
    this.#sql.forgetTaken.run({ now: row.at });
    this.#sql.forgetSignals.run({ now: row.at });
    this.#sql.insertSignal.run(row);
  }

  takeSignal({ task, ref, signal, at }: Commit['signalsTaken'][number]): void {
    this.#sql.takeSignal.run(task, signal, ref);
    this.#sql.markTaken.run(at, signal);
  }

  insertWebhook(row: WebhookRow): void {
    this.#sql.insertWebhook.run(row);
  }

  setWebhookStatus(task: number, ref: number, status: string): void {
    this.#sql.setWebhookStatus.run(status, task, ref);
  }

  putChildWave({ task, ref, verb, after, upto }: ChildWaveRow): void {
    this.#sql.putChildWave.run(task, ref, verb, after, upto);
  }

  setAside({ task, ref, at, why }: SetAside): void {
    this.#sql.setAside.run(task, ref, at, why);
    this.#sql.silence.run(task, ref);
  }
}
