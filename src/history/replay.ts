/** Any moment of a task's past, computed again by the machines from the journal. */

import { Refusal } from '../errors.ts';
import { actorName, kindOf, type TaskEntry } from '../kernel/actor.ts';
import { entriesOf, isBirth, type JournalEntry } from '../kernel/journal.ts';
import { MIGRATED } from '../kernel/migrate.ts';
import {
  beginTurn,
  FIRST_VERSION,
  type Kind,
  MACHINE_VERSION,
  persistedOf,
  type Turn,
  takeTurn,
} from '../kernel/turn.ts';
import { addressOf, TASK_REF } from '../store/address.ts';
import type { JournalRow } from '../store/rows.ts';
import type { SnapshotView } from '../views/orchestrator.ts';

/** As a journal leads to it: of which machine, no type says. */
type Context = Readonly<Record<string, unknown>>;

/** An actor as it was at some moment. */
export interface ActorState {
  readonly state: string;
  readonly context: Context;
}

type Retaken = ActorState & Pick<Turn, 'effects'>;

/** Actors by the number of their rows, as they were after journal entry `seq`; without it, after the last. */
export function replay(rows: Iterable<JournalRow>, seq = Number.POSITIVE_INFINITY): Map<number, ActorState> {
  const actors = new Map<number, ActorState>();
  for (const row of rows) {
    for (const [index, line] of entriesOf(row).entries()) {
      if (row.seq + index > seq) return actors;
      takeLine(actors, line);
    }
  }
  return actors;
}

/** The context of an actor whose machine is gone: of its past only the states are known, as the journal names them. */
const UNKNOWN: Context = Object.freeze({});

/** Lets the actor of a journal entry take its event once more. Null for one that was never born. */
export function takeLine(
  actors: Map<number, ActorState>,
  { r: ref, e: event, t: state }: JournalEntry,
): Retaken | null {
  const kind = kindOfRow(ref);
  const before = actors.get(ref);
  if (before === undefined && !isBirth(event.type)) return null;
  if (event.type === MIGRATED || isOfOlderMachine(ref, before, event)) {
    const context = event.type === MIGRATED ? (event['context'] as Context) : UNKNOWN;
    const told = { state, context, effects: [] };
    actors.set(ref, told);
    return told;
  }
  const turn =
    before === undefined || isBirth(event.type)
      ? beginTurn(kind, event['input'])
      : takeTurn(kind, before.state, before.context, event);
  const after = { ...turn, context: turn.context as Context };
  actors.set(ref, after);
  return after;
}

const kindOfRow = (ref: number): Kind => kindOf(addressOf(0, ref));

function isOfOlderMachine(ref: number, before: ActorState | undefined, event: JournalEntry['e']): boolean {
  if (!isBirth(event.type)) return before?.context === UNKNOWN;
  const kind = kindOfRow(ref);
  return (event['machine'] ?? FIRST_VERSION[kind]) !== MACHINE_VERSION[kind];
}

/** Returns the actors in the form in which XState persists them. */
export function snapshotView(
  entry: TaskEntry,
  actors: ReadonlyMap<number, ActorState>,
  seq: number,
): SnapshotView {
  const task = actors.get(TASK_REF);
  if (task === undefined) {
    throw new Refusal('NO_SUCH_MOMENT', `task ${entry.id} has no journal entry ${seq}`);
  }
  const others = [...actors].flatMap(([ref, actor]) =>
    ref === TASK_REF ? [] : [{ address: addressOf(entry.no, ref), ...actor }],
  );
  return {
    seq,
    task: persistedOf('task', task.state, task.context),
    steps: Object.fromEntries(
      others.map(({ address, state, context }) => [
        actorName(entry, address).replace(/^step:/, ''),
        persistedOf(kindOf(address), state, context),
      ]),
    ),
  };
}
