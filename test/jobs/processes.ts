/** Processes of a test that are killed in it: a worker and an orchestrator on NATS, and what they say. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Recorder } from '../bus/recorder.ts';
import { ORDER, STEPS } from './order.ts';

export interface ProcessMessage {
  readonly event?: 'start' | 'end' | 'ready';
  readonly taskId?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly ready?: boolean;
  readonly submitted?: string;
  readonly complete?: string;
}

export class TestProcess {
  readonly messages = new Recorder<ProcessMessage>();

  readonly #child: ChildProcess;

  private constructor(program: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(program, import.meta.url));
    this.#child = fork(path, args);
    this.#child.on('message', (message: ProcessMessage) => this.messages.record(message));
  }

  /** Killed when the test ends, if not before. */
  static async start(program: string, ...args: string[]): Promise<TestProcess> {
    const started = new TestProcess(program, args);
    onTestFinished(() => started.kill());
    await started.messages.nth(1);
    return started;
  }

  static worker = (url: string, prefix: string): Promise<TestProcess> =>
    TestProcess.start('./worker-process.mjs', url, prefix, ...STEPS);

  static orchestrator = (db: string, url: string, prefix: string): Promise<TestProcess> =>
    TestProcess.start('./orchestrator-process.mjs', db, url, prefix, JSON.stringify(ORDER));

  get pid(): number | undefined {
    return this.#child.pid;
  }

  tell(message: object): void {
    this.#child.send(message);
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
