/** Loads a server in a long run: submissions, operations by hand, and how each has to end. */

import type { Random } from '../kill/random.ts';

export type End = 'complete' | 'failed' | 'cancelled';
export type Verb = 'pause' | 'resume' | 'cancel' | 'retry';

/** By hand: once the task has told this fact, or at once (null), one verb after the other. */
export interface Intervention {
  readonly after: 'failed' | 'paused' | null;
  readonly verb: Verb;
}

export interface Plan {
  readonly body: Readonly<Record<string, unknown>>;
  readonly end: End;
  readonly interventions: readonly Intervention[];
}

/** Where webhooks go: one place takes them, the other says that it is gone for good. */
export interface Hooks {
  readonly ok: string;
  readonly gone: string;
}

const TENANTS = ['default', 'north', 'south'] as const;

export class Load {
  readonly #random: Random;
  readonly #hooks: Hooks;
  readonly #remote: boolean;
  readonly #prefix: string;
  #count = 0;

  constructor(random: Random, hooks: Hooks, remote: boolean, prefix: string) {
    this.#random = random;
    this.#hooks = hooks;
    this.#remote = remote;
    this.#prefix = prefix;
  }

  /** Tasks to be submitted together. */
  next(): readonly Plan[] {
    const dice = this.#random.next();
    if (dice < 0.05) return Array.from({ length: this.#random.between(10, 40) }, () => this.#single());
    if (dice < 0.2) return this.#chain();
    if (dice < 0.4) return [this.#order()];
    if (dice < 0.48) return [this.#handled()];
    if (dice < 0.56) return [this.#delayedAndCancelled()];
    if (dice < 0.64) return [this.#pausedAndResumed()];
    if (dice < 0.72) return [this.#failedAndRetried()];
    if (dice < 0.76) return [this.#failedAndCancelled()];
    return [this.#single()];
  }

  #plan(name: string, more: object, end: End = 'complete', interventions: Plan['interventions'] = []): Plan {
    const random = this.#random;
    const dice = random.next();
    const url = dice < 0.3 ? this.#hooks.ok : dice < 0.32 ? this.#hooks.gone : null;
    const body = {
      name,
      idempotencyKey: `${this.#prefix}-${++this.#count}`,
      tenantId: random.pick(TENANTS),
      priority: random.between(1, 10),
      ...(url === null ? {} : { notificationUrl: url }),
      ...more,
    };
    return { body, end, interventions };
  }

  #single(): Plan {
    const random = this.#random;
    const isRemote = this.#remote && random.chance(0.3);
    const payload = { all: { ms: random.between(0, 60), failures: random.chance(0.05) ? 1 : 0 } };
    const delay = random.chance(0.1) ? { delaySeconds: random.between(1, 50) / 10 } : {};
    return this.#plan(isRemote ? 'RemoteWork' : 'Work', { payload, ...delay });
  }

  #order(): Plan {
    const random = this.#random;
    const payload = {
      Receive: { ms: random.between(0, 20) },
      Stock: { ms: random.between(0, 50), failures: random.chance(0.2) ? 1 : 0 },
      Pay: { ms: random.between(0, 50), failures: random.chance(0.2) ? 2 : 0 },
    };
    return this.#plan('Order', { payload });
  }

  /** Each depends on the one before, by name within its correlation. */
  #chain(): readonly Plan[] {
    const correlationId = `${this.#prefix}-chain-${this.#count}`;
    const common = { correlationId, tenantId: 'default' };
    const slow = { payload: { all: { ms: this.#random.between(0, 80) } } };
    return [
      this.#plan('Order', { ...common }),
      this.#plan('Work', { ...common, ...slow, dependencies: ['Order'] }),
      this.#plan('Handled', { ...common, dependencies: ['Order', 'Work'] }),
    ];
  }

  #handled(): Plan {
    const payload = { Try: { failures: 1 } };
    return this.#plan('Handled', { payload }, 'complete', [{ after: 'failed', verb: 'retry' }]);
  }

  #delayedAndCancelled(): Plan {
    return this.#plan('Work', { delaySeconds: 3_600 }, 'cancelled', [{ after: null, verb: 'cancel' }]);
  }

  #pausedAndResumed(): Plan {
    const payload = { Receive: { ms: 200 } };
    return this.#plan('Order', { payload }, 'complete', [
      { after: null, verb: 'pause' },
      { after: 'paused', verb: 'resume' },
    ]);
  }

  #failedAndRetried(): Plan {
    const more = { payload: { all: { failures: 1 } }, maxRetries: 0 };
    return this.#plan('Work', more, 'complete', [{ after: 'failed', verb: 'retry' }]);
  }

  #failedAndCancelled(): Plan {
    const more = { payload: { all: { failures: 9 } }, maxRetries: 0 };
    return this.#plan('Work', more, 'cancelled', [{ after: 'failed', verb: 'cancel' }]);
  }
}
