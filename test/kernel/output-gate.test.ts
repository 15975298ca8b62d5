/** The output gate: each attempt has one executor, and all that listen hear of each commit in their order. */

import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/kernel/attempts.ts';
import {
  type CommitListener,
  type Committed,
  type Executor,
  OutputGate,
} from '../../src/kernel/output-gate.ts';
import { stepAt } from '../../src/store/address.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';

const attempt = (token: string, remote = false): Attempt => ({ ...stepAt(1, 0), token, remote, losses: 0 });
const commit: Committed = { written: [], statusChanges: [], changed: () => [] };

/** Writes down what the gate tells it. */
class Recording implements Executor, CommitListener {
  readonly #name: string;
  readonly #said: string[];
  readonly runs: (attempt: Attempt) => boolean;

  constructor(name: string, said: string[], runs: (attempt: Attempt) => boolean = () => true) {
    this.#name = name;
    this.#said = said;
    this.runs = runs;
  }

  adopt({ token }: Attempt): boolean {
    return token === this.#name;
  }

  start({ token }: Attempt): void {
    this.#said.push(`${this.#name} starts ${token}`);
  }

  stop(token: string): void {
    this.#said.push(`${this.#name} stops ${token}`);
  }

  release(token: string): void {
    this.#said.push(`${this.#name} releases ${token}`);
  }

  committed(): void {
    this.#said.push(`${this.#name} hears of a commit`);
  }

  resumed(): void {
    this.#said.push(`${this.#name} counts again`);
  }
}

function gateWith(hasLast = true) {
  const said: string[] = [];
  const remote = new Recording('remote', said, (each) => each.remote);
  const last = new Recording('last', said);
  const counts = new Recording('counts', said);
  const deaf: CommitListener = { committed: () => undefined };
  const gate = new OutputGate({
    executors: hasLast ? [remote, last] : [remote],
    listeners: [counts, deaf, new Recording('log', said)],
    trials: { convict: (ran) => [...ran.keys()].at(-1) ?? null },
  });
  return { gate, said };
}

describe('the output gate', () => {
  it('gives an attempt to the first executor that runs its kind', () => {
    const { gate, said } = gateWith();
    gate.dispatch([attempt('a', true), attempt('b')]);
    expect(said).toEqual(['remote starts a', 'last starts b']);
  });

  it('asks the same executor whether an earlier attempt is still under way', () => {
    const { gate } = gateWith();
    expect([gate.adopt(attempt('remote', true)), gate.adopt(attempt('remote'))]).toEqual([true, false]);
  });

  it('refuses an attempt that nobody runs', () => {
    const { gate } = gateWith(false);
    expect(() => gate.dispatch([attempt('a')])).toThrow('an executor runs attempt a of step 1/0');
  });

  it('tells every executor that an attempt is over', () => {
    const { gate, said } = gateWith();
    gate.release(['a', 'b']);
    expect(said).toEqual(['remote releases a', 'last releases a', 'remote releases b', 'last releases b']);
  });

  it('tells every listener of a commit in their order, and to count again those that count', () => {
    const { gate, said } = gateWith();
    gate.publish(commit);
    gate.resumed(new SqliteStore(':memory:'));
    expect(said).toEqual([
      'counts hears of a commit',
      'log hears of a commit',
      'counts counts again',
      'log counts again',
    ]);
  });

  it('asks the trials who ended the last process', () => {
    expect(gateWith().gate.convict(new Map([['a', 'key']]))).toBe('a');
  });
});
