/**
 * A random run: everything that is left to chance comes from one number, so that it can be had again. The process
 * dies at random points, commits fail, the clock jumps. When all is at rest it is held against the model; then
 * whoever is paused is resumed, who failed is retried, and all must end.
 */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TaskView } from '../../../src/views/tasks.ts';
import { Random } from '../kill/random.ts';
import { auditStore } from './audit.ts';
import { copyStore, removeStore } from './disk.ts';
import { tasksByKey } from './family.ts';
import { hasTime } from './family-plan.ts';
import { type Generated, generate } from './generate.ts';
import { Life, type PointKind } from './life.ts';
import { departures, expect } from './model.ts';
import type { Receiver } from './receiver.ts';
import { restFaults } from './rest-faults.ts';
import { type Move, retryInADay, tell, tellStep } from './scenario.ts';
import { newWorld } from './world.ts';

export interface SeedReport {
  readonly counts: Readonly<
    Record<'points' | 'crashes' | 'failed commits' | 'clock jumps' | 'tasks' | 'children', number>
  >;
  readonly findings: readonly string[];
}

const MOST_CRASHES = 6;
/** Each round uses up a bad attempt at least, and a step has six at most; but steps and tasks wait for one another. */
const MOST_ROUNDS = 200;
const HOUR_MS = 3_600_000;
const KEPT = 1_000;

export async function trySeed(
  seed: number,
  { folder, receiver }: { folder: string; receiver: Receiver },
): Promise<SeedReport> {
  const run = new SeedRun(seed, folder, receiver);
  try {
    await run.play();
  } catch (error) {
    run.findings.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const findings = await run.end();
  return { counts: run.counts, findings: findings.map((what) => `seed ${seed}: ${what}`) };
}

/** The key of the task at the top. */
const rootOf = (key: string): string => key.split('/')[0] ?? '';

class SeedRun {
  readonly findings: string[] = [];
  readonly counts = { points: 0, crashes: 0, 'failed commits': 0, 'clock jumps': 0, tasks: 0, children: 0 };
  readonly #random: Random;
  readonly #generated: Generated;
  readonly #world = newWorld();
  readonly #folder: string;
  readonly #receiver: Receiver;
  #db: string;
  #next: string | null = null;
  #life: Life | null = null;

  constructor(seed: number, folder: string, receiver: Receiver) {
    this.#random = new Random(seed);
    this.#generated = generate(this.#random);
    this.#folder = folder;
    this.#receiver = receiver;
    this.#db = join(folder, `seed-${seed}-0.db`);
  }

  async play(): Promise<void> {
    const expected = expect(this.#generated);
    await this.#rest();
    while (await this.#resumeAll());
    const touched = this.#touched();
    for (const key of expected.keys()) if (touched.has(rootOf(key))) expected.delete(key);
    this.findings.push(...departures(expected, this.#families()));
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const wasPaused = await this.#resumeAll();
      const hadFailed = await this.#retryAll();
      if (!wasPaused && !hadFailed) break;
    }
    this.counts.tasks = this.#tasks().length;
    this.counts.children = this.#families().size - this.counts.tasks;
    this.findings.push(...this.#unended());
    if (this.#life !== null) this.findings.push(...restFaults(this.#life.troupe, this.#world));
  }

  async end(): Promise<string[]> {
    await this.#life?.close();
    this.findings.push(...auditStore(this.#db, this.#world));
    removeStore(this.#db);
    return this.findings;
  }

  /** Through as many lives as it takes. */
  async #rest(): Promise<void> {
    for (;;) {
      this.#life ??= await this.#start();
      const stuck = await this.#life.play();
      if (!this.#life.isDead) {
        if (stuck !== null) throw new Error(stuck);
        return;
      }
      await this.#bury();
    }
  }

  async #bury(): Promise<void> {
    await this.#life?.close();
    this.#life = null;
    removeStore(this.#db);
    if (this.#next !== null) this.#db = this.#next;
    this.#next = null;
  }

  async #start(): Promise<Life> {
    for (;;) {
      const life = await Life.start({
        scenario: this.#generated.scenario,
        world: this.#world,
        db: this.#db,
        receiver: this.#receiver,
        random: () => this.#random.next(),
        isUnruly: true,
        onPoint: (kind) => this.#onPoint(kind),
        skipTo: (nextDue, now) => this.#skipTo(nextDue, now),
      });
      if (!life.isDead) return life;
      this.#life = life;
      await this.#bury();
    }
  }

  /** Tells whether the process dies here. */
  #onPoint(kind: PointKind): boolean {
    this.counts.points++;
    if (this.counts.crashes < MOST_CRASHES && this.#random.chance(0.04)) {
      this.counts.crashes++;
      this.#next = join(this.#folder, `life-${this.counts.crashes}-${Math.trunc(this.#world.now)}.db`);
      copyStore(this.#db, this.#next);
      return true;
    }
    if (kind === 'commit written' && this.#life !== null && this.#random.chance(0.02)) {
      this.counts['failed commits']++;
      throw new Database.SqliteError('the simulated disk is full', 'SQLITE_FULL');
    }
    return false;
  }

  #skipTo(nextDue: number, now: number): number {
    const dice = this.#random.next();
    if (dice > 0.07) return nextDue;
    this.counts['clock jumps']++;
    return dice > 0.02
      ? nextDue + this.#random.between(0, 24 * HOUR_MS)
      : now - this.#random.between(0, HOUR_MS);
  }

  #tasks(): readonly TaskView[] {
    return this.#life?.troupe.listTasks({ tenantId: null, limit: KEPT }).tasks ?? [];
  }

  /** All tasks by key, children too. */
  #families(): Map<string, TaskView> {
    return this.#life === null ? new Map() : tasksByKey(this.#life.troupe);
  }

  /** Tells all that are paused, parents first; returns whether there were any. */
  async #resumeAll(): Promise<boolean> {
    const paused = [...this.#families()].filter(([, { status }]) => status === 'paused');
    for (const [key, { id }] of paused) this.#world.ids[key] = id;
    this.#generated.scenario.moves.push(...paused.map(([key]) => tell('resume', key)));
    await this.#rest();
    return paused.length > 0;
  }

  /** Tells all that have failed, or one that has failed below them; returns whether there were any. */
  async #retryAll(): Promise<boolean> {
    const inVain = this.#inVain();
    const families = this.#families();
    const failed = this.#tasks()
      // One that was taken back is failed for good.
      .filter(
        ({ id, status, compensation }) => status === 'failed' && !inVain.has(id) && compensation === null,
      )
      .map(({ idempotencyKey }) => idempotencyKey ?? '');
    const mended = this.#compensations();
    this.#generated.scenario.moves.push(
      ...failed.map((key) => (this.#random.chance(0.3) ? this.#retryBelow(key, families) : retryInADay(key))),
      ...mended,
    );
    await this.#rest();
    return failed.length + mended.length > 0;
  }

  /** A retry of one of the children that have failed with it, and of itself where there is none. */
  #retryBelow(key: string, families: ReadonlyMap<string, TaskView>): Move {
    const failed = [...families].filter(
      ([at, { status }]) => status === 'failed' && at.startsWith(`${key}/`),
    );
    const [at = key, task] = this.#random.pick(failed) ?? [];
    if (task === undefined) return retryInADay(key);
    this.#world.ids[at] = task.id;
    return tell('retry', at);
  }

  /** Compensations that have failed are tried again. */
  #compensations(): Move[] {
    return this.#tasks().flatMap(({ idempotencyKey: key, steps }) =>
      steps.flatMap(({ name, compensates, status }) =>
        compensates !== undefined && status === 'failed' ? [tellStep('retry', key ?? '', name)] : [],
      ),
    );
  }

  /** The ids of tasks that wait for one that was cancelled or taken back: a retry would only give them time to wait again. */
  #inVain(): Set<string> {
    const cancelled = new Set<string>();
    const inVain = new Set<string>();
    for (const { id, status, dependencies, compensation } of this.#tasks().toReversed()) {
      const waits = dependencies.some(
        ({ taskId }) => cancelled.has(taskId ?? '') || inVain.has(taskId ?? ''),
      );
      if (status === 'cancelled' || compensation !== null) cancelled.add(id);
      else if (waits) inVain.add(id);
    }
    return inVain;
  }

  /** A task whose end hangs on the time. */
  #hasTime({ name, more }: Generated['wishes'][number]): boolean {
    const { workflows } = this.#generated.scenario;
    const flow = workflows.find((each) => each.name === name);
    return more?.deadlineSeconds != null || (flow !== undefined && hasTime(flow, workflows));
  }

  /** Returns tasks whose plan no longer tells their end, and those who wait for them. */
  #touched(): Set<string> {
    const told = this.#world.told.filter((what) => !/^(pause|resume) /.test(what));
    const touched = new Set(told.map((what) => rootOf(what.split(' ')[1] ?? '')));
    for (const [key, { id }] of this.#families()) if (this.#isCharged(id)) touched.add(rootOf(key));
    for (const wish of this.#generated.wishes) {
      const { key, more } = wish;
      const waits = more?.dependencies?.some((on) => touched.has(on)) === true;
      if (waits || this.#hasTime(wish)) touched.add(key);
    }
    return touched;
  }

  /** Three crashes under one attempt, the last while it ran alone, are taken for its work: it is charged with one. */
  #isCharged(id: string): boolean {
    const lost = new Map<string, number>();
    for (const { actor, event, attempt, detail } of this.#life?.troupe.history(null, id) ?? []) {
      const which = `${actor} ${attempt}`;
      const losses = lost.get(which) ?? 0;
      if (event === 'attempt.lost') lost.set(which, losses + 1);
      const { error } = detail as { error?: { code?: string | null } };
      if (event === 'attempt.failed' && error?.code === 'WORKER_DIED' && losses >= 2) return true;
    }
    return false;
  }

  /** A verb that was answered with yes is done, and after all retries nothing else keeps a task from its end. */
  #unended(): string[] {
    const { told } = this.#world;
    const cancelled = new Set<string>();
    return this.#tasks()
      .toReversed()
      .flatMap(({ id, idempotencyKey, status, dependencies, steps, deadline, compensation }) => {
        const key = idempotencyKey ?? '';
        const wanted = told.includes(`cancel ${key}`)
          ? 'cancelled'
          : dependencies.some(({ taskId }) => cancelled.has(taskId ?? ''))
            ? 'pending'
            : compensation === null
              ? 'complete'
              : 'failed';
        if (wanted !== 'complete') cancelled.add(id);
        const undone = steps.flatMap(({ name, status: is }) => {
          const byHand = told.includes(`skip ${key}/${name}`) && is !== 'skipped';
          return byHand ? [`${key}/${name} was skipped by hand and is ${is}`] : [];
        });
        // It has waited in vain for as long as it may.
        const isLate = wanted === 'pending' && status === 'failed' && deadline !== null;
        return status === wanted || isLate
          ? undone
          : [...undone, `${key} is ${status} in the end, not ${wanted}`];
      });
  }
}
