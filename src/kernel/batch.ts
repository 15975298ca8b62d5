/**
 * A batch of turns: what one commit makes true. It reads what is committed, keeps every change to itself, writes
 * all of it at once, and lists what may leave the process afterwards. Dropping the object undoes it.
 */

import { type StepInput, standingOf, type TaskInput, type WaitInput } from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import {
  type Address,
  type AttemptAddress,
  addressOf,
  type TaskAddress,
  taskAt,
  type WaitAddress,
} from '../store/address.ts';
import type { ActorKey } from '../store/rows.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import type { Store } from '../store/store.ts';
import {
  type Actor,
  type ActorAt,
  type ArmedTimers,
  addressIn,
  dueAtOf,
  isPlaceActor,
  isRunningAttempt,
  kindOf,
  NO_TIMERS,
  type PlaceActor,
  type StepActor,
  type TaskEntry,
} from './actor.ts';
import { type ActorCache, UnreadableActor } from './actor-cache.ts';
import { type Advanced, advance, begin, type MachineEvent, type MachineInput, type Tell } from './advance.ts';
import { timersAfter } from './armed-timers.ts';
import { Attempts } from './attempts.ts';
import { amongAwaiting } from './awaits.ts';
import type { BatchDeps, ChildRegistry } from './batch-deps.ts';
import { owesNow } from './compensations.ts';
import { Draft } from './draft.ts';
import { type Birth, birthOf, type JournalEntry } from './journal.ts';
import { entryOf } from './journal-line.ts';
import { tellWhatWasAsked } from './notifications.ts';
import { reportOf } from './report.ts';
import { performTaskEffect } from './task-effects.ts';
import type { Timers } from './timers.ts';
import { bornBy, type Effect, statusOf } from './turn.ts';
import { type StatusChange, Turns, type Written } from './turns.ts';
import { performWaitEffect } from './waits.ts';

/** A commit that changes children changes at most 500 actors: one more turn may bring 200 of them to life. */
const MOST_CHILDREN_BORN = 100;
const MOST_ACTORS = 290;

/** `ignored`: the state takes no such event. `stale`: it came from an attempt that is no longer current. */
export type Taken = 'taken' | 'ignored' | 'stale';

export class Batch {
  readonly now: number;
  /** Collects the rows that this batch writes beside its actors; its turns read them there. */
  readonly draft: Draft;
  readonly #store: Store;
  readonly #cache: ActorCache;
  readonly #random: () => number;
  readonly #turns: Turns;
  readonly #inbox: ({ readonly to: Address; readonly event: MachineEvent } | (() => void))[] = [];

  readonly attempts: Attempts;
  readonly registry: ChildRegistry;
  /** Tasks submitted in this batch, by tenant: nobody else has counted them yet. */
  readonly submitted = new Map<string, number>();
  readonly #afterCommit: (() => void)[] = [];
  #lastTaskNo: number | null = null;
  /** Counts tasks that are children, and their steps. */
  #childrenBorn = 0;
  #hasChildren = false;
  ignored = 0;

  constructor(deps: BatchDeps) {
    this.registry = deps.registry;
    this.now = deps.now;
    this.#store = deps.store;
    this.draft = new Draft(deps.store);
    this.#cache = deps.cache;
    this.attempts = new Attempts(deps.dispatcher);
    this.#turns = new Turns((task) => deps.cache.lastSeq(task));
    this.#random = deps.random;
  }

  /** The number of the next task to be stored. */
  nextTaskNo(): number {
    this.#lastTaskNo = (this.#lastTaskNo ?? this.#store.lastTaskNo()) + 1;
    return this.#lastTaskNo;
  }

  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
  }

  dice(): number {
    return this.#random();
  }

  actor<A extends Address>(address: A): ActorAt<A> | null {
    return this.#turns.actor(address) ?? this.#cache.actor(address);
  }

  task(no: number): TaskEntry {
    return this.#turns.entry(no) ?? this.#cache.task(no);
  }

  /** The state of a task as this batch sees it. */
  taskStatus(no: number): string {
    const actor = this.actor(taskAt(no));
    return actor === null ? 'pending' : statusOf(actor.state);
  }

  /** All actors of a task as this batch sees them: those in the store and those it has changed. */
  *actorsOf({ no }: TaskEntry): Generator<Actor> {
    const refs = new Set(this.#store.actors(no).map((row) => row.ref));
    for (const ref of this.#turns.refs(no)) refs.add(ref);
    for (const ref of refs) {
      const actor = this.actor(addressOf(no, ref));
      if (actor !== null) yield actor;
    }
  }

  /** The journal entries that this batch adds to those of a task. */
  readonly written = (task: number): readonly JournalEntry[] => this.#turns.entries(task);

  /** Brings an actor to life. */
  spawn(entry: TaskEntry, address: TaskAddress, input: TaskInput): void;
  spawn(entry: TaskEntry, address: AttemptAddress, input: StepInput): void;
  spawn(entry: TaskEntry, address: WaitAddress, input: WaitInput): void;
  spawn(entry: TaskEntry, address: Address, input: MachineInput): void {
    if (address.kind === 'task') this.#turns.begin(entry);
    if (entry.parent !== null) this.#childrenBorn++;
    const born = begin(entry, address, input, (effects) => this.#timersAfter(address, NO_TIMERS, effects));
    const birth = { type: birthOf(address), at: input.at, input, ...bornBy(kindOf(address)) };
    this.#settle(born, null, birth);
  }

  /** Begins the life of an actor that has ended anew; it is stored as the same one. */
  spawnAgain(before: StepActor, input: StepInput): void {
    this.#turns.change(before, before);
    this.spawn(before.entry, before, input);
  }

  /** Lets the actor take the event now; what follows from it waits for `run`. */
  readonly take: Tell<Taken> = (to: Address, event: MachineEvent) => this.#take(to, event);

  #take(to: Address, event: MachineEvent): Taken {
    const before = this.actor(to);
    if (before === null) return 'ignored';
    try {
      return this.#turn(before, event);
    } catch (error) {
      if (error instanceof Refusal || error instanceof UnreadableActor || isStorageFailure(error))
        throw error;
      // Whoever told it, it is this one that cannot go on: what is stored of it is not what its machine wrote.
      throw new UnreadableActor(to, error);
    }
  }

  #turn(before: Actor, event: MachineEvent): Taken {
    const advanced = advance(before, event, (effects) => this.#timersAfter(before, before.timers, effects));
    let stale = false;
    for (const { type } of advanced.effects) {
      if (type === 'stale') stale = true;
      if (type !== 'ignored') continue;
      this.ignored++;
      return 'ignored';
    }
    this.#settle(advanced, before, event, stale);
    return stale ? 'stale' : 'taken';
  }

  /** Lets a timer that is due go off: once, whether or not the state still has a use for it. */
  fire(to: Address, type: string): void {
    const actor = this.actor(to);
    if (actor?.timers[type] === undefined) return;
    const { [type]: _fired, ...timers } = actor.timers;
    this.#turns.change({ ...actor, timers }, actor);
    this.#take(to, this.#raised(type));
  }

  /** An event that the machine has armed or raised for itself. */
  #raised(type: string): MachineEvent {
    return { type, at: this.now, dice: this.dice() } as MachineEvent;
  }

  #timersAfter(address: Address, timers: ArmedTimers, effects: readonly Effect[]): ArmedTimers {
    return timersAfter(timers, effects, this.now, (type) => {
      this.#inbox.push({ to: address, event: this.#raised(type) });
    });
  }

  /** Hears the event later in this batch, after what was sent before it. */
  readonly send: Tell<void> = (to: Address, event: MachineEvent) => {
    this.#inbox.push({ to, event });
  };

  /** Delivers what has been sent, and what follows from that, until all is quiet. */
  run(): void {
    // The inbox grows while it is read; shifting it would make a wide fan-out quadratic.
    for (const next of this.#inbox) {
      if (typeof next === 'function') next();
      else this.#take(next.to, next.event);
    }
    this.#inbox.length = 0;
  }

  /** Runs the work later in this batch, after what was sent before it. */
  later(work: () => void): void {
    this.#inbox.push(work);
  }

  /** As `Store.awaiting`, with those that this batch lets wait; some may do so no more. */
  awaiting(awaits: string, after: ActorKey, limit: number): WaitAddress[] {
    return amongAwaiting(this.#store.awaiting(awaits, after, limit), this.changed(), {
      awaits,
      after,
      limit,
    });
  }

  /** Children enough have changed in it: what is to be done besides waits for the next one. */
  get isFull(): boolean {
    return this.#childrenBorn >= MOST_CHILDREN_BORN || this.hasChildrenAnd(MOST_ACTORS);
  }

  /** Children have changed in it, and so many actors in all. */
  hasChildrenAnd(actors: number): boolean {
    return this.#hasChildren && this.size >= actors;
  }

  /** Counts the actors that it has changed so far. */
  get size(): number {
    return this.#turns.size;
  }

  #settle(
    { actor, effects }: Advanced,
    before: Actor | null,
    event: MachineEvent | Birth,
    stale = false,
  ): void {
    const changed = before === null || before.state !== actor.state || before.context !== actor.context;
    if (!changed && effects.length === 0 && !event.type.startsWith('dependency.')) return;
    if (actor.entry.parent !== null) this.#hasChildren = true;
    this.#turns.write(actor, before, entryOf(actor, before, event, effects, stale));
    if (actor.kind === 'task' && before?.kind === 'task') tellWhatWasAsked(this, actor, before);
    for (const effect of effects) {
      if (actor.kind === 'task') performTaskEffect(this, actor, effect);
      else if (actor.kind === 'wait') performWaitEffect(this, actor, effect, before);
      else this.attempts.perform(effect, actor, before);
    }
    // The task counts a step that it spawns as active.
    if (isPlaceActor(actor)) this.#report(actor, before !== null && isPlaceActor(before) ? before : null);
  }

  #report(step: PlaceActor, before: PlaceActor | null): void {
    const from = before === null ? 'active' : standingOf(before.state);
    const to = standingOf(step.state);
    const owes = owesNow(step, before);
    if (from === to && owes === 0) return;
    const isEnding = (): boolean => this.actor(taskAt(step.task))?.context.ending !== undefined;
    const report = reportOf(step, from, to, this.now, owes, isEnding);
    if (report !== null) this.send(taskAt(step.task), report);
  }

  /** Writes everything in one commit; what it returns is true from then on. */
  commit(): Written[] {
    return this.#turns.writeTo((rows) => this.#store.commit({ ...this.draft.commit, ...rows }));
  }

  /** The commit made it true: memory takes it over, and timers are armed. */
  committed(timers: Timers): void {
    for (const callback of this.#afterCommit) callback();
    for (const { entry, firstSeq, entries, actors } of this.#turns.tasks()) {
      this.#cache.committed({ entry, lastSeq: firstSeq + entries.length - 1, actors });
      for (const { actor } of actors.values()) {
        const dueAt = dueAtOf(actor);
        if (isRunningAttempt(actor)) timers.watch(addressIn(actor), dueAt);
        else {
          timers.unwatch(actor);
          if (dueAt !== null) timers.armFor(dueAt);
        }
      }
    }
  }

  get statusChanges(): readonly StatusChange[] {
    return this.#turns.statusChanges;
  }

  changed(): Iterable<Actor> {
    return this.#turns.changed();
  }
}
