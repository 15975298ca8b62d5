/**
 * How the entries of a journal row are written: all of a row have the same time, and most are of few kinds, so they
 * are lists with numbers for the names, about a third of what plain objects take. Read, they are the same objects
 * again. Entries that fit no list are written as objects, so anything can be written.
 */

import type { FactName } from '../views/tasks.ts';
import type { JournalEntry } from './journal.ts';

/** Types of events with their fields. A stored number is a position here: only ever append. */
const EVENTS: readonly (readonly [type: string, ...fields: string[]])[] = [
  ['task.submitted', 'input'],
  ['step.spawned', 'input'],
  ['webhook.created', 'input'],
  ['xstate.after.delay.task.pending', 'dice'],
  ['step.start', 'token'],
  ['attempt.complete', 'token', 'output'],
  ['attempt.failed', 'token', 'error', 'dice'],
  ['attempt.lost', 'token', 'dice'],
  ['attempt.taken', 'token'],
  ['step.complete', 'step', 'from', 'dependents'],
  ['step.failed', 'step', 'from', 'error'],
  ['step.retrying', 'step', 'from'],
  ['xstate.after.timeout.step.running', 'dice'],
  ['xstate.after.backoff.step.retrying.backoff', 'dice'],
  ['wait.begin', 'until'],
  ['step.waiting', 'step', 'from'],
  ['step.deadline', 'dice'],
];

/** As `EVENTS`: only ever append. */
const STATES: readonly string[] = [
  'pending',
  'pending.queued',
  'pending.held',
  'running',
  'retrying',
  'retrying.backoff',
  'retrying.queued',
  'retrying.held',
  'failed',
  'complete',
  'skipped',
  'cancelled',
  'waiting',
  'waiting.listening',
  'waiting.held',
  'pending.ready',
];

/** As `EVENTS`, with none at 0: only ever append. */
const FACTS: readonly (FactName | null)[] = [
  null,
  'pending',
  'running',
  'retrying',
  'complete',
  'failed',
  'cancelled',
  'skipped',
  'paused',
  'resumed',
  'blocked',
  'waiting',
  'reminded',
];

const eventCodes = new Map(EVENTS.map(([type], code) => [type, code]));
const stateCodes = new Map(STATES.map((state, code) => [state, code]));
const factCodes = new Map(FACTS.map((fact, code) => [fact, code]));

type Fields = Readonly<Record<string, unknown>>;
type Extras = Pick<JournalEntry, 'x' | 'd' | 's' | 'w'>;

export function writeEntries(entries: readonly JournalEntry[]): string {
  const at = entries[0]?.e.at;
  if (at === undefined || entries.some((entry) => entry.e.at !== at)) return JSON.stringify(entries);
  return JSON.stringify([at, ...entries.map(listOf)]);
}

/** Throws what `JSON.parse` does, and for a number that no version has written. */
export function readEntries(text: string): JournalEntry[] {
  const row = JSON.parse(text) as [at: number, ...lists: unknown[][]] | JournalEntry[];
  const [at, ...lists] = row;
  return typeof at === 'number'
    ? lists.map((list) => entryOf(at, list as unknown[]))
    : (row as JournalEntry[]);
}

/** `[ref, event, state, attempt, fact, …fields, extras?]`; an event that fits no list is an object. */
function listOf({ r, e, t, a, k, x, d, s, w }: JournalEntry): unknown[] {
  const head = [r, 0, stateCodes.get(t) ?? t, a ?? 0, factCodes.get(k ?? null) ?? 0];
  const list = withFields(head, e) ?? withObject(head, e);
  if (x !== undefined || d !== undefined || s !== undefined || w !== undefined) list.push({ x, d, s, w });
  return list;
}

/** Null if the event fits no list. */
function withFields(head: readonly unknown[], event: JournalEntry['e']): unknown[] | null {
  const code = eventCodes.get(event.type);
  const fields = code === undefined ? undefined : EVENTS[code];
  if (fields === undefined) return null;
  let count = 0;
  for (const _ in event) count++;
  if (count !== fields.length + 1) return null;
  const list = head.slice();
  list[1] = code;
  for (let at = 1; at < fields.length; at++) {
    const field = fields[at] ?? '';
    const value = field === 'input' ? inputOf(event) : event[field];
    if (value === undefined) return null;
    list.push(value);
  }
  return list;
}

/** An actor is born when its task's row is written. */
function inputOf(event: JournalEntry['e']): Fields | undefined {
  const { at, ...input } = (event['input'] ?? {}) as Fields;
  return at === event.at ? input : undefined;
}

function withObject(head: readonly unknown[], { at: _at, ...event }: JournalEntry['e']): unknown[] {
  const list = head.slice();
  list[1] = event;
  return list;
}

function entryOf(at: number, list: unknown[]): JournalEntry {
  const [ref, event, state, attempt, fact] = list as [
    number,
    number | Fields,
    number | string,
    number,
    number,
  ];
  const [type, ...fields] = typeof event === 'number' ? nameOf(EVENTS, event) : [''];
  const e: Record<string, unknown> =
    typeof event === 'number' ? { type, at } : { type: event['type'], at, ...event };
  fields.forEach((field, index) => {
    const value = list[5 + index];
    e[field] = field === 'input' ? { at, ...(value as Fields) } : value;
  });
  const k = nameOf(FACTS, fact);
  return {
    r: ref,
    e: e as JournalEntry['e'],
    t: typeof state === 'number' ? nameOf(STATES, state) : state,
    ...(attempt === 0 ? {} : { a: attempt }),
    ...(k === null ? {} : { k }),
    ...(list[5 + fields.length] as Extras | undefined),
  };
}

function nameOf<T>(names: readonly T[], code: number): T {
  const name = names[code];
  if (name === undefined)
    throw new Error(`the journal names something by ${code}, which this version does not know`);
  return name;
}
