/** Makes the faults of a long run, one after another, in a random order. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsServer } from '../../../src/cli/nats-server.ts';
import type { Random } from '../kill/random.ts';
import type { Command } from './processes.ts';

export interface Targets {
  readonly server: Command;
  /** Null where no nats-server is installed. */
  readonly worker: Command | null;
  readonly nats: { server: NatsServer; restart(): Promise<NatsServer> } | null;
}

export type FaultName = 'server killed' | 'server frozen' | 'worker killed' | 'nats-server killed';

const FROZEN_MS = [200, 2_500] as const;
const NATS_AWAY_MS = [0, 4_000] as const;
const SERVER_AWAY_MS = [0, 1_000] as const;

export class Faults {
  readonly #targets: Targets;
  readonly #random: Random;
  readonly counts: Partial<Record<FaultName, number>> = {};
  readonly serverKilledAt: number[] = [];
  /** How long the server took to be ready again. */
  readonly recoveriesMs: number[] = [];

  constructor(targets: Targets, random: Random) {
    this.#targets = targets;
    this.#random = random;
  }

  /** `spareServer`: it is frozen at most, so that one life of it is long. */
  async next(spareServer: boolean): Promise<FaultName> {
    const { worker, nats } = this.#targets;
    const possible: FaultName[] = [
      ...(spareServer ? [] : (['server killed', 'server killed'] as const)),
      'server frozen',
      ...(worker === null ? [] : (['worker killed'] as const)),
      ...(nats === null ? [] : (['nats-server killed'] as const)),
    ];
    const fault = this.#random.pick(possible) ?? 'server frozen';
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    await this.#befall(fault);
    return fault;
  }

  async #befall(fault: FaultName): Promise<void> {
    const { server, worker, nats } = this.#targets;
    switch (fault) {
      case 'server killed':
        this.serverKilledAt.push(Date.now());
        await server.end('SIGKILL');
        await this.#pause(SERVER_AWAY_MS);
        this.recoveriesMs.push(await server.start());
        break;
      case 'server frozen':
        server.signal('SIGSTOP');
        await this.#pause(FROZEN_MS);
        server.signal('SIGCONT');
        break;
      case 'worker killed':
        await worker?.end('SIGKILL');
        await worker?.start();
        break;
      case 'nats-server killed':
        if (nats === null) break;
        process.kill(nats.server.pid, 'SIGKILL');
        await nats.server.exited;
        await this.#pause(NATS_AWAY_MS);
        nats.server = await nats.restart();
    }
  }

  #pause([from, to]: readonly [number, number]): Promise<void> {
    return sleep(this.#random.between(from, to));
  }
}
