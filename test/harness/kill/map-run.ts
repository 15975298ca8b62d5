/**
 * Kills a process in the middle of one long map, again and again. After each death, and at the end, a child is there
 * once for each element that was reached, no more of them work than may, and no commit was too large.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseTaskRequest } from '../../../src/workflow/task-request.ts';
import { FamilyWatch } from '../simulate/family-watch.ts';
import { Findings } from './findings.ts';
import { inspect } from './inspect.ts';
import { Leavings } from './leavings.ts';
import { TroupeProcess, Unanswered } from './process.ts';
import type { StepPlan } from './protocol.ts';
import { Random } from './random.ts';

export interface MapOptions {
  readonly seed: number;
  readonly kills: number;
  readonly items: number;
  /** An empty folder, for the store and the log. */
  readonly folder: string;
}

export interface MapReport {
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** After a second death they work one at a time. */
const LONGEST_MS = 20;
/** With nothing told for so long, a life is taken for stuck. */
const STUCK_MS = 60_000;

export class MapRun {
  readonly #options: MapOptions;
  readonly #left: Leavings;
  readonly #random: Random;
  readonly #findings = new Findings();
  readonly #faults: string[] = [];
  readonly #items: readonly StepPlan[];
  readonly #complete = new Set<string>();
  #lastFact = '0-0';
  #root: string | null = null;
  #mostActors = 0;

  constructor(options: MapOptions) {
    this.#options = options;
    this.#left = new Leavings(options.folder);
    this.#random = new Random(options.seed);
    this.#items = Array.from({ length: options.items }, () => ({ ms: this.#random.between(0, LONGEST_MS) }));
  }

  async run(): Promise<MapReport> {
    const { kills, items } = this.#options;
    let kept = 0;
    for (let life = 0; life < kills; life++) {
      const left = items - this.#complete.size;
      await this.#live(this.#random.between(1, Math.ceil(left / (kills - life + 1))));
      kept = this.#complete.size;
      this.#look(this.#left.copy());
    }
    await this.#live(Number.POSITIVE_INFINITY);
    this.#look(this.#left.db);
    const log = this.#left.executions();
    const { statuses } = inspect(
      this.#left.db,
      { acknowledged: [this.#root ?? 'none'], facts: [], log, dueTimes: new Map() },
      this.#findings,
    );
    const ends = [...statuses.values()];
    this.#check(statuses.get(this.#root ?? '') === 'complete', 'the task is not complete');
    this.#check(ends.length === items + 1, `there are ${ends.length - 1} children for ${items} elements`);
    this.#check(
      ends.every((status) => status === 'complete'),
      'a child is not complete',
    );
    this.#check(this.#mostActors <= 500, `a commit changed ${this.#mostActors} actors`);
    const starts = log.filter(({ event }) => event === 'start');
    return {
      violations: [...this.#faults, ...this.#findings.violations],
      counts: {
        kills,
        elements: items,
        'complete before the last kill': kept,
        'children stored': ends.length - 1,
        executions: starts.length,
        'executions repeated after a kill': starts.length - new Set(starts.map(({ token }) => token)).size,
        'actors changed by the largest commit': this.#mostActors,
      },
    };
  }

  #check(holds: boolean, what: string): void {
    if (!holds) this.#faults.push(what);
  }

  /** From a start until so many more children are complete, or the task is; then a SIGKILL. */
  async #live(quota: number): Promise<void> {
    let left = quota;
    let heardAt = Date.now();
    const child = new TroupeProcess(
      { db: this.#left.db, log: this.#left.log, after: this.#lastFact },
      ({ id, fact }) => {
        this.#lastFact = id;
        heardAt = Date.now();
        if (fact.actor !== 'task' || fact.fact !== 'complete') return;
        this.#complete.add(fact.taskId);
        left--;
      },
    );
    await child.ready;
    try {
      const payload = { items: this.#items };
      const sent = await child.call(
        'submit',
        parseTaskRequest({ name: 'Map', idempotencyKey: 'map', payload }),
      );
      this.#root = sent.taskId;
      const isOver = (): boolean => left <= 0 || this.#complete.has(sent.taskId);
      while (!isOver() && Date.now() - heardAt < STUCK_MS) await sleep(5);
      this.#check(isOver(), `nothing was told for ${STUCK_MS} ms`);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.#faults.push(`it died by itself: ${error.message}`);
    }
    await child.kill();
    this.#mostActors = Math.max(this.#mostActors, child.mostActors);
  }

  #look(path: string): void {
    const watch = new FamilyWatch(path);
    this.#faults.push(...watch.look(0));
    watch.close();
  }
}
