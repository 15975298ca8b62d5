/**
 * One life of a Troupe on a file: the real engine, with the clock, the workers, the receiver and the callers in the
 * simulation's hands. It goes on by itself until nothing happens, then a move is made, or else the time is moved.
 */

import { ANY } from '../../../src/bus/subjects.ts';
import { createTroupe, type Troupe } from '../../../src/troupe.ts';
import type { Fact, TaskView } from '../../../src/views/tasks.ts';
import { PermanentError } from '../../../src/worker/errors.ts';
import type { HandlerContext } from '../../../src/worker/job.ts';
import type { LogLine } from '../kill/protocol.ts';
import { SimulatedClock } from './clock.ts';
import { watchCommits } from './commits.ts';
import type { FamilyPlan, PlannedPayload } from './family-plan.ts';
import { FamilyWatch } from './family-watch.ts';
import type { Delivery, Receiver } from './receiver.ts';
import { HANDLER, isDenied, isUnavailable, type Move, type Scenario, type Stage } from './scenario.ts';
import type { World } from './world.ts';

/** A moment at which the process may stop: the world and the disk are as they would be found. */
export type PointKind =
  | 'commit written'
  | 'committed'
  | 'job sent'
  | 'job done'
  | 'webhook sent'
  | 'fact told';

export interface LifeOptions {
  readonly scenario: Scenario;
  readonly world: World;
  readonly db: string;
  readonly receiver: Receiver;
  readonly random: () => number;
  /** True: the process stops here, and nobody hears of it again. */
  readonly onPoint: (kind: PointKind) => boolean;
  /** Moves come at random moments: any verb may be refused, and at rest the next is made in any case. */
  readonly isUnruly?: boolean;
  /** Where to move the time, when something is due at `nextDue`. */
  readonly skipTo?: (nextDue: number, now: number) => number;
}

/** Turns of the event loop in which nothing happens, after which nothing will. */
const QUIET_TURNS = 12;
const MAX_SKIPS = 20_000;
const ANSWER_MS = 10_000;
const MOST_WEBHOOKS = 1_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const never = (): Promise<never> => new Promise(() => undefined);

/** A dependent sees the output of a step without what that has seen itself. */
const brief = (output: unknown): unknown =>
  typeof output === 'object' && output !== null && 'attempt' in output ? { attempt: output.attempt } : output;

export class Life implements Stage {
  readonly world: World;
  readonly #options: LifeOptions;
  readonly #clock: SimulatedClock;
  readonly #families: FamilyWatch;
  readonly #unwatch: () => void;
  /** Attempts that go on until somebody ends them, by token. */
  readonly #held = new Map<string, { readonly name: string; readonly end: () => void }>();
  #troupe: Troupe | null = null;
  #happened = 0;
  #isDead = false;

  private constructor(options: LifeOptions) {
    this.#options = options;
    this.world = options.world;
    this.#clock = new SimulatedClock(options.world.now);
    this.#families = new FamilyWatch(options.db);
    this.#unwatch = watchCommits(options.db, {
      before: () => this.#point('commit written'),
      after: (actors) => {
        this.world.faults.push(...this.#families.look(actors));
        this.#point('committed');
      },
    });
  }

  static async start(options: LifeOptions): Promise<Life> {
    const life = new Life(options);
    const troupe = await createTroupe({
      db: options.db,
      handlers: [{ name: HANDLER, run: (job) => life.#work(job), concurrency: null }],
      workflows: options.scenario.workflows,
      webhooks: { secret: null, allow: ['127.0.0.1'] },
      clock: life.#clock,
      random: options.random,
    });
    life.#troupe = troupe;
    const facts = troupe.subjects.eventsPattern({ tenantId: ANY, taskId: ANY });
    troupe.bus.subscribe(facts, {}, ({ data }) => {
      if (life.#isDead) return;
      life.world.facts.push(JSON.parse(Buffer.from(data).toString()) as Fact);
      life.#point('fact told');
    });
    return life;
  }

  get troupe(): Troupe {
    if (this.#troupe === null) throw new Error('it has not been started');
    return this.#troupe;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get db(): string {
    return this.#options.db;
  }

  get receiverUrl(): string {
    return this.#options.receiver.url;
  }

  async close(): Promise<void> {
    this.#isDead = true;
    await this.#troupe?.close({ graceMs: 0 });
    this.#unwatch();
    this.#families.close();
  }

  see(key: string): TaskView | null {
    const id = this.world.ids[key];
    return id === undefined ? null : this.troupe.getTask(null, id);
  }

  release(name: string): void {
    this.world.released.push(name);
    for (const held of [...this.#held.values()]) if (held.name === name) held.end();
  }

  /** Until it rests or dies. Says what keeps it from coming to rest, or null. */
  async play(): Promise<string | null> {
    const { moves } = this.#options.scenario;
    for (let skips = 0; !this.#isDead; ) {
      await this.settle();
      if (this.#isDead) return null;
      const move = moves[this.world.moved];
      if (move !== undefined && this.#isTimeFor(move)) {
        await this.#make(move);
        continue;
      }
      if (this.#skip()) {
        skips++;
        if (skips > MAX_SKIPS) return 'it never comes to rest';
        continue;
      }
      if (move === undefined) return null;
      if (this.#options.isUnruly !== true) return `the moment to ${move.what} never came`;
      await this.#make(move);
    }
    return null;
  }

  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS && !this.#isDead; ) {
      const before = this.#happened;
      await turn();
      quiet = this.#happened === before ? quiet + 1 : 0;
      if (quiet === QUIET_TURNS && (await this.#answerOne())) quiet = 0;
    }
  }

  /** One that was begun before and never answered is made again at once: its moment may be over because of it. */
  #isTimeFor({ when }: Move): boolean {
    return this.world.isRepeated || when === undefined || when((key) => this.see(key));
  }

  async #make(move: Move): Promise<void> {
    const { world } = this;
    const wasBegun = world.isRepeated;
    world.isRepeated = true;
    try {
      await move.make(this);
    } catch (error) {
      if (this.#isDead) return;
      // The disk failed, and nothing was done.
      if (isUnavailable(error)) {
        this.#skip();
        return;
      }
      if (!(isDenied(error) && (wasBegun || this.#options.isUnruly === true))) throw error;
    }
    if (this.#isDead) return;
    world.moved++;
    world.isRepeated = false;
  }

  /** False when nothing is due, ever. */
  #skip(): boolean {
    const { nextDue } = this.#clock;
    if (nextDue === null) return false;
    const now = this.#clock.now();
    this.#clock.moveTo(this.#options.skipTo?.(nextDue, now) ?? nextDue);
    this.world.now = this.#clock.now();
    return true;
  }

  /** The oldest webhook under way, and what follows from the answer; false when none is. */
  async #answerOne(): Promise<boolean> {
    const underWay = (): number =>
      this.troupe
        .listWebhooks(null, undefined, MOST_WEBHOOKS)
        .filter(
          ({ status, nextAttemptAt }) =>
            status !== 'delivered' && status !== 'dead' && nextAttemptAt === null,
        ).length;
    const before = underWay();
    // While the disk takes nothing, an answer may wait for its commit, and that for the clock.
    if (before === 0 || !this.troupe.health().ready) return false;
    const { receiver, scenario } = this.#options;
    await this.#until(() => receiver.waiting >= before, 'webhooks to arrive');
    const delivery = receiver.take();
    if (this.#isDead || delivery === undefined) return false;
    const earlier = this.world.received.filter(({ id }) => id === delivery.id).length;
    this.#receive(delivery, scenario.answers?.[earlier] ?? 200);
    const happened = this.#happened;
    await this.#until(() => this.#happened > happened, 'the answer to arrive');
    return true;
  }

  #receive(delivery: Delivery, answer: number): void {
    const { id, taskId, type } = delivery;
    this.world.received.push({ id, taskId, type, answer });
    this.#point('webhook sent');
    delivery.answer(answer);
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + ANSWER_MS;
    while (!this.#isDead && !holds()) {
      if (Date.now() > deadline) throw new Error(`waited ${ANSWER_MS} ms in vain for ${what}`);
      await turn();
    }
  }

  #point(kind: PointKind): void {
    this.#happened++;
    if (!this.#isDead && this.#options.onPoint(kind)) this.#isDead = true;
  }

  async #work(job: HandlerContext): Promise<unknown> {
    if (this.#isDead) return never();
    const { payload, step, attempt } = job;
    const { key, item, ...own } = payload as unknown as PlannedPayload;
    const planned = item ?? own;
    this.#log(job, 'start');
    this.#point('job sent');
    const act = this.#isReplaced(job, planned)
      ? 'complete'
      : (planned.plan?.[step]?.[attempt - 1] ?? 'complete');
    if (act === 'hang') await this.#hold(job, null);
    if (act === 'hold' && !this.world.released.includes(`${key}/${step}`))
      await this.#hold(job, `${key}/${step}`);
    if (this.#isDead) return never();
    this.#log(job, act === 'fail' || act === 'permanent' ? 'failed' : 'complete');
    this.#point('job done');
    if (act === 'fail') throw new Error(`attempt ${attempt} of ${step} fails`);
    if (act === 'permanent') throw new PermanentError(`attempt ${attempt} of ${step} fails for good`);
    const seen = Object.entries(job.dependencies).map(([name, output]) => [name, brief(output)] as const);
    const list = planned.lists?.[step];
    return { attempt, dependencies: Object.fromEntries(seen), ...(list === undefined ? {} : { list }) };
  }

  /** A child that took the place of another has no plan: with that of the first it would fail as that did, each time. */
  #isReplaced({ taskId }: HandlerContext, { at }: Partial<FamilyPlan>): boolean {
    if (at === undefined) return false;
    this.world.first[at] ??= taskId;
    return this.world.first[at] !== taskId;
  }

  #log({ taskId, step, attempt, token }: HandlerContext, event: LogLine['event']): void {
    // Without a time of its own: the clock may be set back between an attempt and its commit.
    this.world.log.push({ at: 0, pid: 0, taskId, step, attempt, token, event });
  }

  /** Until released by name, or for ever. What is stopped from outside is no longer held. */
  #hold({ token, signal }: HandlerContext, name: string | null): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#held.delete(token);
        resolve();
      };
      this.#held.set(token, { name: name ?? '', end });
      signal.addEventListener('abort', () => {
        this.#held.delete(token);
        this.#happened++;
      });
    });
  }
}
