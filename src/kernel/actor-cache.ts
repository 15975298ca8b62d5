/**
 * Holds tasks used lately, as last committed, with those of their actors that were used. It has a bound; any of
 * it can be forgotten at any moment.
 */

import { LRUCache } from 'lru-cache';
import { type Address, refOf, taskAt } from '../store/address.ts';
import type { ParentRow, TaskRow } from '../store/rows.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import type { Store } from '../store/store.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';
import { type Actor, type ActorAt, isAt, isFinal, openActor, type TaskEntry } from './actor.ts';
import { readRequest, writeRequest } from './request-format.ts';

/** The cache as a whole, in characters of JSON; an object takes a few times its JSON. */
const CACHE_CHARACTERS = 8 * 1024 * 1024;
const TASK_CHARACTERS = 1_000;
const ACTOR_CHARACTERS = 500;

/** Bounds the actors of one task: a task of 10,000 steps does not need those that ended long ago. */
const MOST_ACTORS_OF_A_TASK = 1_000;

/** A stored actor that no machine of this version can open. */
export class UnreadableActor extends Error {
  override readonly name = 'UnreadableActor';
  readonly address: Address;

  constructor(address: Address, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.address = address;
  }
}

interface CachedTask {
  readonly entry: TaskEntry;
  /** By the number of their rows. */
  readonly actors: Map<number, CachedActor>;
  /** The size of the request and the actors' contexts, as JSON. */
  characters: number;
  lastSeq: number;
}

export interface CachedActor {
  readonly actor: Actor;
  /** The size of its context as JSON. */
  readonly characters: number;
}

/** A commit has made this true of one task. */
export interface Committed {
  readonly entry: TaskEntry;
  readonly lastSeq: number;
  readonly actors: ReadonlyMap<number, CachedActor>;
}

export class ActorCache {
  readonly #store: Store;
  readonly #registry: Pick<WorkflowRegistry, 'open'>;
  readonly #tasks = new LRUCache<number, CachedTask>({
    maxSize: CACHE_CHARACTERS,
    sizeCalculation: ({ characters, actors }) =>
      TASK_CHARACTERS + characters + actors.size * ACTOR_CHARACTERS,
    // One that is larger than the whole is not kept, and read again each time.
    maxEntrySize: CACHE_CHARACTERS,
  });

  constructor(store: Store, registry: Pick<WorkflowRegistry, 'open'>) {
    this.#store = store;
    this.#registry = registry;
  }

  /** Null for one that does not exist or was set aside. */
  actor<A extends Address>(address: A): ActorAt<A> | null {
    const actor = this.#tasks.get(address.task)?.actors.get(refOf(address))?.actor ?? this.#open(address);
    return actor !== null && isAt(actor, address) ? actor : null;
  }

  #open(address: Address): Actor | null {
    const row = this.#store.actor(address.task, refOf(address));
    // One that could be opened, and was set aside because its turn failed, has its row.
    if (row === null || this.#store.isSetAside(row.task, row.ref)) return null;
    try {
      const cached = this.#task(row.task);
      const actor = openActor(cached.entry, row);
      keep(cached, { actor, characters: row.context.length });
      return actor;
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      throw new UnreadableActor(address, error);
    }
  }

  /** Null also for one that cannot be opened: it is found out, and set aside, by the turn it is asked to take. */
  readable<A extends Address>(address: A): ActorAt<A> | null {
    try {
      return this.actor(address);
    } catch (error) {
      if (error instanceof UnreadableActor) return null;
      throw error;
    }
  }

  task(no: number): TaskEntry {
    return this.#task(no).entry;
  }

  lastSeq(no: number): number {
    return this.#task(no).lastSeq;
  }

  /** Takes over what a commit has made true. */
  committed({ entry, lastSeq, actors }: Committed): void {
    const cached = this.#tasks.get(entry.no) ?? newCachedTask(entry);
    cached.lastSeq = lastSeq;
    for (const kept of actors.values()) keep(cached, kept);
    const task = cached.actors.get(refOf(taskAt(entry.no)));
    // Nobody asks for the steps of a task that has ended; left to age, they would crowd out the living.
    if (task !== undefined && isFinal(task.actor)) {
      for (const [ref, { actor, characters }] of cached.actors) {
        if (actor.kind === 'task') continue;
        cached.characters -= characters;
        cached.actors.delete(ref);
      }
    }
    this.#tasks.set(entry.no, cached);
  }

  forget(): void {
    this.#tasks.clear();
  }

  /** Lets go of one task, so that what is stored of it is read again. */
  forgetTask(no: number): void {
    this.#tasks.delete(no);
  }

  /** Throws `UnreadableActor` for a row that says nothing any more. */
  entryOf(row: TaskRow): TaskEntry {
    try {
      return this.#entryOf(row);
    } catch (error) {
      throw new UnreadableActor(taskAt(row.no), error);
    }
  }

  #entryOf(row: TaskRow): TaskEntry {
    const workflow = this.#registry.open(row.workflow);
    if (workflow === null) throw new Error(`there is no workflow ${row.workflow}`);
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
      request: readRequest(row.request),
      parent: parentOf(row),
    };
  }

  #task(no: number): CachedTask {
    const known = this.#tasks.get(no);
    if (known !== undefined) return known;
    const row = this.#store.taskByNo(no);
    if (row === null) throw new Error(`assertion failed: there is no task number ${no}`);
    const cached = newCachedTask(this.entryOf(row), row.request.length);
    cached.lastSeq = this.#store.lastSeq(no);
    this.#tasks.set(no, cached);
    return cached;
  }
}

function parentOf({
  parent,
  parent_ref: ref,
  parent_index: index,
  parent_try: tried,
}: TaskRow): ParentRow | null {
  if (parent === null || ref === null || index === null) return null;
  return { task: parent, ref, index, try: tried ?? 0 };
}

function newCachedTask(entry: TaskEntry, characters = writeRequest(entry.request).length): CachedTask {
  return { entry, characters, actors: new Map(), lastSeq: 0 };
}

/** The oldest go first; the task itself hears of every step, and stays. */
function keep(cached: CachedTask, kept: CachedActor): void {
  const { actors } = cached;
  const ref = refOf(kept.actor);
  cached.characters += kept.characters - (actors.get(ref)?.characters ?? 0);
  actors.set(ref, kept);
  if (actors.size <= MOST_ACTORS_OF_A_TASK) return;
  for (const [oldest, { actor, characters }] of actors) {
    if (actor.kind === 'task' || oldest === ref) continue;
    cached.characters -= characters;
    actors.delete(oldest);
    return;
  }
}
