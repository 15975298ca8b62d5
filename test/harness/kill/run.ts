/**
 * A kill run: a process works through a load, is killed without warning at moments the seed chooses, and started
 * again on the same file. After each death a copy of the file is inspected as it was left.
 */

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fact } from '../../../src/views/tasks.ts';
import { Findings } from './findings.ts';
import { type Inspection, inspect } from './inspect.ts';
import { Leavings } from './leavings.ts';
import { type End, Load, type Unit } from './load.ts';
import { TroupeProcess, Unanswered } from './process.ts';
import { Random } from './random.ts';

export interface KillOptions {
  readonly seed: number;
  readonly kills: number;
  /** About how many tasks to submit. */
  readonly tasks: number;
  /** An empty folder, for the store and the log. */
  readonly folder: string;
  readonly say?: (line: string) => void;
}

export interface KillReport {
  readonly findings: Findings;
  readonly counts: Readonly<Record<string, number>>;
}

/** From its start on; what is waited for then waits through a death. */
const LONGEST_LIFE_MS = 900;
/** With nothing told for so long, the last life is taken for stuck. */
const STUCK_MS = 30_000;

export class KillRun {
  readonly #options: KillOptions;
  readonly #left: Leavings;
  readonly #random: Random;
  readonly #load: Load;
  readonly #findings = new Findings();
  readonly #acknowledged = new Map<string, End>();
  readonly #ended = new Set<string>();
  readonly #facts: Fact[] = [];
  readonly #dueTimes = new Map<string, number>();
  #lastFact = '0-0';
  /** To be sent: new, or sent to a process that died before it answered. */
  readonly #units: Unit[] = [];
  #submitted = 0;
  #unanswered = 0;
  #kills = 0;
  /** Summed over the kills. */
  readonly #underWay: Record<string, number> = {};

  constructor(options: KillOptions) {
    this.#options = options;
    this.#left = new Leavings(options.folder);
    this.#random = new Random(options.seed);
    this.#load = new Load(this.#random);
  }

  async run(): Promise<KillReport> {
    const { kills, tasks, say } = this.#options;
    for (let life = 0; life < kills; life++) {
      const wanted = Math.ceil(((life + 1) * tasks) / (kills + 1)) - this.#submitted;
      await this.#live(wanted);
      this.#addUp(this.#inspect(this.#left.copy()).underWay);
      say?.(
        `killed ${this.#kills} times, ${this.#acknowledged.size} tasks acknowledged, ${this.#ended.size} ended`,
      );
    }
    await this.#finish(tasks - this.#submitted);
    const { statuses } = this.#inspect(this.#left.db);
    for (const [id, end] of this.#acknowledged) {
      const status = statuses.get(id);
      this.#findings.check('end', status === end, () => `${id} is ${status}, not ${end}`);
    }
    const all = [...statuses.values()];
    const executions = this.#left.executions().filter(({ event }) => event === 'start');
    return {
      findings: this.#findings,
      counts: {
        kills: this.#kills,
        ...this.#underWay,
        'submissions unanswered and sent again': this.#unanswered,
        'tasks acknowledged': this.#acknowledged.size,
        'tasks stored': all.length,
        'tasks complete': all.filter((status) => status === 'complete').length,
        'tasks failed as planned': all.filter((status) => status === 'failed').length,
        executions: executions.length,
        'executions repeated after a kill':
          executions.length - new Set(executions.map(({ token }) => token)).size,
        'facts told': this.#facts.length,
      },
    };
  }

  /** From a start to a SIGKILL: while starting, upon a submission, or after so many facts, as the dice will. */
  async #live(wanted: number): Promise<void> {
    const random = this.#random;
    const dice = random.next();
    const startingMs = dice < 0.1 ? random.between(100, 600) : 10_000;
    const isSudden = dice > 0.8;
    let left = isSudden ? random.between(1, 6) : random.between(1, 110);
    let die: () => void = () => undefined;
    const time = new Promise<void>((resolve) => {
      die = resolve;
    });
    const countDown = (): void => {
      left--;
      if (left === 0) die();
    };
    const child = this.#start(isSudden ? () => undefined : countDown);
    const deadline = new AbortController();
    const dieAfter = (ms: number): unknown =>
      sleep(ms, undefined, { signal: deadline.signal }).then(die, () => undefined);
    dieAfter(startingMs);
    const load = child.ready.then(() => {
      dieAfter(LONGEST_LIFE_MS);
      return this.#submit(child, wanted, isSudden ? countDown : () => undefined);
    });
    await time;
    deadline.abort();
    // Not always in step with what was told last.
    if (!isSudden) await sleep(random.between(0, 10));
    await child.kill();
    this.#kills++;
    await load.catch(ignoreUnanswered);
  }

  /** The last life: nobody kills it, and everything has to end. */
  async #finish(wanted: number): Promise<void> {
    let told = 0;
    const child = this.#start(() => {
      told++;
    });
    await child.ready;
    await this.#submit(child, wanted, () => undefined);
    let before = -1;
    let quietMs = 0;
    while (this.#openTasks() > 0 && quietMs < STUCK_MS) {
      quietMs = told === before ? quietMs + 50 : 0;
      before = told;
      await sleep(50);
    }
    await child.kill();
  }

  #openTasks(): number {
    return [...this.#acknowledged.keys()].filter((id) => !this.#ended.has(id)).length;
  }

  #start(onFact: () => void): TroupeProcess {
    const options = {
      db: this.#left.db,
      log: this.#left.log,
      after: this.#lastFact,
    };
    return new TroupeProcess(options, ({ id, fact }) => {
      this.#lastFact = id;
      this.#facts.push(fact);
      if (fact.actor === 'task' && ['complete', 'failed'].includes(fact.fact)) this.#ended.add(fact.taskId);
      onFact();
    });
  }

  /** First what was not answered before, with the same idempotency keys; then new work, bit by bit. */
  async #submit(child: TroupeProcess, wanted: number, onSent: () => void): Promise<void> {
    const complete = [...this.#acknowledged].filter(([, end]) => end === 'complete').map(([id]) => id);
    for (let tasks = 0; tasks < wanted; ) {
      const unit = this.#load.next(complete);
      tasks += unit.requests.length;
      this.#submitted += unit.requests.length;
      this.#units.push(unit);
    }
    const pauses = this.#units.map(() => (this.#random.chance(0.5) ? this.#random.between(1, 40) : 0));
    const sendAll = async (): Promise<void> => {
      for (let unit = this.#units.shift(); unit !== undefined; unit = this.#units.shift()) {
        const sent = this.#send(child, unit);
        onSent();
        if (!(await sent)) return;
        await sleep(pauses.pop());
      }
    };
    await Promise.all([sendAll(), sendAll()]);
  }

  /** False if it died before it answered. */
  async #send(child: TroupeProcess, unit: Unit): Promise<boolean> {
    try {
      const { tasks } = await child.call('submitBatch', unit.requests);
      for (const [index, { id }] of tasks.entries())
        this.#acknowledged.set(id, unit.ends[index] ?? 'complete');
      return true;
    } catch (error) {
      ignoreUnanswered(error);
      this.#unanswered++;
      this.#units.unshift(unit);
      return false;
    }
  }

  #addUp(underWay: Inspection['underWay']): void {
    for (const [what, count] of Object.entries(underWay)) {
      const name = `${what} when killed`;
      this.#underWay[name] = (this.#underWay[name] ?? 0) + count;
    }
  }

  #inspect(path: string): Inspection {
    if (!existsSync(path)) return { statuses: new Map(), underWay: {} };
    const seen = {
      acknowledged: this.#acknowledged.keys(),
      facts: this.#facts,
      log: this.#left.executions(),
      dueTimes: this.#dueTimes,
    };
    return inspect(path, seen, this.#findings);
  }
}

function ignoreUnanswered(error: unknown): void {
  if (!(error instanceof Unanswered)) throw error;
}
