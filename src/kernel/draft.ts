/**
 * The commit that a batch makes: what its turns write beside the actors and the journal is collected here, and what
 * they read of it is as if it stood in the store already.
 */

import { type Address, refOf } from '../store/address.ts';
import type { Commit } from '../store/commit.ts';
import type {
  DependencyRow,
  JournalRow,
  NewTaskRow,
  TaskRow,
  WebhookRow,
  WorkflowChoiceRow,
  WorkflowRow,
  WorkflowSourceRow,
} from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { ChildWaveDraft } from './child-wave-draft.ts';
import { SignalDraft } from './signal-draft.ts';

type Beside = Pick<
  Commit,
  | 'workflows'
  | 'workflowSources'
  | 'workflowChoices'
  | 'tasks'
  | 'dependencies'
  | 'webhooks'
  | 'signals'
  | 'signalsTaken'
  | 'signalsWithdrawn'
  | 'signalWaves'
  | 'signalWavesOver'
  | 'childWaves'
  | 'childWavesOver'
  | 'meta'
>;

/** So many journal entries are looked through before older ones are. */
const JOURNAL_WINDOW = 500;

export class Draft {
  readonly #store: Store;
  readonly #workflows: WorkflowRow[] = [];
  readonly #workflowSources: WorkflowSourceRow[] = [];
  readonly #workflowChoices: WorkflowChoiceRow[] = [];
  readonly #tasks = new Map<string, TaskRow>();
  readonly #newTasks: NewTaskRow[] = [];
  /** By tenant and key. */
  readonly #byKey = new Map<string, TaskRow>();
  /** By tenant and name, and once more with the correlation; the newest last. */
  readonly #byName = new Map<string, TaskRow[]>();
  /** By the wait that has spawned them. */
  readonly #children = new Map<string, TaskRow[]>();
  /** By task and position. */
  readonly #dependencies = new Map<number, Map<number, DependencyRow>>();
  readonly #dependents = new Map<number, DependencyRow[]>();
  /** By tenant and name. */
  readonly #unresolved = new Map<string, DependencyRow[]>();
  readonly #webhooks: WebhookRow[] = [];
  readonly #webhooksOf = new Map<number, number>();
  readonly #meta = new Map<string, string>();
  readonly signals: SignalDraft;
  readonly childWaves: ChildWaveDraft;

  constructor(store: Store) {
    this.#store = store;
    this.signals = new SignalDraft(store);
    this.childWaves = new ChildWaveDraft(store);
  }

  get commit(): Beside {
    return {
      workflows: this.#workflows,
      workflowSources: this.#workflowSources,
      workflowChoices: this.#workflowChoices,
      tasks: this.#newTasks,
      dependencies: [...this.#putDependencies()],
      webhooks: this.#webhooks,
      ...this.signals.commit,
      ...this.childWaves.commit,
      meta: [...this.#meta].map(([key, value]) => ({ key, value })),
    };
  }

  insertWorkflow(row: WorkflowRow): void {
    this.#workflows.push(row);
  }

  insertWorkflowSource(row: WorkflowSourceRow): void {
    this.#workflowSources.push(row);
  }

  insertWorkflowChoice(row: WorkflowChoiceRow): void {
    this.#workflowChoices.push(row);
  }

  setMeta(key: string, value: string): void {
    this.#meta.set(key, value);
  }

  /** The definition that this batch stores under this identity and version. */
  workflow({
    namespace,
    name,
    version,
  }: Pick<WorkflowRow, 'namespace' | 'name' | 'version'>): WorkflowRow | null {
    const same = (row: WorkflowRow): boolean =>
      row.namespace === namespace && row.name === name && row.version === version;
    return this.#workflows.find(same) ?? null;
  }

  lastWorkflowChoice(namespace: string, name: string): WorkflowChoiceRow | null {
    const same = (row: WorkflowChoiceRow): boolean => row.namespace === namespace && row.name === name;
    const [stored = null] = this.#store.workflowChoices(namespace, name, 1);
    return this.#workflowChoices.findLast(same) ?? stored;
  }

  /** Gives the stored journal of a task, the newest row first. */
  *journalBackwards(task: number): Generator<JournalRow> {
    for (let end = this.#store.lastSeq(task); end > 0; ) {
      const rows: JournalRow[] = [];
      for (const row of this.#store.journal(task, Math.max(0, end - JOURNAL_WINDOW))) {
        if (row.seq > end) break;
        rows.push(row);
      }
      yield* rows.reverse();
      end = (rows.at(-1)?.seq ?? 0) - 1;
    }
  }

  insertTask(task: NewTaskRow): void {
    const { parent, idempotencyKey } = task;
    // Field by field: a literal that spreads another object takes ten times as long.
    const row: TaskRow = {
      no: task.no,
      id: task.id,
      tenant: task.tenant,
      name: task.name,
      workflow: task.workflow,
      status: task.status,
      priority: task.priority,
      correlation: task.correlation,
      idempotency_key: idempotencyKey,
      request_hash: task.requestHash,
      created_at: task.createdAt,
      request: task.request,
      parent: parent?.task ?? null,
      parent_ref: parent?.ref ?? null,
      parent_index: parent?.index ?? null,
      parent_try: parent?.try ?? null,
    };
    this.#newTasks.push(task);
    this.#tasks.set(row.id, row);
    if (idempotencyKey !== null) this.#byKey.set(keyOf(row.tenant, idempotencyKey), row);
    if (parent !== null) {
      append(this.#children, keyOf(String(parent.task), String(parent.ref)), row);
      return;
    }
    append(this.#byName, keyOf(row.tenant, row.name), row);
    append(this.#byName, keyOf(row.tenant, row.name, row.correlation), row);
  }

  /** As `Store.childrenOf`, with those of this batch. */
  childrenOf(task: number, ref: number, from: number, limit: number): TaskRow[] {
    const stored = this.#store.childrenOf(task, ref, from, limit);
    const born = this.#children.get(keyOf(String(task), String(ref)));
    if (born === undefined) return stored;
    const newest = new Map(stored.map((row) => [indexOf(row), row]));
    for (const row of born) if (indexOf(row) >= from) newest.set(indexOf(row), row);
    return [...newest.values()].sort((a, b) => indexOf(a) - indexOf(b)).slice(0, limit);
  }

  taskByNo(no: number): TaskRow | null {
    return this.#newTasks.length === 0
      ? this.#store.taskByNo(no)
      : (this.#byNo(no) ?? this.#store.taskByNo(no));
  }

  #byNo(no: number): TaskRow | null {
    for (const row of this.#tasks.values()) if (row.no === no) return row;
    return null;
  }

  taskById(id: string): TaskRow | null {
    return this.#tasks.get(id) ?? this.#store.taskById(id);
  }

  taskByIdempotencyKey(tenant: string, key: string): TaskRow | null {
    return this.#byKey.get(keyOf(tenant, key)) ?? this.#store.taskByIdempotencyKey(tenant, key);
  }

  /** As `Store.newestTaskNamed`. */
  newestTaskNamed(tenant: string, reference: string, correlation: string | null | 'any'): TaskRow | null {
    return (
      this.#newestNamed(tenant, reference, correlation) ??
      this.#store.newestTaskNamed(tenant, reference, correlation)
    );
  }

  #newestNamed(tenant: string, reference: string, correlation: string | null | 'any'): TaskRow | null {
    if (this.#newTasks.length === 0) return null;
    const workflow = this.#store.tasksOfWorkflow(reference);
    const name = workflow?.name ?? reference;
    const named = this.#byName.get(
      correlation === 'any' ? keyOf(tenant, name) : keyOf(tenant, name, correlation),
    );
    const found =
      workflow === null ? named?.at(-1) : named?.findLast((row) => workflow.hashes.includes(row.workflow));
    return found ?? null;
  }

  putDependency(row: DependencyRow): void {
    const ofTask = this.#dependencies.get(row.task);
    if (ofTask === undefined) this.#dependencies.set(row.task, new Map([[row.position, row]]));
    else ofTask.set(row.position, row);
    if (row.on_task === null) append(this.#unresolved, keyOf(row.tenant, row.name), row);
    else append(this.#dependents, row.on_task, row);
  }

  /** In the order of their positions. */
  dependenciesOf(task: number): DependencyRow[] {
    const stored = this.#store.dependenciesOf(task);
    const put = this.#dependencies.get(task);
    if (put === undefined) return stored;
    const all = new Map([...stored.map((row) => [row.position, row] as const), ...put]);
    return [...all.values()].sort((a, b) => a.position - b.position);
  }

  dependentsOf(task: number): DependencyRow[] {
    return this.#seen(this.#store.dependentsOf(task), this.#dependents.get(task));
  }

  unresolvedDependencies(tenant: string, name: string): DependencyRow[] {
    const stored = this.#store.unresolvedDependencies(tenant, name);
    return this.#seen(stored, this.#unresolved.get(keyOf(tenant, name)));
  }

  insertWebhook(row: WebhookRow): void {
    this.#webhooks.push(row);
    this.#webhooksOf.set(row.task, (this.#webhooksOf.get(row.task) ?? 0) + 1);
  }

  countWebhooksOf(task: number): number {
    return this.#store.countWebhooksOf(task) + (this.#webhooksOf.get(task) ?? 0);
  }

  isSetAside(address: Address): boolean {
    return this.#store.isSetAside(address.task, refOf(address));
  }

  *#putDependencies(): Generator<DependencyRow> {
    for (const ofTask of this.#dependencies.values()) yield* ofTask.values();
  }

  /** Stored rows that this batch has not put anew, and those of it that it has not put anew again. */
  #seen(stored: DependencyRow[], put: readonly DependencyRow[] = []): DependencyRow[] {
    if (this.#dependencies.size === 0) return stored;
    const current = (row: DependencyRow) => this.#dependencies.get(row.task)?.get(row.position) ?? row;
    return [...stored, ...put]
      .filter((row) => current(row) === row)
      .sort((a, b) => a.task - b.task || a.position - b.position);
  }
}

const keyOf = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

const indexOf = ({ parent_index: index }: TaskRow): number => index ?? 0;
