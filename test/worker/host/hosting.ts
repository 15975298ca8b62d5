/** A handler host with files of the test's own, and jobs for it that are run again when they are lost, as servers do. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Death } from '../../../src/worker/death.ts';
import { HandlerHost, type HandlerHostOptions } from '../../../src/worker/host/host.ts';
import type { Job, Outcome } from '../../../src/worker/job.ts';
import { temporaryFolder } from '../../support.ts';

export function handlerFolder(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), 'handlers');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.mjs`), text);
  return folder;
}

export interface LogLine {
  readonly msg: string;
  readonly handler?: string;
  readonly stack?: string;
}

export interface Hosting {
  readonly host: HandlerHost;
  readonly folder: string;
  readonly log: LogLine[];
  /** The outcome of a job, however often its process died by no fault of its own. */
  run(handler: string, more?: Partial<Job>): Ran;
}

export interface Ran {
  readonly job: Job;
  readonly outcome: Promise<Outcome>;
  readonly losses: Death[];
}

let jobs = 0;

export function jobOf(handler: string, more: Partial<Job> = {}): Job {
  const taskId = `task-${++jobs}`;
  return {
    taskId,
    step: handler,
    attempt: 1,
    token: `token-${jobs}`,
    tenantId: 'default',
    handler,
    payload: {},
    dependencies: {},
    with: {},
    idempotencyKey: `${taskId}/${handler}`,
    deadline: new Date(Date.now() + 600_000).toISOString(),
    ...more,
  };
}

export async function hostOf(
  files: Readonly<Record<string, string>>,
  options: Partial<HandlerHostOptions> = {},
): Promise<Hosting> {
  const folder = handlerFolder(files);
  const log: LogLine[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => void log.push(JSON.parse(line) as LogLine) });
  const host = await HandlerHost.open({ groups: [[folder]], isolation: 'host', log: logger, ...options });
  onTestFinished(() => host.close());
  return {
    host,
    folder,
    log,
    run: (handler, more) => {
      const job = jobOf(handler, more);
      const losses: Death[] = [];
      const outcome = new Promise<Outcome>((resolve) => {
        const begin = (): void =>
          host.run(job, {
            settled: (settled) => resolve(settled()),
            lost: (how) => {
              losses.push(how);
              begin();
            },
          });
        begin();
      });
      return { job, outcome, losses };
    },
  };
}
