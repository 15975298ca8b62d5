/** Keeps what was acknowledged, what has been told of it, and what webhooks it must cause. */

import type { Fact } from '../../../src/views/tasks.ts';
import type { End, Intervention, Plan } from './load.ts';

interface Account {
  readonly end: End;
  readonly hook: string | null;
  readonly open: Intervention[];
  status: string | null;
  /** Types of the webhooks its ends have caused, with repetitions. */
  readonly ends: string[];
}

const ENDS: ReadonlySet<string> = new Set(['complete', 'failed', 'cancelled']);

export class Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #onDue: (taskId: string, intervention: Intervention) => void;
  /** Facts told before the answer to the submission. */
  readonly #early = new Map<string, Fact[]>();

  /** `onDue`: it is time to do this by hand. */
  constructor(onDue: (taskId: string, intervention: Intervention) => void) {
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#accounts.size;
  }

  acknowledge(taskId: string, { end, body, interventions }: Plan): void {
    if (this.#accounts.has(taskId)) return;
    const hook = (body['notificationUrl'] as string | undefined) ?? null;
    const account: Account = { end, hook, open: [...interventions], status: null, ends: [] };
    this.#accounts.set(taskId, account);
    this.#proceed(taskId, account, null);
    for (const fact of this.#early.get(taskId) ?? []) this.tell(fact);
    this.#early.delete(taskId);
  }

  tell(fact: Fact): void {
    const account = this.#accounts.get(fact.taskId);
    if (account === undefined) {
      this.#early.set(fact.taskId, [...(this.#early.get(fact.taskId) ?? []), fact]);
      return;
    }
    account.status = fact.fact;
    if (fact.fact === 'complete' || fact.fact === 'failed') account.ends.push(`task.${fact.fact}`);
    this.#proceed(fact.taskId, account, fact.fact);
  }

  #proceed(taskId: string, account: Account, told: string | null): void {
    const [first] = account.open;
    if (first === undefined || first.after !== told) return;
    account.open.shift();
    this.#onDue(taskId, first);
  }

  unended(): string[] {
    return [...this.#accounts]
      .filter(([, { status, end }]) => status === null || !ENDS.has(status) || status !== end)
      .map(([taskId]) => taskId);
  }

  /** The webhooks that must have come, by task. */
  *owed(): Generator<{ taskId: string; hook: string; types: readonly string[] }> {
    for (const [taskId, { hook, ends }] of this.#accounts) {
      if (hook !== null && ends.length > 0) yield { taskId, hook, types: ends };
    }
  }
}
