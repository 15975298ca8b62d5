/**
 * Tells the children of a wait what its task is told, and spawns them, so many in a commit. Where the rest stands is in
 * the commit too, and the next ones go on from there, also after a crash.
 */

import { type Address, addressOf, refOf, taskAt, waitAt } from '../store/address.ts';
import type { ChildWaveRow, TaskRow } from '../store/rows.ts';
import type { TaskEntry, WaitActor } from './actor.ts';
import type { Batch } from './batch.ts';
import { newestChildren } from './children.ts';

/** With this many actors changed, the waves of a commit are left to the next. */
const WAVE_ACTORS = 400;

const FINAL: ReadonlySet<string> = new Set(['complete', 'cancelled']);

type Told = Exclude<ChildWaveRow['verb'], 'spawn'>;
type Telling = ChildWaveRow & { readonly verb: Told };

/** The word takes the place of an earlier one that has not reached all. */
export function tellChildren(batch: Batch, wait: WaitActor, verb: Told): void {
  const { task, context } = wait;
  goOn(batch, { task, ref: refOf(wait), verb, after: -1, upto: context.next ?? 0 });
}

/** There is room for more children than one commit spawns: the next one spawns more. */
export function spawnLater(batch: Batch, wait: WaitActor): void {
  const { task, context } = wait;
  const { next = 0, total = 0 } = context;
  batch.draft.childWaves.put({ task, ref: refOf(wait), verb: 'spawn', after: next - 1, upto: total });
}

/** The waves of a wait from their beginning, where it is not known how far they had come. */
export function wavesAnew(wait: WaitActor, isPaused: boolean): ChildWaveRow[] {
  const { task, state, context } = wait;
  const { next = 0, total = 0 } = context;
  if (next === 0) return [];
  const anew = { task, ref: refOf(wait), after: -1, upto: next };
  if (state === 'waiting.ending') return [{ ...anew, verb: 'cancel' }];
  if (state === 'waiting.stopped' && isPaused) return [{ ...anew, verb: 'pause' }];
  if (state !== 'waiting.children') return [];
  return [
    { ...anew, verb: 'resume' },
    { ...anew, verb: 'spawn', after: next - 1, upto: total },
  ];
}

/** Goes on with the first wave that did not reach everybody in one commit. */
export function advanceChildWaves(batch: Batch): void {
  const [wave] = batch.draft.childWaves.stored;
  if (wave === undefined) return;
  if (isTelling(wave)) {
    goOn(batch, wave);
    return;
  }
  batch.draft.childWaves.end(wave);
  const wait = addressOf(wave.task, wave.ref);
  if (wait.kind === 'wait') batch.send(wait, { type: 'children.more', at: batch.now });
}

const isTelling = (wave: ChildWaveRow): wave is Telling => wave.verb !== 'spawn';

function goOn(batch: Batch, wave: Telling): void {
  batch.draft.childWaves.begin(wave);
  const children = newestChildren(batch, wave, wave.after + 1);
  batch.later(() => tellNext(batch, wave, children));
}

/** Each hears it when all that followed from the one before is done, so that it is known how much that was. */
function tellNext(batch: Batch, wave: Telling, children: Iterator<TaskRow>): void {
  const { childWaves } = batch.draft;
  if (!childWaves.isCurrent(wave)) return;
  const child = nextOf(batch, wave, children);
  const address = addressOf(wave.task, wave.ref);
  const wait = address.kind === 'wait' ? batch.actor(address) : null;
  if (child === null || wait === null) {
    childWaves.end(wave);
    return;
  }
  if (childWaves.isSpent(batch.size, WAVE_ACTORS)) {
    childWaves.put({ ...wave, after: indexOf(child) - 1 });
    return;
  }
  tellChild(batch, wait, child.no, wave.verb);
  batch.later(() => tellNext(batch, wave, children));
}

function nextOf(batch: Batch, { upto }: Telling, children: Iterator<TaskRow>): TaskRow | null {
  for (;;) {
    const { done, value } = children.next();
    if (done === true || indexOf(value) >= upto) return null;
    if (!FINAL.has(batch.taskStatus(value.no))) return value;
  }
}

const indexOf = ({ parent_index: index }: TaskRow): number => index ?? 0;

function tellChild(batch: Batch, wait: WaitActor, no: number, verb: Told): void {
  const told = { at: batch.now, by: 'parent', reason: null, fromParent: true };
  if (verb !== 'cancel') {
    batch.send(taskAt(no), { type: `task.${verb}`, ...told });
    return;
  }
  const compensate = isToBeTakenBack(wait) && batch.task(no).workflow.definition.compensate !== 'by_hand';
  batch.send(taskAt(no), { type: 'task.cancel', ...told, ...(compensate ? { compensate } : {}) });
}

/** Only somebody who cancels their parent may want what they have done to stand. */
const isToBeTakenBack = ({ context: { ending } }: WaitActor): boolean =>
  ending !== undefined && (ending.as !== 'cancelled' || ending.compensate === true);

/**
 * Tells a task that is about to start an attempt what a task above it was told, if no wave has brought it so far: all
 * on the way down to it, so that what is told them later finds the same. Returns true if something was told.
 */
export function tellFromAbove(batch: Batch, address: Address): boolean {
  if (!batch.draft.childWaves.areUnfinished) return false;
  const path = pathDownTo(batch, batch.task(address.task));
  let verb: Told | null = null;
  for (const { above, entry } of path) {
    const status = batch.taskStatus(entry.no);
    verb = verbOf(batch, above) ?? verb;
    if (verb === null || FINAL.has(status) || (verb === 'pause' && status === 'paused')) continue;
    tellChild(batch, above, entry.no, verb);
    batch.run();
  }
  return verb !== null;
}

/** The state of a wait says what its children are to be. */
function verbOf(batch: Batch, wait: WaitActor): 'cancel' | 'pause' | null {
  if (wait.state === 'waiting.ending') return 'cancel';
  return wait.state === 'waiting.stopped' && batch.taskStatus(wait.task) === 'paused' ? 'pause' : null;
}

interface Below {
  readonly above: WaitActor;
  readonly entry: TaskEntry;
}

/** The task and those above it but the first, each with the wait that has spawned it; the highest first. */
function pathDownTo(batch: Batch, task: TaskEntry): Below[] {
  const path: Below[] = [];
  for (let entry = task; entry.parent !== null; ) {
    const { parent } = entry;
    const address = addressOf(parent.task, parent.ref);
    const above = address.kind === 'wait' ? batch.actor(waitAt(parent.task, address.index)) : null;
    if (above === null) break;
    path.unshift({ above, entry });
    entry = above.entry;
  }
  return path;
}
