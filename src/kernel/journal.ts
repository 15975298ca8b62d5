/**
 * The journal: every event an actor took, with enough to recompute any snapshot and to tell the world about it.
 * Facts are not stored a second time: an entry names the fact it makes, and the journal is read again for them.
 */

import { type Asked, type Standing, type StepError, standingOf } from '../../machines/index.ts';
import { type Address, addressOf, refOf, taskAt } from '../store/address.ts';
import type { JournalRow } from '../store/rows.ts';
import { briefError, errorView } from '../views/errors.ts';
import { waitsForOf } from '../views/statuses.ts';
import type { Fact, FactName, HistoryEvent } from '../views/tasks.ts';
import { waitOf } from '../workflow/steps/index.ts';
import {
  type Actor,
  actorName,
  definitionOf,
  isPlaceActor,
  type PlaceActor,
  type TaskEntry,
} from './actor.ts';
import { readEntries } from './journal-format.ts';
import { statusOf } from './turn.ts';
import { orUnreadable } from './unreadable.ts';

export interface JournalEntry {
  /** The number of the actor's row. */
  readonly r: number;
  /** The event; of an actor's first entry, `{ type: 'task.submitted' | 'step.spawned' | …, at, input }`. */
  readonly e: { readonly type: string; readonly at: number } & Readonly<Record<string, unknown>>;
  /** The state afterwards. */
  readonly t: string;
  /** The attempt it concerned. */
  readonly a?: number;
  /** The fact it makes. */
  readonly k?: FactName;
  /** The failure, where the event does not carry it (a timeout). */
  readonly x?: StepError;
  /** The delay chosen before the next attempt, milliseconds. */
  readonly d?: number;
  /** People are reminded of this, as it is by then. */
  readonly w?: Pick<Asked, 'until' | 'prompt'>;
  /** 1: it came from an attempt that was no longer current, and changed nothing. */
  readonly s?: 1;
}

/** How a journal tells of the beginning of an actor. */
export interface Birth {
  readonly type: (typeof BIRTHS)[Address['kind']];
  readonly at: number;
  readonly input: unknown;
  readonly machine?: string;
}

const BIRTHS = {
  task: 'task.submitted',
  step: 'step.spawned',
  wait: 'step.spawned',
  delivery: 'webhook.created',
} as const;
const BIRTH_TYPES: ReadonlySet<string> = new Set(Object.values(BIRTHS));

export const birthOf = ({ kind }: Address): Birth['type'] => BIRTHS[kind];

export const isBirth = (type: string): boolean => BIRTH_TYPES.has(type);

/** The fact a turn makes, if the state users see changed. */
export function factOf(
  { kind, state: to }: Pick<Actor, 'kind' | 'state'>,
  from: string | null,
  effects: readonly { readonly type: string }[],
): FactName | undefined {
  if (kind === 'delivery') return undefined;
  if (effects.some((effect) => effect.type === 'blocked')) return 'blocked';
  if (effects.some((effect) => effect.type === 'remind')) return 'reminded';
  const before = from === null ? null : statusOf(from);
  const after = statusOf(to);
  if (before === after) return undefined;
  const goesOn = after === 'pending' || after === 'running' || after === 'retrying' || after === 'waiting';
  if (before === 'paused' && goesOn) return 'resumed';
  return after as FactName;
}

/** The actor that the line is about. */
export const whoIn = ({ no }: TaskEntry, { r: ref }: JournalEntry): Address => addressOf(no, ref);

export const entriesOf = (row: Pick<JournalRow, 'entries'>): JournalEntry[] => readEntries(row.entries);

const iso = (at: number): string => new Date(at).toISOString();

export function toFact(entry: TaskEntry, seq: number, line: JournalEntry): Fact | null {
  if (line.k === undefined) return null;
  const error = failureIn(line);
  const fact: Fact = {
    taskId: entry.id,
    tenantId: entry.tenant,
    seq,
    at: iso(line.e.at),
    actor: actorName(entry, whoIn(entry, line)),
    fact: line.k,
    attempt: line.a ?? null,
    output: line.k === 'complete' || line.k === 'skipped' ? (line.e['output'] ?? null) : null,
    error: error === null || !FAILURES.has(line.k) ? null : briefError(error),
  };
  return line.k === 'waiting' || line.k === 'reminded' ? { ...fact, ...askedIn(entry, line) } : fact;
}

/** Says what is waited for; nothing for a task. Facts are read by many: no link that answers stands in one. */
function askedIn(entry: TaskEntry, line: JournalEntry): Pick<Fact, 'for' | 'until' | 'prompt'> {
  const who = whoIn(entry, line);
  if (who.kind !== 'wait') return {};
  const definition = definitionOf(entry, who.index);
  const wait = waitOf(definition);
  if (wait === null) return {};
  const { until, prompt = null } = line.w ?? (line.e as Pick<Asked, 'until' | 'prompt'>);
  return {
    for: waitsForOf(wait.policy(definition).for),
    until: until === undefined ? null : iso(until),
    prompt,
  };
}

/** A failed attempt ends by one of these facts, and so does a failed task. */
export const FAILURES: ReadonlySet<FactName> = new Set(['failed', 'retrying', 'skipped']);

/** Returns the failure, whether the event tells it or stands beside it. */
export const failureIn = (line: JournalEntry): StepError | null =>
  (line.e['error'] as StepError | undefined) ?? line.x ?? null;

/** XState's timer events, under the names users know: `timer.timeout`, `timer.backoff`, `timer.delay`. */
function eventName(type: string): string {
  const timer = /^xstate\.after\.([^.]+)\./.exec(type);
  return timer === null ? type : `timer.${timer[1]}`;
}

interface Before {
  readonly state: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * The history as users see it. `from` is each actor's previous state; at first, that in `before`. What cannot be read
 * any more is told as one event `unreadable`.
 */
export function* toHistory(
  entry: TaskEntry,
  rows: Iterable<JournalRow>,
  before: ReadonlyMap<number, Before> = new Map(),
): Generator<HistoryEvent> {
  const lastKnown: LastKnown = {
    states: new Map([...before].map(([ref, { state }]) => [ref, state])),
    errors: new Map(
      [...before].flatMap(([ref, { context }]) =>
        context['error'] === undefined
          ? []
          : [[actorName(entry, addressOf(entry.no, ref)), context['error'] as StepError]],
      ),
    ),
  };
  for (const row of rows) {
    yield* orUnreadable(
      () => entriesOf(row).map((line, index) => eventOf(entry, row.seq + index, line, lastKnown)),
      (why) => [unreadableEvent(entry, row, lastKnown, why)],
    );
  }
}

/** The last state told of each actor, and by name the last failure. */
interface LastKnown {
  readonly states: Map<number, string>;
  readonly errors: Map<string, StepError>;
}

function eventOf(
  entry: TaskEntry,
  seq: number,
  line: JournalEntry,
  { states, errors }: LastKnown,
): HistoryEvent {
  const { type, at, token: _token, dice: _dice, input: _input, ...detail } = line.e;
  const from = states.get(line.r) ?? null;
  states.set(line.r, line.t);
  const who = whoIn(entry, line);
  const name = actorName(entry, who);
  const error = type === 'step.retrying' ? errors.get(`step:${detail['step']}`) : failureIn(line);
  // A task is told that a step is backing off, and not why: that was said of the step just before.
  if (error) errors.set(name, error);
  return {
    seq,
    at: iso(at),
    actor: name,
    event: line.s === 1 ? 'stale' : eventName(type),
    from: from === null ? null : statusOf(from),
    to: statusOf(line.t),
    attempt: line.a ?? null,
    detail: {
      ...detail,
      ...(line.s === 1 ? { outcome: type } : {}),
      // The step's own entry has it whole.
      ...(error ? { error: who.kind === 'task' ? briefError(error) : errorView(error) } : {}),
      ...(line.d === undefined ? {} : { backoffMs: line.d }),
    },
  };
}

/** When it was is not known either: not before the task was submitted. */
function unreadableEvent(
  entry: TaskEntry,
  row: JournalRow,
  { states }: LastKnown,
  why: string,
): HistoryEvent {
  const status = statusOf(states.get(refOf(taskAt(entry.no))) ?? 'pending');
  return {
    seq: row.seq,
    at: iso(entry.createdAt),
    actor: 'task',
    event: 'unreadable',
    from: status,
    to: status,
    attempt: null,
    detail: { why, events: row.count },
  };
}

const LIVE: ReadonlySet<Standing> = new Set(['active', 'backoff', 'waiting', 'held']);

/** A step that still takes part: it has neither ended nor failed. */
export function isLive(actor: Actor): actor is PlaceActor {
  return isPlaceActor(actor) && LIVE.has(standingOf(actor.state));
}
