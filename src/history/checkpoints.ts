/**
 * Returns all actors of a task as they were at any moment of its past. The journal only grows, so a state that was
 * computed once stays true. Some checkpoints of a task that was looked at are kept; a moment costs the replay from
 * the last one before it.
 */

import { LRUCache } from 'lru-cache';
import { type ArmedTimers, NO_TIMERS, type TaskEntry } from '../kernel/actor.ts';
import { entriesOf } from '../kernel/journal.ts';
import type { Effect } from '../kernel/turn.ts';
import type { JournalRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { type ActorState, takeLine } from './replay.ts';

export interface CheckpointActor extends ActorState {
  readonly timers: ArmedTimers;
}

/** After journal entry `seq`, which was at `at`. Actors are shared between checkpoints: never changed, only replaced. */
export interface Checkpoint {
  readonly seq: number;
  readonly at: number;
  readonly actors: ReadonlyMap<number, CheckpointActor>;
}

/** The checkpoints of one task; replaced when there are more of them. */
interface TaskCheckpoints {
  /** Oldest first. */
  readonly checkpoints: readonly Checkpoint[];
  /** Journal entries between two of them. */
  readonly apart: number;
  /** The size of the journal up to the last checkpoint, whose contents the actors hold. */
  readonly characters: number;
}

const NOTHING: TaskCheckpoints = { checkpoints: [], apart: 200, characters: 0 };
const BEGINNING: Checkpoint = { seq: 0, at: 0, actors: new Map() };
const MOST_CHECKPOINTS = 64;
const KEPT_CHARACTERS = 64 * 1024 * 1024;
/** An actor's share of a checkpoint's map, in characters. */
const ACTOR_CHARACTERS = 50;

export class Checkpoints {
  readonly #store: Store;
  /** By id: the number of a task that is deleted can be given again. */
  readonly #tasks = new LRUCache<string, TaskCheckpoints>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: ({ checkpoints, characters }) =>
      checkpoints.reduce((sum, { actors }) => sum + actors.size * ACTOR_CHARACTERS, characters + 1),
  });

  constructor(store: Store) {
    this.#store = store;
  }

  at({ id, no }: Pick<TaskEntry, 'id' | 'no'>, seq: number): Checkpoint {
    const known = this.#tasks.get(id) ?? NOTHING;
    const start = known.checkpoints.findLast((checkpoint) => checkpoint.seq <= seq) ?? BEGINNING;
    const actors = new Map(start.actors);
    let kept = known;
    let at = start.at;
    let characters = 0;
    for (const row of this.#store.journal(no, start.seq)) {
      at = takeRow(actors, row, seq) ?? at;
      const end = row.seq + row.count - 1;
      if (end >= seq) break;
      characters += row.entries.length;
      if (end - (kept.checkpoints.at(-1)?.seq ?? 0) < kept.apart) continue;
      kept = withCheckpoint(kept, { seq: end, at, actors: new Map(actors) }, characters);
      characters = 0;
    }
    if (kept !== known) this.#tasks.set(id, kept);
    return { seq, at, actors };
  }
}

/** Where there are too many, every second of them stays. */
function withCheckpoint(
  { checkpoints, apart, characters }: TaskCheckpoints,
  checkpoint: Checkpoint,
  more: number,
): TaskCheckpoints {
  const all = [...checkpoints, checkpoint];
  const sum = characters + more;
  if (all.length <= MOST_CHECKPOINTS) return { checkpoints: all, apart, characters: sum };
  return { checkpoints: all.filter((_, index) => index % 2 === 1), apart: apart * 2, characters: sum };
}

/** Until `seq`. When the last event was, or null if all of the row is later. */
function takeRow(actors: Map<number, CheckpointActor>, row: JournalRow, seq: number): number | null {
  let at: number | null = null;
  for (const [index, line] of entriesOf(row).entries()) {
    if (row.seq + index > seq) break;
    at = line.e.at;
    const timers = actors.get(line.r)?.timers ?? NO_TIMERS;
    const turn = takeLine(actors, line);
    if (turn === null) continue;
    const { state, context, effects } = turn;
    actors.set(line.r, { state, context, timers: timersAfter(timers, line.e, effects) });
  }
  return at;
}

/** One that went off is gone, whatever the state made of it. */
function timersAfter(
  before: ArmedTimers,
  event: { readonly type: string; readonly at: number },
  effects: readonly Effect[],
): ArmedTimers {
  const timers: Record<string, number> = { ...before };
  delete timers[event.type];
  for (const { type, params } of effects) {
    if (type === 'xstate.cancel') delete timers[(params as { sendId: string }).sendId];
    if (type !== 'xstate.raise') continue;
    const { id, delay } = params as { id: string; delay?: number };
    if (delay !== undefined && delay > 0) timers[id] = event.at + delay;
  }
  return timers;
}
