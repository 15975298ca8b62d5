/** A failure is one line in the log: one an attempt, one a task that has failed for good, each with its stack. */

import { pino } from 'pino';
import { expect, it } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { runThroughBackoffs } from '../kernel/one-task.ts';
import { handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

type Line = Readonly<Record<string, unknown>> & {
  readonly level: number;
  readonly err?: { readonly stack?: string };
};

const WARN = 40;
const ERROR = 50;

function logger() {
  const lines: Line[] = [];
  const log = pino({ level: 'info' }, { write: (text: string) => void lines.push(JSON.parse(text)) });
  return { log, lines: (level: number) => lines.filter((line) => line.level === level) };
}

const broken = (): never => {
  throw new TypeError('bug', { cause: new Error('reason') });
};

it('tells each failed attempt, and the task once', async () => {
  const clock = new ManualClock();
  const { log, lines } = logger();
  const troupe = await startTroupe({ clock, log, handlers: handlers({ broken }) });
  const { taskId } = await troupe.submit(request('broken', { maxRetries: 1, tenantId: 'acme' }));
  await runThroughBackoffs(troupe, clock, taskId, 'broken');
  await expect.poll(() => lines(ERROR)).toHaveLength(1);
  expect(lines(WARN)).toMatchObject([
    {
      task: taskId,
      tenant: 'acme',
      step: 'broken',
      handler: 'broken',
      attempt: 1,
      err: { type: 'TypeError' },
    },
    { task: taskId, step: 'broken', attempt: 2, err: { causes: [{ message: 'reason' }] } },
  ]);
  expect(lines(ERROR)).toMatchObject([{ task: taskId, name: 'broken', step: 'broken', attempt: 2 }]);
  for (const line of [...lines(WARN), ...lines(ERROR)])
    expect(line.err?.stack).toContain('failure-log.test.ts');
});

it('tells a timeout, and an optional step that is skipped, and nothing of what went well', async () => {
  const clock = new ManualClock();
  const { log, lines } = logger();
  const never = () => new Promise(() => undefined);
  const steps = [
    step('good'),
    step('slow', ['good'], { timeoutMs: 1_000, maxAttempts: 1, optional: true }),
    step('last', ['slow']),
  ];
  const troupe = await startTroupe({
    clock,
    log,
    workflows: [workflow('w', steps)],
    handlers: handlers({ good: () => 1, slow: never, last: () => 2 }),
  });
  const { taskId } = await troupe.submit(request('w'));
  await stepFact(troupe, taskId, 'slow', 'running');
  clock.advance(1_000);
  await taskFact(troupe, taskId, 'complete');
  expect(lines(WARN)).toMatchObject([
    { step: 'slow', attempt: 1, err: { type: 'TimeoutError', code: 'TIMEOUT' } },
  ]);
  expect(lines(ERROR)).toEqual([]);
});

it('has the stack of a step that failed long before its task', async () => {
  const { log, lines } = logger();
  let finish: (value: unknown) => void = () => undefined;
  const steps = [step('broken', [], { maxAttempts: 1 }), step('long')];
  const troupe = await startTroupe({
    log,
    workflows: [workflow('w', steps)],
    handlers: handlers({
      broken,
      long: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    }),
  });
  const { taskId } = await troupe.submit(request('w'));
  await stepFact(troupe, taskId, 'broken', 'failed');
  expect(lines(ERROR)).toEqual([]);
  finish('done');
  await taskFact(troupe, taskId, 'failed');
  await expect.poll(() => lines(ERROR)).toHaveLength(1);
  expect(lines(ERROR)[0]?.err?.stack).toContain('failure-log.test.ts');
});
