/**
 * What of the store is in memory: recently used actors and tasks as last committed. A cache with a bound; any of
 * it can be forgotten at any moment.
 */

import { LRUCache } from 'lru-cache';
import type { TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';
import {
  type Actor,
  isFinal,
  openActor,
  type StoredRequest,
  stepRef,
  TASK_REF,
  type TaskEntry,
} from './actor.ts';

/** Characters of JSON kept for each of the two caches; an object takes a few times its JSON. */
const CACHE_CHARACTERS = 16 * 1024 * 1024;
const OVERHEAD_CHARACTERS = 500;

/** A stored actor that no machine of this version can open. */
export class UnreadableActor extends Error {
  override readonly name = 'UnreadableActor';
  readonly task: number;
  readonly ref: number;

  constructor(task: number, ref: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.task = task;
    this.ref = ref;
  }
}

export class Memory {
  readonly #store: Store;
  readonly #registry: WorkflowRegistry;
  readonly #actors = new LRUCache<string, Actor>({ max: 20_000 });
  readonly #tasks = new LRUCache<number, { entry: TaskEntry; lastSeq: number }>({
    max: 20_000,
    maxSize: CACHE_CHARACTERS,
  });

  constructor(store: Store, registry: WorkflowRegistry) {
    this.#store = store;
    this.#registry = registry;
  }

  /** Null for one that does not exist, or was set aside because it cannot be opened. */
  actor(task: number, ref: number): Actor | null {
    const key = `${task}/${ref}`;
    const known = this.#actors.get(key);
    if (known !== undefined) return known;
    const row = this.#store.actor(task, ref);
    if (row === null) return null;
    const entry = this.task(task);
    try {
      const actor = openActor(entry, row);
      this.#actors.set(key, actor);
      return actor;
    } catch (error) {
      if (this.#store.isSetAside(task, ref)) return null;
      throw new UnreadableActor(task, ref, error);
    }
  }

  task(no: number): TaskEntry {
    return this.#task(no).entry;
  }

  lastSeq(no: number): number {
    return this.#task(no).lastSeq;
  }

  /** Takes over what a commit has made true. */
  committed(actors: Iterable<Actor>, seqs: Iterable<readonly [entry: TaskEntry, lastSeq: number]>): void {
    const ended: TaskEntry[] = [];
    for (const actor of actors) {
      this.#actors.set(`${actor.entry.no}/${actor.ref}`, actor);
      if (actor.ref === TASK_REF && isFinal(actor)) ended.push(actor.entry);
    }
    for (const [entry, lastSeq] of seqs) this.#remember(entry, lastSeq);
    for (const entry of ended) this.#forgetSteps(entry);
  }

  /** Nobody asks for the steps of a task that has ended; left to age, they would crowd out the living. */
  #forgetSteps(entry: TaskEntry): void {
    const { length } = entry.workflow.definition.steps;
    for (let index = 0; index < length; index++) this.#actors.delete(`${entry.no}/${stepRef(index)}`);
  }

  forget(): void {
    this.#actors.clear();
    this.#tasks.clear();
  }

  entryOf(row: TaskRow): TaskEntry {
    const workflow = this.#registry.open(row.workflow);
    if (workflow === null)
      throw new Error(`assertion failed: task ${row.id} has an unknown workflow ${row.workflow}`);
    return {
      no: row.no,
      id: row.id,
      tenant: row.tenant,
      name: row.name,
      priority: row.priority,
      correlation: row.correlation,
      createdAt: row.created_at,
      workflowKey: row.workflow,
      workflow,
      request: JSON.parse(row.request) as StoredRequest,
    };
  }

  #task(no: number): { entry: TaskEntry; lastSeq: number } {
    const known = this.#tasks.get(no);
    if (known !== undefined) return known;
    const row = this.#store.taskByNo(no);
    if (row === null) throw new Error(`assertion failed: there is no task number ${no}`);
    return this.#remember(this.entryOf(row), this.#store.lastSeq(no), row.request.length);
  }

  #remember(entry: TaskEntry, lastSeq: number, characters?: number): { entry: TaskEntry; lastSeq: number } {
    const known = this.#tasks.get(entry.no);
    if (known !== undefined) {
      known.lastSeq = lastSeq;
      return known;
    }
    const task = { entry, lastSeq };
    const size = OVERHEAD_CHARACTERS + (characters ?? JSON.stringify(entry.request).length);
    this.#tasks.set(entry.no, task, { size });
    return task;
  }
}
