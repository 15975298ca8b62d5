/**
 * Signals: what the outside tells tasks, by name. One is kept, not thrown: a wait that begins later finds it, so both
 * orders of arrival come to the same. Each task takes each signal once, the oldest first.
 */

import { uuidv7 } from 'uuidv7';
import { Refusal } from '../errors.ts';
import { refOf, taskAt, type WaitAddress } from '../store/address.ts';
import type { SignalRow } from '../store/rows.ts';
import { answerFaults } from '../workflow/answer-schema.ts';
import { nearest, pointerTo } from '../workflow/parse.ts';
import { definitionOf, type TaskEntry, type WaitActor } from './actor.ts';
import { awaitedSignal } from './awaits.ts';
import type { Batch } from './batch.ts';
import { refuseCompensated } from './compensations.ts';

/** Actors that one commit tells of a signal; the rest are told by the next ones. */
const SIGNAL_WAVE = 500;
/** Kept signals of one task, and of one tenant. */
const MOST_SIGNALS = { task: 1_000, tenant: 100_000 } as const;
/** A signal by key that does not say is kept so long. */
export const KEEP_SECONDS = 86_400;

export interface SignalInput {
  readonly name: string;
  readonly data: unknown;
  /** The same id means the same signal: it is taken once however often it is sent. */
  readonly id: string | null;
  readonly by: string;
}

export interface Signalled {
  readonly id: string;
  /** It was known already, and nothing was done. */
  readonly replayed: boolean;
}

/** Sends a signal to one task. Refuses with UNKNOWN_SIGNAL, INVALID_SIGNAL, WRONG_STATE or SIGNALS_FULL. */
export function signalTask(
  batch: Batch,
  entry: TaskEntry,
  input: SignalInput,
  pointer = '',
): Signalled & { readonly taken: boolean } {
  const { no: task, tenant } = entry;
  const place = { task, key: null, tenant };
  const known = findReplay(batch, place, input);
  if (known !== null)
    return { id: known.id, replayed: true, taken: batch.draft.signals.hasTaken(task, known.no) };
  const status = batch.taskStatus(task);
  if (status === 'complete' || status === 'cancelled')
    throw new Refusal('WRONG_STATE', `task ${entry.id} is ${status}: it takes no signals any more`);
  refuseCompensated(batch, entry, 'it takes no signals any more');
  checkSignal(entry, input, pointer);
  refuseFull(batch, { task }, MOST_SIGNALS.task, `task ${entry.id}`);
  refuseFull(batch, { tenant }, MOST_SIGNALS.tenant, `tenant ${tenant}`);
  const row = store(batch, { ...place, until: null }, input);
  const listening = [...batch.actorsOf(entry)]
    .filter((actor): actor is WaitActor => actor.kind === 'wait' && awaitedSignal(actor)?.name === input.name)
    .sort((a, b) => a.index - b.index);
  return { id: row.id, replayed: false, taken: listening.some((wait) => deliver(batch, wait, row)) };
}

/** Finds a wait of that name in the workflow that the data fits; throws what is wrong if there is none. */
export function checkSignal(
  { workflow }: Pick<TaskEntry, 'workflow'>,
  { name, data }: Pick<SignalInput, 'name' | 'data'>,
  pointer: string,
): void {
  const waits = workflow.definition.steps.flatMap(({ waitFor }) =>
    waitFor?.signal === undefined ? [] : [waitFor],
  );
  const named = waits.filter(({ signal }) => signal === name);
  const at = (...path: string[]): string => pointer + pointerTo(path);
  if (named.length === 0) {
    const meant = nearest(
      name,
      waits.map(({ signal = '' }) => signal),
    );
    const hint = meant === null ? '' : `; did you mean "${meant}"?`;
    const message = `no step of ${workflow.definition.name} waits for a signal "${name}"${hint}`;
    throw new Refusal('UNKNOWN_SIGNAL', message, { faults: [{ pointer: at('name'), message }] });
  }
  const [faults = [], ...others] = named.map(({ schema }) => answerFaults(schema, data));
  if (faults.length === 0 || others.some((found) => found.length === 0)) return;
  const listed = faults.map(({ pointer: place, message }) => ({ pointer: `${at('data')}${place}`, message }));
  const [first] = listed;
  throw new Refusal('INVALID_SIGNAL', `the data does not fit signal ${name}: ${first?.message}`, {
    faults: listed,
  });
}

export interface KeyedSignal extends SignalInput {
  readonly tenant: string;
  readonly key: string;
  /** How long it is kept for those who come later; a day unless given. */
  readonly keepSeconds: number | null;
}

/** Sends a signal to all that wait for its key. `more`: further commits tell those this one did not reach. */
export function signalByKey(
  batch: Batch,
  input: KeyedSignal,
): Signalled & { readonly delivered: number; readonly more: boolean } {
  const { tenant, key, keepSeconds } = input;
  const place = { task: null, key, tenant };
  const known = findReplay(batch, place, input);
  if (known !== null) return { id: known.id, replayed: true, delivered: 0, more: false };
  refuseFull(batch, { tenant }, MOST_SIGNALS.tenant, `tenant ${tenant}`);
  const until = batch.now + Math.round((keepSeconds ?? KEEP_SECONDS) * 1_000);
  const row = store(batch, { ...place, until }, input);
  return { id: row.id, replayed: false, ...tellWave(batch, row, { task: 0, ref: 0 }) };
}

/** Goes on with the first signal that did not reach everybody in one commit. */
export function advanceSignals(batch: Batch): void {
  const [wave] = batch.draft.signals.storedWaves;
  if (wave === undefined) return;
  const { signal, task, ref } = wave;
  const row = batch.draft.signals.byNo(signal);
  if (row === null || !tellWave(batch, row, { task, ref }).more) batch.draft.signals.endWave(signal);
}

function tellWave(
  batch: Batch,
  row: SignalRow,
  after: { readonly task: number; readonly ref: number },
): { delivered: number; more: boolean } {
  const waiting = batch.awaiting(
    JSON.stringify(['signal', row.tenant, row.name, row.key]),
    after,
    SIGNAL_WAVE,
  );
  let delivered = 0;
  for (const address of waiting) {
    const wait = batch.actor(address);
    // Each task takes it once, however many of its waits ask for it.
    if (wait === null || batch.draft.signals.hasTaken(address.task, row.no)) continue;
    if (deliver(batch, wait, row)) delivered++;
  }
  const last = waiting.at(-1);
  const more = waiting.length === SIGNAL_WAVE && last !== undefined;
  if (more) batch.draft.signals.putWave({ signal: row.no, task: last.task, ref: refOf(last) });
  return { delivered, more };
}

/** Gives a wait that listens the oldest signal that is there for it. */
export function offerKept(batch: Batch, address: WaitAddress): void {
  const wait = batch.actor(address);
  const wanted = wait === null ? null : awaitedSignal(wait);
  if (wait === null || wanted === null) return;
  const { tenant, no: task, createdAt } = wait.entry;
  const asked = { tenant, name: wanted.name, key: wanted.key, task, createdAt, now: batch.now };
  for (let after = 0; ; ) {
    const row = batch.draft.signals.next(asked, after);
    // One that came too late does not undo that.
    if (row === null || row.at > (wait.context.until ?? row.at) || deliver(batch, wait, row)) return;
    after = row.no;
  }
}

/** False if the wait does not listen, or the data does not fit, which is journaled. */
function deliver(batch: Batch, wait: WaitActor, { no, id, data: text, by }: SignalRow): boolean {
  const { task, index, entry } = wait;
  const at = batch.now;
  const data: unknown = JSON.parse(text);
  const [fault] = answerFaults(definitionOf(entry, index).waitFor?.schema, data);
  if (fault !== undefined) {
    const why = `${fault.pointer} ${fault.message}`.trim();
    batch.take(wait, { type: 'signal.refused', at, signal: id, by, why });
    return false;
  }
  if (batch.take(wait, { type: 'signal.received', at, signal: id, data, by }) !== 'taken') return false;
  batch.draft.signals.take({ task, ref: refOf(wait), signal: no, at });
  return true;
}

interface Place {
  readonly tenant: string;
  readonly task: number | null;
  readonly key: string | null;
}

function findReplay(
  batch: Batch,
  { tenant, task, key }: Place,
  { id, name, data }: SignalInput,
): SignalRow | null {
  const known = id === null ? null : batch.draft.signals.byId(tenant, id);
  if (known === null) return null;
  const isSame =
    known.task === task && known.key === key && known.name === name && known.data === textOf(data);
  if (isSame) return known;
  const message = `signal id ${id} was used for another signal; give each one an id of its own`;
  throw new Refusal('SIGNAL_ID_REUSED', message, { faults: [{ pointer: '/id', message }] });
}

const textOf = (data: unknown): string => JSON.stringify(data ?? null);

function refuseFull(
  batch: Batch,
  of: { readonly tenant: string } | { readonly task: number },
  most: number,
  whose: string,
): void {
  if (batch.draft.signals.count(of, most) < most) return;
  const message = `${whose} keeps ${most} signals, the most it may: nobody has taken them; wait until some are forgotten, or withdraw them`;
  throw new Refusal('SIGNALS_FULL', message, { retryAfterSeconds: 60 });
}

function store(
  batch: Batch,
  { tenant, task, key, until }: Place & { readonly until: number | null },
  { id, name, data, by }: SignalInput,
): SignalRow {
  const row: SignalRow = {
    no: batch.draft.signals.nextNo(),
    tenant,
    name,
    key,
    task,
    id: id ?? uuidv7(),
    at: batch.now,
    until,
    by,
    data: textOf(data),
    taken_at: null,
  };
  batch.draft.signals.insert(row);
  return row;
}

/** Takes back a signal that was sent to a task and is not taken. Refuses with SIGNAL_NOT_FOUND or WRONG_STATE. */
export function withdrawSignal(batch: Batch, entry: TaskEntry, id: string, by: string): void {
  const row = batch.draft.signals.byId(entry.tenant, id);
  if (row === null || row.task !== entry.no)
    throw new Refusal('SIGNAL_NOT_FOUND', `task ${entry.id} has no signal ${id}`);
  if (batch.draft.signals.hasTaken(entry.no, row.no))
    throw new Refusal('WRONG_STATE', `signal ${id} was taken already: it cannot be withdrawn`);
  batch.draft.signals.withdraw(row.no);
  batch.take(taskAt(entry.no), { type: 'signal.withdrawn', at: batch.now, signal: id, name: row.name, by });
}
