/**
 * A task's journal in the words of XState's inspector, so that any visualizer made for it shows durable actors: one
 * event for each actor born, each event taken and each snapshot that followed, live or from the journal alone.
 */

import { stepMachine, taskMachine, waitMachine } from '../../machines/index.ts';
import { type ActorState, takeLine } from '../history/replay.ts';
import { actorName, kindOf, type TaskEntry } from '../kernel/actor.ts';
import { entriesOf, isBirth, type JournalEntry, whoIn } from '../kernel/journal.ts';
import { type Kind, persistedOf } from '../kernel/turn.ts';
import { type Address, taskAt } from '../store/address.ts';
import type { JournalRow } from '../store/rows.ts';

/** The messages follow this version of @statelyai/inspect. */
const PROTOCOL_VERSION = '0.4.0';

interface EventHead {
  /** `<taskId>/<actor>`. */
  readonly sessionId: string;
  /** The session of the task. */
  readonly rootId: string;
  /** `<taskId>/<seq>` of the journal entry that tells it. */
  readonly id: string;
  /** Epoch milliseconds, as text. */
  readonly createdAt: string;
  readonly _version: string;
}

export type InspectionEvent = EventHead &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        readonly parentId?: string;
        /** The machine, as JSON. */
        readonly definition: string;
        /** As XState persists it, here and below. */
        readonly snapshot: unknown;
      }
    | {
        readonly type: '@xstate.event';
        readonly event: { readonly type: string };
        readonly sourceId?: string;
      }
    | {
        readonly type: '@xstate.snapshot';
        readonly event: { readonly type: string };
        readonly snapshot: unknown;
      }
  );

const DEFINITIONS: Readonly<Record<Kind, string>> = {
  task: definitionOf(taskMachine),
  step: definitionOf(stepMachine),
  wait: definitionOf(waitMachine),
};

/** Returns the messages for one journal entry; `after` is its actor as the entry leaves it. */
export function inspectionOf(
  entry: TaskEntry,
  seq: number,
  line: JournalEntry,
  after: ActorState,
): InspectionEvent[] {
  const who = whoIn(entry, line);
  const head = headOf(entry, seq, who, line.e.at);
  const isBorn = isBirth(line.e.type);
  const event = isBorn ? { type: 'xstate.init', input: line.e['input'] } : line.e;
  const snapshot = persistedOf(kindOf(who), after.state, after.context);
  return [
    ...(isBorn ? [actorEvent(entry, seq, who, line.e.at, after)] : []),
    { type: '@xstate.event', ...head, event },
    { type: '@xstate.snapshot', ...head, event, snapshot },
  ];
}

/** An actor as it is, for those who were not there when it was born. */
export function actorEvent(
  entry: TaskEntry,
  seq: number,
  address: Address,
  at: number,
  { state, context }: ActorState,
): InspectionEvent {
  const kind = kindOf(address);
  return {
    type: '@xstate.actor',
    ...headOf(entry, seq, address, at),
    name: actorName(entry, address),
    ...(address.kind === 'task' ? {} : { parentId: sessionOf(entry, taskAt(entry.no)) }),
    definition: DEFINITIONS[kind],
    snapshot: persistedOf(kind, state, context),
  };
}

/** All that a journal tells. */
export function* inspectJournal(entry: TaskEntry, rows: Iterable<JournalRow>): Generator<InspectionEvent> {
  const actors = new Map<number, ActorState>();
  for (const row of rows) {
    for (const [index, line] of entriesOf(row).entries()) {
      const after = takeLine(actors, line);
      if (after !== null) yield* inspectionOf(entry, row.seq + index, line, after);
    }
  }
}

function headOf(entry: TaskEntry, seq: number, address: Address, at: number): EventHead {
  return {
    sessionId: sessionOf(entry, address),
    rootId: sessionOf(entry, taskAt(entry.no)),
    id: `${entry.id}/${seq}`,
    createdAt: String(at),
    _version: PROTOCOL_VERSION,
  };
}

const sessionOf = (entry: TaskEntry, address: Address): string => `${entry.id}/${actorName(entry, address)}`;

/** Functions have no JSON; a visualizer shows their names. */
function definitionOf({ config }: { readonly config: unknown }): string {
  return JSON.stringify(config, (_key, value: unknown) =>
    typeof value === 'function' ? { type: value.name } : value,
  );
}
