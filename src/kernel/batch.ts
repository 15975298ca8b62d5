/**
 * A batch of turns: what one commit makes true. It reads what is committed, keeps every change to itself, writes
 * all of it at once, and lists what may leave the process afterwards. Dropping the object undoes it.
 */

import {
  type Standing,
  type StepContext,
  type StepEvent,
  standingOf,
  type TaskEvent,
} from '../../machines/index.ts';
import { Refusal } from '../errors.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import type { Commit } from '../store/commit.ts';
import { isStorageFailure } from '../store/storage-failure.ts';
import type { Store } from '../store/store.ts';
import {
  type Actor,
  type Address,
  dueAtOf,
  handlerKeyOf,
  isRunningAttempt,
  isStep,
  kindOf,
  NO_TIMERS,
  queueOf,
  TASK_REF,
  type TaskEntry,
} from './actor.ts';
import { type ActorCache, UnreadableActor } from './actor-cache.ts';
import { ActorRows } from './actor-rows.ts';
import { timersAfter } from './armed-timers.ts';
import { Draft } from './draft.ts';
import { FAILURES, type JournalEntry } from './journal.ts';
import { writeEntries } from './journal-format.ts';
import { type Birth, entryOf } from './journal-line.ts';
import { reportOf } from './report.ts';
import { performTaskEffect } from './task-effects.ts';
import type { Timers } from './timers.ts';
import { createToken } from './token.ts';
import { beginTurn, bornBy, type Effect, statusOf, type Turn, takeTurn } from './turn.ts';

/** An actor may be told the events of its machine, and no others. */
export type ActorEvent = TaskEvent | StepEvent;

/** `ignored`: the state takes no such event. `stale`: it came from an attempt that is no longer current. */
export type Taken = 'taken' | 'ignored' | 'stale';

export interface Attempt extends Address {
  readonly token: string;
  /** For a worker elsewhere. */
  readonly remote: boolean;
  /** How often the process has died in which it ran. */
  readonly losses: number;
}

/** An actor as this batch leaves it. */
interface Changed {
  actor: Actor;
  /** As stored before this batch; null for one born in it. */
  readonly statusBefore: string | null;
  /** Of its context as JSON, once it is written. */
  characters: number;
}

interface TaskTurns {
  readonly entry: TaskEntry;
  /** An attempt or the task has failed in this batch. */
  hasFailure: boolean;
  readonly firstSeq: number;
  readonly entries: JournalEntry[];
  /** By ref. */
  readonly actors: Map<number, Changed>;
}

/** A task has reached another state; `from` is null for one that is new. */
export interface StatusChange {
  readonly tenant: string;
  readonly from: string | null;
  readonly to: string;
}

/** What one commit wrote to a task's journal. */
export interface Written extends TaskTurns {
  readonly pos: number;
}

export class Batch {
  readonly now: number;
  /** Collects the rows that this batch writes beside its actors; its turns read them there. */
  readonly draft: Draft;
  readonly #store: Store;
  readonly #memory: ActorCache;
  readonly #dispatcher: Dispatcher;
  readonly #random: () => number;
  readonly #tasks = new Map<number, TaskTurns>();
  readonly #inbox: { readonly to: Address; readonly event: ActorEvent }[] = [];

  /** Attempts to send to workers once this is committed. */
  readonly dispatches = new Map<string, Attempt>();
  /** Tokens of attempts that are over: their workers may stop. */
  readonly releases: string[] = [];
  readonly statusChanges: StatusChange[] = [];
  /** Tasks submitted in this batch, by tenant: nobody else has counted them yet. */
  readonly submitted = new Map<string, number>();
  readonly #afterCommit: (() => void)[] = [];
  #lastTaskNo: number | null = null;
  ignored = 0;

  constructor(deps: {
    now: number;
    store: Store;
    memory: ActorCache;
    dispatcher: Dispatcher;
    random: () => number;
  }) {
    this.now = deps.now;
    this.#store = deps.store;
    this.draft = new Draft(deps.store);
    this.#memory = deps.memory;
    this.#dispatcher = deps.dispatcher;
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

  actor(task: number, ref: number): Actor | null {
    return this.#tasks.get(task)?.actors.get(ref)?.actor ?? this.#memory.actor(task, ref);
  }

  task(no: number): TaskEntry {
    return this.#tasks.get(no)?.entry ?? this.#memory.task(no);
  }

  /** The state of a task as this batch sees it. */
  taskStatus(no: number): string {
    const actor = this.actor(no, TASK_REF);
    return actor === null ? 'pending' : statusOf(actor.state);
  }

  /** All actors of a task as this batch sees them: those in the store and those it has changed. */
  *actorsOf(entry: TaskEntry): Generator<Actor> {
    const refs = new Set(this.#store.actors(entry.no).map((row) => row.ref));
    for (const ref of this.#tasks.get(entry.no)?.actors.keys() ?? []) refs.add(ref);
    for (const ref of refs) {
      const actor = this.actor(entry.no, ref);
      if (actor !== null) yield actor;
    }
  }

  /** Brings an actor to life. */
  spawn(entry: TaskEntry, ref: number, birth: Birth['type'], input: { readonly at: number }): void {
    if (ref === TASK_REF) this.#begin(entry, 1);
    const turn = beginTurn(kindOf(ref), input);
    this.#settle(entry, ref, null, { type: birth, at: input.at, input, ...bornBy(kindOf(ref)) }, turn);
  }

  /** Begins the life of an actor that has ended anew; it is stored as the same one. */
  spawnAgain(before: Actor, birth: Birth['type'], input: { readonly at: number }): void {
    this.#change(this.#turnsOf(before.entry), before, before);
    this.spawn(before.entry, before.ref, birth, input);
  }

  /** Lets the actor take the event now; what follows from it waits for `run`. */
  take(to: Address, event: ActorEvent): Taken {
    const before = this.actor(to.task, to.ref);
    if (before === null) return 'ignored';
    try {
      return this.#turn(to, before, event);
    } catch (error) {
      if (error instanceof Refusal || error instanceof UnreadableActor || isStorageFailure(error))
        throw error;
      // Whoever told it, it is this one that cannot go on: what is stored of it is not what its machine wrote.
      throw new UnreadableActor(to.task, to.ref, error);
    }
  }

  #turn(to: Address, before: Actor, event: ActorEvent): Taken {
    const turn = takeTurn(kindOf(to.ref), before.state, before.context, event);
    let stale = false;
    for (const { type } of turn.effects) {
      if (type === 'stale') stale = true;
      if (type !== 'ignored') continue;
      this.ignored++;
      return 'ignored';
    }
    this.#settle(before.entry, to.ref, before, event, turn, stale);
    return stale ? 'stale' : 'taken';
  }

  /** Lets a timer that is due go off: once, whether or not the state still has a use for it. */
  fire(to: Address, type: string): void {
    const actor = this.actor(to.task, to.ref);
    if (actor?.timers[type] === undefined) return;
    const { [type]: _fired, ...timers } = actor.timers;
    this.#change(this.#turnsOf(actor.entry), { ...actor, timers }, actor);
    this.take(to, { type, at: this.now, dice: this.dice() } as ActorEvent);
  }

  /** Hears the event later in this batch, after what was sent before it. */
  send(to: Address, event: ActorEvent): void {
    this.#inbox.push({ to, event });
  }

  /** Delivers what has been sent, and what follows from that, until all is quiet. */
  run(): void {
    // The inbox grows while it is read; shifting it would make a wide fan-out quadratic.
    for (const { to, event } of this.#inbox) this.take(to, event);
    this.#inbox.length = 0;
  }

  /** Starts waiting attempts while there are free places, and lets what follows happen. */
  startWaiting(): void {
    const mayOffer = (address: Address): boolean => this.#mayOffer(address);
    for (;;) {
      const next = this.#dispatcher.next(mayOffer);
      if (next === null) return;
      const token = createToken();
      const where = next.remote ? { remote: true } : {};
      const taken = this.take(next, { type: 'step.start', at: this.now, token, ...where });
      if (taken !== 'taken')
        throw new UnreadableActor(next.task, next.ref, `it was queued and did not start: ${taken}`);
      // Its time is not to run while nobody may be there.
      if (next.isOffered) this.take(next, { type: 'attempt.hindered', at: this.now, token });
      this.run();
    }
  }

  /** Not where the wait for a worker has an end: it would stop counting. */
  #mayOffer({ task, ref }: Address): boolean {
    const context = this.actor(task, ref)?.context as Partial<StepContext> | undefined;
    return context?.policy?.startTimeoutMs === undefined;
  }

  #settle(
    entry: TaskEntry,
    ref: number,
    before: Actor | null,
    event: ActorEvent | Birth,
    turn: Turn,
    stale = false,
  ): void {
    const timers = timersAfter(before?.timers ?? NO_TIMERS, turn.effects, this.now, (raised) =>
      this.send({ task: entry.no, ref }, { ...raised, at: this.now, dice: this.dice() } as ActorEvent),
    );
    const { state, context } = turn;
    const actor: Actor = { entry, ref, state, context, timers };
    const changed = before === null || before.state !== state || before.context !== context;
    if (!changed && turn.effects.length === 0 && !event.type.startsWith('dependency.')) return;
    const turns = this.#turnsOf(entry);
    this.#change(turns, actor, before);
    const line = entryOf(actor, before, event, turn.effects, stale);
    turns.entries.push(line);
    if (line.k !== undefined && FAILURES.has(line.k)) turns.hasFailure = true;
    for (const effect of turn.effects) this.#perform(effect, actor, before);
    if (isStep(ref) && before !== null) this.#report(actor, standingOf(before.state), standingOf(state));
  }

  #change({ actors }: TaskTurns, actor: Actor, before: Actor | null): void {
    const known = actors.get(actor.ref);
    if (known !== undefined) known.actor = actor;
    else {
      const statusBefore = before === null ? null : statusOf(before.state);
      actors.set(actor.ref, { actor, statusBefore, characters: 0 });
    }
  }

  #turnsOf(entry: TaskEntry): TaskTurns {
    const known = this.#tasks.get(entry.no);
    return known ?? this.#begin(entry, this.#memory.lastSeq(entry.no) + 1);
  }

  #begin(entry: TaskEntry, firstSeq: number): TaskTurns {
    const turns: TaskTurns = { entry, hasFailure: false, firstSeq, entries: [], actors: new Map() };
    this.#tasks.set(entry.no, turns);
    return turns;
  }

  #perform(effect: Effect, actor: Actor, before: Actor | null): void {
    if (actor.ref === TASK_REF) {
      performTaskEffect(this, actor, effect);
      return;
    }
    const { entry, ref } = actor;
    const address = { task: entry.no, ref };
    switch (effect.type) {
      case 'enqueue':
        this.#dispatcher.enqueue(queueOf(entry, ref), address);
        break;
      case 'dequeue':
        this.#dispatcher.dequeue(queueOf(entry, ref), address);
        break;
      case 'dispatch': {
        const { token, remote = false, losses = 0 } = actor.context as Partial<StepContext>;
        if (token === undefined) throw new Error('assertion failed: a running attempt has a token');
        this.#dispatcher.occupy(token, { key: handlerKeyOf(entry, ref), tenant: entry.tenant, remote });
        this.dispatches.set(token, { ...address, token, remote, losses });
        break;
      }
      case 'release': {
        const { token } = (before?.context ?? {}) as Partial<StepContext>;
        if (token === undefined) break;
        this.#dispatcher.free(token);
        this.dispatches.delete(token);
        this.releases.push(token);
        break;
      }
    }
  }

  #report(actor: Actor, from: Standing, to: Standing): void {
    const report = from === to ? null : reportOf(actor, from, to, this.now);
    if (report !== null) this.send({ task: actor.entry.no, ref: TASK_REF }, report);
  }

  /** Writes everything in one commit; what it returns is true from then on. */
  commit(): Written[] {
    const rows = new ActorRows();
    const journal: Commit['journal'][number][] = [];
    const told: TaskTurns[] = [];
    for (const turns of this.#tasks.values()) {
      const { entry, firstSeq, entries, actors } = turns;
      for (const changed of actors.values()) {
        changed.characters = rows.add(changed.actor, changed.statusBefore);
        const { statusBefore: from } = changed;
        const to = statusOf(changed.actor.state);
        if (changed.actor.ref === TASK_REF && from !== to)
          this.statusChanges.push({ tenant: entry.tenant, from, to });
      }
      if (entries.length === 0) continue;
      journal.push({ task: entry.no, seq: firstSeq, count: entries.length, entries: writeEntries(entries) });
      told.push(turns);
    }
    const positions = this.#store.commit({ ...this.draft.commit, ...rows, journal });
    return told.map((turns, index) => ({ ...turns, pos: positions[index] ?? 0 }));
  }

  /** The commit made it true: memory takes it over, and timers are armed. */
  committed(timers: Timers): void {
    for (const callback of this.#afterCommit) callback();
    for (const { entry, firstSeq, entries, actors } of this.#tasks.values()) {
      this.#memory.committed({ entry, lastSeq: firstSeq + entries.length - 1, actors });
      for (const { actor } of actors.values()) {
        const dueAt = dueAtOf(actor);
        if (isRunningAttempt(actor)) timers.watch(entry.no, actor.ref, dueAt);
        else {
          timers.unwatch(entry.no, actor.ref);
          if (dueAt !== null) timers.armFor(dueAt);
        }
      }
    }
  }

  *changed(): Generator<Actor> {
    for (const { actors } of this.#tasks.values()) for (const { actor } of actors.values()) yield actor;
  }
}
