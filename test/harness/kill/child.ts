/**
 * The process that gets killed: a Troupe on a file, driven over IPC, which tells its parent every fact. Each
 * execution of a handler appends a line to a log when it starts and when it ends; the log outlives the process.
 */

import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../../src/errors.ts';
import { createTroupe } from '../../../src/troupe.ts';
import type { HandlerContext } from '../../../src/worker/job.ts';
import { watchCommits } from '../simulate/commits.ts';
import {
  type Call,
  type FromChild,
  HANDLERS,
  type LogLine,
  type StartOptions,
  type StepPlan,
} from './protocol.ts';
import { WORKFLOWS } from './workflows.ts';

const options = JSON.parse(process.argv[2] ?? '') as StartOptions;
const say = (message: FromChild): void => void process.send?.(message);

async function run(job: HandlerContext): Promise<string> {
  const plans = job.payload as Record<string, StepPlan>;
  const { ms = 0, failures = 0 } = plans[job.step] ?? plans['item'] ?? {};
  const write = (event: LogLine['event']): void => {
    const { taskId, step, attempt, token } = job;
    const line: LogLine = { at: Date.now(), pid: process.pid, taskId, step, attempt, token, event };
    appendFileSync(options.log, `${JSON.stringify(line)}\n`);
  };
  write('start');
  if (ms > 0) await sleep(ms);
  const fails = job.attempt <= failures;
  write(fails ? 'failed' : 'complete');
  if (fails) throw new Error(`attempt ${job.attempt} fails as planned`);
  return `${job.step} by attempt ${job.attempt}`;
}

// Nobody is left to stop a process whose parent is gone.
process.on('disconnect', () => process.exit(1));

let most = 0;
watchCommits(options.db, {
  before: () => undefined,
  after: (actors) => {
    if (actors > most) say({ type: 'commit', actors });
    most = Math.max(most, actors);
  },
});

const troupe = await createTroupe({
  db: options.db,
  handlers: HANDLERS.map((name) => ({ name, run, concurrency: null })),
  workflows: WORKFLOWS,
});

process.on('message', async ({ id, method, args }: Call) => {
  try {
    const value = await (troupe[method] as (...args: unknown[]) => unknown)(...args);
    say({ type: 'reply', id, value: value ?? null });
  } catch (error) {
    const { message } = error as Error;
    const code = error instanceof Refusal ? error.code : null;
    const kind = error instanceof Refusal ? error.kind : null;
    say({ type: 'reply', id, error: { code, kind, message } });
  }
});

say({ type: 'ready' });

const signal = new AbortController().signal;
for await (const published of troupe.events({ tenantId: null, after: options.after, signal })) {
  say({ type: 'fact', ...published });
}
process.disconnect();
