/**
 * A long run: a real server under a mixed load over HTTP, with a worker on NATS where there is a nats-server, and a
 * fault every so often. Nothing of it is simulated; what it saw from outside is compared with what the server says.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyStore } from '../../../src/recovery/verify.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import { Random } from '../kill/random.ts';
import { Client } from './client.ts';
import { Faults, type Targets } from './faults.ts';
import { Follower } from './follow.ts';
import { growthOf, type Sample, sample } from './gauges.ts';
import { Ledger } from './ledger.ts';
import { type Intervention, Load, type Plan } from './load.ts';
import { type Minute, Minutes } from './minutes.ts';
import type { Command } from './processes.ts';
import { Receiver } from './receiver.ts';
import { startAll, stopAll } from './start.ts';
import { type Growths, type Hooks, judgeGrowth, judgeHooks } from './verdict.ts';
import { workflowsFor } from './workflows.ts';

export interface LongRunOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Submissions a second, each of one task or several. */
  readonly rate: number;
  /** A fault about so often. */
  readonly faultEverySeconds: number;
  /** As `troupe serve --retention` takes it. */
  readonly retention: string;
  /** A short run looks at memory, handles and store more often than once a second. */
  readonly sampleEveryMs?: number;
  /** An empty folder. */
  readonly folder: string;
  readonly say?: (line: string) => void;
}

export interface LongRunReport {
  readonly seed: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: Faults['counts'];
  readonly recoveriesMs: readonly number[];
  readonly webhooks: Omit<Hooks, 'problems'>;
  /** The growth in the last life of the server: bytes, and handles. */
  readonly growth: Growths;
  readonly minutes: readonly Minute[];
  readonly problems: readonly string[];
}

const SAMPLE_EVERY_MS = 1_000;
const LIST_DEAD_EVERY_MS = 1_000;
/** From then on the server lives: its memory is looked at over the rest. */
const SERVER_SPARED_FROM = 0.5;
/** Without any news for so long, what has not ended is stuck. */
const STUCK_MS = 30_000;

export class LongRun {
  readonly #options: LongRunOptions;
  readonly #random: Random;
  readonly #client = new Client(() => this.#url);
  readonly #ledger = new Ledger((taskId, what) => void this.#intervene(taskId, what));
  readonly #samples: Sample[] = [];
  readonly #dead = new Set<string>();
  readonly #problems: string[] = [];
  readonly #minutes: Minutes;
  #url = '';
  #underWay = 0;
  #submitted = 0;
  #news = 0;

  constructor(options: LongRunOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#minutes = new Minutes(this.#client);
  }

  async run(): Promise<LongRunReport> {
    const { seconds, seed } = this.#options;
    const receiver = await Receiver.start(new Random(seed + 1));
    const { folder, retention } = this.#options;
    const { targets, url } = await startAll({ folder, db: this.#db, retention, hooksAt: receiver.url });
    this.#url = url;
    const faults = new Faults(targets, new Random(seed + 2));
    const follower = new Follower(
      () => this.#url,
      (fact) => {
        this.#news++;
        this.#minutes.count(fact.fact);
        this.#ledger.tell(fact);
      },
    );
    const following = follower.run().catch((error: Error) => void this.#problems.push(error.message));
    try {
      for (const workflow of workflowsFor(targets.worker !== null)) await this.#register(workflow);
      const endAt = Date.now() + seconds * 1_000;
      await Promise.all([
        this.#submitUntil(endAt, receiver, targets.worker !== null),
        this.#befallUntil(endAt, faults),
        this.#watchUntil(endAt, targets.server, faults),
        this.#listDeadUntil(endAt),
      ]);
      const waiting = await this.#settle(receiver);
      const hooks = judgeHooks({ ledger: this.#ledger, receiver, faults, dead: this.#dead, waiting });
      return await this.#report(hooks, faults, targets);
    } finally {
      follower.stop();
      await following;
      await stopAll(targets);
      receiver.close();
    }
  }

  get #db(): string {
    return join(this.#options.folder, 'troupe.db');
  }

  async #register(workflow: unknown): Promise<void> {
    const { status, body } = await this.#client.post('/workflows', workflow);
    if (status !== 201 && status !== 200)
      throw new Error(`POST /workflows: ${status} ${JSON.stringify(body)}`);
  }

  async #submitUntil(endAt: number, receiver: Receiver, remote: boolean): Promise<void> {
    const hooks = { ok: `${receiver.url}/ok`, gone: `${receiver.url}/gone` };
    const load = new Load(this.#random, hooks, remote, `run-${this.#options.seed}`);
    const most = this.#options.rate * 5;
    while (Date.now() < endAt) {
      // While the server is away its callers wait, and do not become more and more.
      if (this.#underWay < most) void this.#submit(load.next());
      await sleep(1_000 / this.#options.rate);
    }
    while (this.#underWay > 0) await sleep(50);
  }

  async #submit(plans: readonly Plan[]): Promise<void> {
    this.#underWay++;
    const { status, body } = await this.#client.post('/tasks/batch', {
      tasks: plans.map((plan) => plan.body),
    });
    this.#underWay--;
    this.#submitted += plans.length;
    if (status !== 201 && status !== 200) {
      this.#problems.push(`POST /tasks/batch: ${status} ${JSON.stringify(body)}`);
      return;
    }
    const { tasks } = body as { tasks: readonly { id: string }[] };
    tasks.forEach(({ id }, index) => {
      const plan = plans[index];
      if (plan !== undefined) this.#ledger.acknowledge(id, plan);
    });
  }

  /** Too late, or done before an answer was lost: 409, or by now deleted. */
  async #intervene(taskId: string, { verb }: Intervention): Promise<void> {
    const { status, body } = await this.#client.post(`/tasks/${taskId}/${verb}`, { reason: 'long run' });
    if (![200, 404, 409].includes(status))
      this.#problems.push(`${verb} of task ${taskId}: ${status} ${JSON.stringify(body)}`);
  }

  async #befallUntil(endAt: number, faults: Faults): Promise<void> {
    const { faultEverySeconds, seconds, say } = this.#options;
    const sparedFrom = endAt - seconds * 1_000 * (1 - SERVER_SPARED_FROM);
    for (;;) {
      const pauseMs = this.#random.between(faultEverySeconds * 600, faultEverySeconds * 1_400);
      await sleep(Math.min(pauseMs, Math.max(0, endAt - Date.now())));
      if (Date.now() >= endAt) return;
      const fault = await faults.next(Date.now() > sparedFrom);
      say?.(`${fault}; ${this.#ledger.size} tasks acknowledged, ${this.#ledger.unended().length} under way`);
    }
  }

  async #watchUntil(endAt: number, server: Command, faults: Faults): Promise<void> {
    const begun = Date.now();
    while (Date.now() < endAt) {
      const now = sample(server.pid, this.#db, faults.serverKilledAt.length, Date.now() - begun);
      if (now !== null) this.#samples.push(now);
      this.#minutes.tick(Date.now() - begun, now, this.#ledger.size);
      await sleep(this.#options.sampleEveryMs ?? SAMPLE_EVERY_MS);
    }
  }

  async #listDeadUntil(endAt: number): Promise<void> {
    while (Date.now() < endAt) {
      await this.#listDead();
      await sleep(LIST_DEAD_EVERY_MS);
    }
  }

  /** Before they are old enough to be deleted with their tasks. */
  async #listDead(): Promise<void> {
    for (const { id } of await this.#hooks('dead')) this.#dead.add(id);
  }

  async #hooks(status: string): Promise<readonly { id: string; taskId: string }[]> {
    const { body } = await this.#client.get(`/webhooks?status=${status}&limit=200`);
    return (body as { webhooks: readonly { id: string; taskId: string }[] }).webhooks;
  }

  /** Waits until everything has ended, or nothing happens any more; gives what webhooks are still to be sent. */
  async #settle(receiver: Receiver): Promise<readonly { taskId: string }[]> {
    let news = -1;
    let quietSince = Date.now();
    for (;;) {
      await this.#listDead();
      const waiting = [...(await this.#hooks('pending')), ...(await this.#hooks('retrying'))];
      const isOver = this.#ledger.unended().length === 0 && waiting.length === 0;
      if (isOver || Date.now() - quietSince > STUCK_MS) return waiting;
      if (news !== this.#news + receiver.requests) quietSince = Date.now();
      news = this.#news + receiver.requests;
      await sleep(200);
    }
  }

  async #report(hooks: Hooks, faults: Faults, { server, worker }: Targets): Promise<LongRunReport> {
    const { seed, seconds } = this.#options;
    for (const taskId of this.#ledger.unended()) {
      const { body } = await this.#client.get(`/tasks/${taskId}`);
      const { status, waitingFor, detail } = body as Record<string, unknown>;
      this.#problems.push(
        `task ${taskId} has not ended as it should: ${JSON.stringify({ status, waitingFor, detail })}`,
      );
    }
    const code = await server.end('SIGTERM');
    if (code !== 0) this.#problems.push(`told to stop, the server ended with code ${code}`);
    const growth: Growths = {
      memory: growthOf(this.#samples, ({ rssBytes }) => rssBytes),
      handles: growthOf(this.#samples, ({ handles }) => handles),
      store: growthOf(this.#samples, ({ storeBytes }) => storeBytes),
    };
    const { problems: hookProblems, ...webhooks } = hooks;
    return {
      seed,
      seconds,
      counts: {
        submitted: this.#submitted,
        acknowledged: this.#ledger.size,
        'calls without an answer': this.#client.unanswered,
        'calls put off by 429 or 503': this.#client.putOff,
        'facts told': this.#news,
        'tasks left by the retention': this.#verify(),
      },
      faults: faults.counts,
      recoveriesMs: faults.recoveriesMs.map(Math.round),
      webhooks,
      growth,
      minutes: this.#minutes.all,
      problems: [
        ...this.#problems,
        ...this.#client.serverErrors,
        ...server.surprises.map((how) => `the server: ${how}`),
        ...(worker?.surprises ?? []).map((how) => `the worker: ${how}`),
        ...hookProblems,
        ...judgeGrowth(growth),
      ],
    };
  }

  /** The store it leaves is sound; gives how many tasks are in it. */
  #verify(): number {
    const store = new SqliteStore(this.#db);
    try {
      const { tasks, findings } = verifyStore(store);
      for (const { taskId, actor, problem } of findings)
        this.#problems.push(`store: ${taskId ?? ''} ${actor ?? ''}: ${problem}`);
      return tasks;
    } finally {
      store.close();
    }
  }
}
