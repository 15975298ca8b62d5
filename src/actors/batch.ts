/**
 * A batch of turns: what one commit makes true. It reads what is committed, keeps every change to itself, writes
 * all of it at once, and lists what may leave the process afterwards. Dropping the object undoes it.
 */

import { type Standing, type StepContext, standingOf } from '../../machines/index.ts';
import type { Store } from '../store/store.ts';
import {
  type Actor,
  type Address,
  handlerOf,
  isStep,
  isWebhook,
  kindOf,
  queueOf,
  rowOf,
  TASK_REF,
  type TaskEntry,
  type Timer,
} from './actor.ts';
import type { StatusChange } from './census.ts';
import type { Dispatcher } from './dispatcher.ts';
import { factOf, type JournalEntry } from './journal.ts';
import type { Memory } from './memory.ts';
import { reportOf } from './report.ts';
import { performTaskEffect } from './task-effects.ts';
import { createToken } from './token.ts';
import { beginTurn, type Effect, stateOf, statusOf, type Turn, takeTurn } from './turn.ts';
import { webhookStatus } from './webhooks.ts';

export interface ActorEvent {
  readonly type: string;
  readonly at: number;
}

/** `ignored`: the state takes no such event. `stale`: it came from an attempt that is no longer current. */
export type Taken = 'taken' | 'ignored' | 'stale';

export interface Attempt extends Address {
  readonly token: string;
}

interface TaskTurns {
  readonly entry: TaskEntry;
  readonly firstSeq: number;
  readonly entries: JournalEntry[];
}

/** What one commit wrote to a task's journal. */
export interface Written extends TaskTurns {
  readonly pos: number;
}

export class Batch {
  readonly now: number;
  readonly store: Store;
  readonly #memory: Memory;
  readonly #dispatcher: Dispatcher;
  readonly #random: () => number;
  readonly #actors = new Map<string, { actor: Actor; statusBefore: string | null }>();
  readonly #tasks = new Map<number, TaskTurns>();
  readonly #inbox: { readonly to: Address; readonly event: ActorEvent }[] = [];

  /** Attempts to send to workers once this is committed. */
  readonly dispatches = new Map<string, Attempt>();
  /** Tokens of attempts that are over: their workers may stop. */
  readonly releases: string[] = [];
  /** The first due time among the timers written. */
  earliestDueAt = Number.POSITIVE_INFINITY;
  readonly statusChanges: StatusChange[] = [];
  /** Tasks submitted in this batch, by tenant: nobody else has counted them yet. */
  readonly submitted = new Map<string, number>();
  readonly #afterCommit: (() => void)[] = [];
  #lastTaskNo: number | null = null;
  ignored = 0;

  constructor(deps: {
    now: number;
    store: Store;
    memory: Memory;
    dispatcher: Dispatcher;
    random: () => number;
  }) {
    this.now = deps.now;
    this.store = deps.store;
    this.#memory = deps.memory;
    this.#dispatcher = deps.dispatcher;
    this.#random = deps.random;
  }

  /** The number of the next task to be stored. */
  nextTaskNo(): number {
    this.#lastTaskNo = (this.#lastTaskNo ?? this.store.lastTaskNo()) + 1;
    return this.#lastTaskNo;
  }

  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
  }

  dice(): number {
    return this.#random();
  }

  actor(task: number, ref: number): Actor | null {
    return this.#actors.get(`${task}/${ref}`)?.actor ?? this.#memory.actor(task, ref);
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
    const refs = new Set(this.store.actors(entry.no).map((row) => row.ref));
    const prefix = `${entry.no}/`;
    for (const [key, { actor }] of this.#actors) if (key.startsWith(prefix)) refs.add(actor.ref);
    for (const ref of refs) {
      const actor = this.actor(entry.no, ref);
      if (actor !== null) yield actor;
    }
  }

  /** Brings an actor to life. */
  spawn(entry: TaskEntry, ref: number, birth: string, input: { readonly at: number }): void {
    if (!this.#tasks.has(entry.no)) {
      const firstSeq = ref === TASK_REF ? 1 : this.#memory.lastSeq(entry.no) + 1;
      this.#tasks.set(entry.no, { entry, firstSeq, entries: [] });
    }
    const turn = beginTurn(kindOf(ref), input);
    this.#settle(entry, ref, null, { type: birth, at: input.at, input } as ActorEvent, turn);
  }

  /** Lets the actor take the event now; what follows from it waits for `run`. */
  take(to: Address, event: ActorEvent): Taken {
    const before = this.actor(to.task, to.ref);
    if (before === null) return 'ignored';
    const turn = takeTurn(kindOf(to.ref), before.snapshot, event);
    if (turn.effects.some((effect) => effect.type === 'ignored')) {
      this.ignored++;
      return 'ignored';
    }
    const stale = turn.effects.some((effect) => effect.type === 'stale');
    this.#settle(before.entry, to.ref, before, event, turn, stale);
    return stale ? 'stale' : 'taken';
  }

  /** Lets a timer that is due go off: once, whether or not the state still has a use for it. */
  fire(to: Address, id: string): void {
    const actor = this.actor(to.task, to.ref);
    const timer = actor?.timers[id];
    if (actor === null || timer === undefined) return;
    const { [id]: _fired, ...timers } = actor.timers;
    const key = `${to.task}/${to.ref}`;
    const statusBefore = this.#actors.get(key)?.statusBefore ?? statusOf(actor.state);
    this.#actors.set(key, { actor: { ...actor, timers }, statusBefore });
    this.take(to, { ...timer.event, at: this.now, dice: this.dice() } as ActorEvent);
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
    for (let next = this.#dispatcher.next(); next !== null; next = this.#dispatcher.next()) {
      const token = createToken();
      const taken = this.take(next, { type: 'step.start', at: this.now, token } as ActorEvent);
      if (taken !== 'taken')
        throw new Error(`assertion failed: ${next.task}/${next.ref} was queued and did not start`);
      this.run();
    }
  }

  #settle(
    entry: TaskEntry,
    ref: number,
    before: Actor | null,
    event: ActorEvent,
    turn: Turn,
    stale = false,
  ): void {
    const state = stateOf(turn.snapshot);
    const timers = this.#timersAfter(entry, ref, before, turn.effects);
    const actor: Actor = { entry, ref, snapshot: turn.snapshot, state, timers };
    const changed =
      before === null || before.state !== state || before.snapshot.context !== turn.snapshot.context;
    if (!changed && turn.effects.length === 0 && !event.type.startsWith('dependency.')) return;
    const key = `${entry.no}/${ref}`;
    const known = this.#actors.get(key);
    const statusBefore =
      known === undefined ? (before === null ? null : statusOf(before.state)) : known.statusBefore;
    this.#actors.set(key, { actor, statusBefore });
    this.#record(actor, before, event, turn.effects, stale);
    for (const effect of turn.effects) this.#perform(effect, actor, before);
    if (isStep(ref) && before !== null) this.#report(actor, standingOf(before.state), standingOf(state));
  }

  #timersAfter(
    entry: TaskEntry,
    ref: number,
    before: Actor | null,
    effects: readonly Effect[],
  ): Readonly<Record<string, Timer>> {
    let timers = before?.timers ?? {};
    for (const effect of effects) {
      if (effect.type === 'xstate.cancel') {
        const { [cancelledId(effect.params)]: _gone, ...rest } = timers;
        timers = rest;
      } else if (effect.type === 'xstate.raise') {
        const { event, id, delay } = effect.params as { event: { type: string }; id: string; delay?: number };
        if (delay === undefined) continue;
        if (delay > 0) timers = { ...timers, [id]: { dueAt: this.now + delay, event } };
        else this.send({ task: entry.no, ref }, { ...event, at: this.now, dice: this.dice() } as ActorEvent);
      }
    }
    return timers;
  }

  #record(
    actor: Actor,
    before: Actor | null,
    event: ActorEvent,
    effects: readonly Effect[],
    stale: boolean,
  ): void {
    const { entry, ref, state } = actor;
    const turns = this.#turnsOf(entry);
    const fact = factOf(ref, before?.state ?? null, state, effects);
    const context = actor.snapshot.context as Partial<StepContext>;
    const failed =
      event.type !== 'attempt.failed' && (fact === 'failed' || fact === 'retrying' || fact === 'skipped');
    turns.entries.push({
      r: ref,
      e: event as JournalEntry['e'],
      t: state,
      ...(ref === TASK_REF || (context.attempt ?? 0) === 0 ? {} : { a: context.attempt }),
      ...(fact === undefined ? {} : { k: fact }),
      ...(failed && context.error !== undefined ? { x: context.error } : {}),
      ...(fact === 'retrying' ? { d: context.delayMs } : {}),
      ...(stale ? { s: 1 } : {}),
    });
  }

  #turnsOf(entry: TaskEntry): TaskTurns {
    const known = this.#tasks.get(entry.no);
    if (known !== undefined) return known;
    const turns = { entry, firstSeq: this.#memory.lastSeq(entry.no) + 1, entries: [] };
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
        const { token } = actor.snapshot.context as StepContext;
        if (token === undefined) throw new Error('assertion failed: a running attempt has a token');
        this.#dispatcher.occupy(token, { handler: handlerOf(entry, ref), tenant: entry.tenant });
        this.dispatches.set(token, { ...address, token });
        break;
      }
      case 'release': {
        const { token } = (before?.snapshot.context ?? {}) as Partial<StepContext>;
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

  /** Writes everything; the caller's transaction makes it true. */
  write(): Written[] {
    for (const { actor, statusBefore } of this.#actors.values()) {
      const row = rowOf(actor);
      this.store.putActor(row);
      if (row.due_at !== null && row.due_at < this.earliestDueAt) this.earliestDueAt = row.due_at;
      const status = statusOf(actor.state);
      if (status === statusBefore) continue;
      if (actor.ref === TASK_REF) {
        this.store.setTaskStatus(actor.entry.no, status);
        this.statusChanges.push({ tenant: actor.entry.tenant, from: statusBefore, to: status });
      }
      if (isWebhook(actor.ref)) this.store.setWebhookStatus(actor.entry.no, actor.ref, webhookStatus(status));
    }
    return [...this.#tasks.values()]
      .filter(({ entries }) => entries.length > 0)
      .map((turns) => {
        const { entry, firstSeq, entries } = turns;
        return {
          ...turns,
          pos: this.store.appendJournal(entry.no, firstSeq, entries.length, JSON.stringify(entries)),
        };
      });
  }

  /** The commit made it true: memory takes it over. */
  committed(): void {
    for (const callback of this.#afterCommit) callback();
    const seqs = [...this.#tasks.values()].map(
      ({ entry, firstSeq, entries }) => [entry, firstSeq + entries.length - 1] as const,
    );
    this.#memory.committed(this.changed(), seqs);
  }

  *changed(): Generator<Actor> {
    for (const { actor } of this.#actors.values()) yield actor;
  }
}

/** XState hands its own `transition` a bare id, and a wrapped one to everybody else. */
function cancelledId(params: unknown): string {
  return typeof params === 'string' ? params : (params as { sendId: string }).sendId;
}
