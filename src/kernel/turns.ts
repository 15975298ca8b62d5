/** The turns of a batch, by task: the journal entries they write, and the actors as they leave them. */

import { type Address, refOf } from '../store/address.ts';
import type { Commit } from '../store/commit.ts';
import { type Actor, type ActorAt, isAt, type TaskEntry } from './actor.ts';
import { ActorRows } from './actor-rows.ts';
import { FAILURES, type JournalEntry } from './journal.ts';
import { writeEntries } from './journal-format.ts';
import { statusOf } from './turn.ts';

/** An actor as the batch leaves it. */
interface Changed {
  actor: Actor;
  /** As stored before the batch; null for one born in it. */
  readonly statusBefore: string | null;
  /** The size of its context as JSON, once it is written. */
  characters: number;
}

interface TaskTurns {
  readonly entry: TaskEntry;
  /** An attempt or the task has failed in the batch. */
  hasFailure: boolean;
  readonly firstSeq: number;
  readonly entries: JournalEntry[];
  /** By the number of their rows. */
  readonly actors: Map<number, Changed>;
}

/** One commit wrote this to a task's journal. */
export interface Written extends TaskTurns {
  readonly pos: number;
}

/** A task has reached another state; `from` is null for one that is new. */
export interface StatusChange {
  readonly tenant: string;
  readonly from: string | null;
  readonly to: string;
}

export class Turns {
  readonly #tasks = new Map<number, TaskTurns>();
  /** Counts the actors that the batch has changed. */
  size = 0;
  readonly #lastSeqOf: (task: number) => number;
  /** Known once the turns are written. */
  readonly statusChanges: StatusChange[] = [];

  /** `lastSeqOf`: the number of a task's last journal entry in the store. */
  constructor(lastSeqOf: (task: number) => number) {
    this.#lastSeqOf = lastSeqOf;
  }

  entry(task: number): TaskEntry | null {
    return this.#tasks.get(task)?.entry ?? null;
  }

  /** The journal entries that the batch adds to those of the task. */
  entries(task: number): readonly JournalEntry[] {
    return this.#tasks.get(task)?.entries ?? [];
  }

  /** Null for an actor that the batch has not changed. */
  actor<A extends Address>(address: A): ActorAt<A> | null {
    const actor = this.#tasks.get(address.task)?.actors.get(refOf(address))?.actor;
    return actor !== undefined && isAt(actor, address) ? actor : null;
  }

  /** The row numbers of the actors that the batch has changed. */
  refs(task: number): Iterable<number> {
    return this.#tasks.get(task)?.actors.keys() ?? [];
  }

  /** A task that is stored by the batch. */
  begin(entry: TaskEntry, firstSeq = 1): TaskTurns {
    const turns: TaskTurns = { entry, hasFailure: false, firstSeq, entries: [], actors: new Map() };
    this.#tasks.set(entry.no, turns);
    return turns;
  }

  change(actor: Actor, before: Actor | null): TaskTurns {
    const { entry } = actor;
    const turns = this.#tasks.get(entry.no) ?? this.begin(entry, this.#lastSeqOf(entry.no) + 1);
    const ref = refOf(actor);
    const known = turns.actors.get(ref);
    const statusBefore = before === null ? null : statusOf(before.state);
    if (known !== undefined) known.actor = actor;
    else {
      turns.actors.set(ref, { actor, statusBefore, characters: 0 });
      this.size++;
    }
    return turns;
  }

  write(actor: Actor, before: Actor | null, line: JournalEntry): void {
    const turns = this.change(actor, before);
    turns.entries.push(line);
    if (line.k !== undefined && FAILURES.has(line.k)) turns.hasFailure = true;
  }

  /** Hands the rows to `store`, which gives the positions of those of the journal. */
  writeTo(store: (rows: Partial<Commit>) => number[]): Written[] {
    const rows = new ActorRows();
    const journal: Commit['journal'][number][] = [];
    const told: TaskTurns[] = [];
    for (const turns of this.#tasks.values()) {
      const { entry, firstSeq, entries, actors } = turns;
      for (const changed of actors.values()) {
        changed.characters = rows.add(changed.actor, changed.statusBefore);
        const { statusBefore: from } = changed;
        const to = statusOf(changed.actor.state);
        if (changed.actor.kind === 'task' && from !== to)
          this.statusChanges.push({ tenant: entry.tenant, from, to });
      }
      if (entries.length === 0) continue;
      journal.push({ task: entry.no, seq: firstSeq, count: entries.length, entries: writeEntries(entries) });
      told.push(turns);
    }
    const positions = store({ ...rows, journal });
    return told.map((turns, index) => ({ ...turns, pos: positions[index] ?? 0 }));
  }

  tasks(): Iterable<TaskTurns> {
    return this.#tasks.values();
  }

  *changed(): Generator<Actor> {
    for (const { actors } of this.#tasks.values()) for (const { actor } of actors.values()) yield actor;
  }
}
