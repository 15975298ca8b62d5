/**
 * A task's journal in the words of XState's inspector, so that any visualizer made for it shows durable actors: one
 * event for each actor born, each event taken and each snapshot that followed, live or from the journal alone.
 */

import { stepMachine, taskMachine } from '../../machines/index.ts';
import { type Moment, takeLine } from '../history/replay.ts';
import { actorName, kindOf, TASK_REF, type TaskEntry } from '../kernel/actor.ts';
import { BIRTHS, entriesOf, type JournalEntry } from '../kernel/journal.ts';
import { type Kind, persistedOf } from '../kernel/turn.ts';
import type { JournalRow } from '../store/rows.ts';

/** Of the messages of @statelyai/inspect, which are these. */
const PROTOCOL_VERSION = '0.4.0';

interface Told {
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

export type InspectionEvent = Told &
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
};

/** What one journal entry tells; `after` is its actor as the entry leaves it. */
export function inspectionOf(
  entry: TaskEntry,
  seq: number,
  line: JournalEntry,
  after: Moment,
): InspectionEvent[] {
  const told = toldOf(entry, seq, line.r, line.e.at);
  const isBirth = BIRTHS[line.e.type] === true;
  const event = isBirth ? { type: 'xstate.init', input: line.e['input'] } : line.e;
  const snapshot = persistedOf(kindOf(line.r), after.state, after.context);
  return [
    ...(isBirth ? [actorEvent(entry, seq, line.r, line.e.at, after)] : []),
    { type: '@xstate.event', ...told, event },
    { type: '@xstate.snapshot', ...told, event, snapshot },
  ];
}

/** An actor as it is, for those who were not there when it was born. */
export function actorEvent(
  entry: TaskEntry,
  seq: number,
  ref: number,
  at: number,
  { state, context }: Moment,
): InspectionEvent {
  const kind = kindOf(ref);
  return {
    type: '@xstate.actor',
    ...toldOf(entry, seq, ref, at),
    name: actorName(entry, ref),
    ...(ref === TASK_REF ? {} : { parentId: sessionOf(entry, TASK_REF) }),
    definition: DEFINITIONS[kind],
    snapshot: persistedOf(kind, state, context),
  };
}

/** All that a journal tells. */
export function* inspectJournal(entry: TaskEntry, rows: Iterable<JournalRow>): Generator<InspectionEvent> {
  const actors = new Map<number, Moment>();
  for (const row of rows) {
    for (const [index, line] of entriesOf(row).entries()) {
      const after = takeLine(actors, line);
      if (after !== null) yield* inspectionOf(entry, row.seq + index, line, after);
    }
  }
}

function toldOf(entry: TaskEntry, seq: number, ref: number, at: number): Told {
  return {
    sessionId: sessionOf(entry, ref),
    rootId: sessionOf(entry, TASK_REF),
    id: `${entry.id}/${seq}`,
    createdAt: String(at),
    _version: PROTOCOL_VERSION,
  };
}

const sessionOf = (entry: TaskEntry, ref: number): string => `${entry.id}/${actorName(entry, ref)}`;

/** Functions have no JSON; a visualizer shows their names. */
function definitionOf({ config }: { readonly config: unknown }): string {
  return JSON.stringify(config, (_key, value: unknown) =>
    typeof value === 'function' ? { type: value.name } : value,
  );
}
