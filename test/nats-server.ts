/** A real nats-server for one test or one file, and what can befall it: killed, frozen, its streams deleted. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type NatsServer, startNatsServer } from '../src/cli/nats-server.ts';
import { natsServerProgram } from './nats-server/program.ts';

export class TestNats {
  readonly #program: string;
  readonly #folder: string;
  readonly #flags: readonly string[];
  #server: NatsServer;

  private constructor(program: string, folder: string, flags: readonly string[], server: NatsServer) {
    this.#program = program;
    this.#folder = folder;
    this.#flags = flags;
    this.#server = server;
  }

  /** Whoever starts it stops it. */
  static async start(...flags: string[]): Promise<TestNats> {
    const program = await natsServerProgram();
    const folder = mkdtempSync(join(tmpdir(), 'troupe-nats-'));
    return new TestNats(program, folder, flags, await startNatsServer({ program, folder, flags }));
  }

  get url(): string {
    return this.#server.url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** As by a crash of the machine, except that what was written is there. */
  async kill(): Promise<void> {
    process.kill(this.#server.pid, 'SIGKILL');
    await this.#server.exited;
  }

  /** While it is down. */
  deleteStreams(): void {
    rmSync(join(this.#folder, 'jetstream'), { recursive: true });
  }

  /** Under the same address. */
  async startAgain(): Promise<void> {
    const { port } = this;
    const [program, folder, flags] = [this.#program, this.#folder, this.#flags];
    this.#server = await startNatsServer({ program, folder, flags, port });
  }

  /** Resolves when it has stopped, which is a little after the signal. */
  async freeze(): Promise<void> {
    const { pid } = this.#server;
    process.kill(pid, 'SIGSTOP');
    const state = () => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    while (!state().startsWith('T')) await setImmediate();
  }

  thaw(): void {
    process.kill(this.#server.pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
