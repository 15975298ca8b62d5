/** All tests share these: a fresh Troupe, requests with defaults, and waiting for facts instead of sleeping. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createTroupe, type Troupe, type TroupeOptions } from '../src/troupe.ts';
import type { Fact } from '../src/views/tasks.ts';
import type { Handler, HandlerEntry } from '../src/worker/job.ts';
import type { StepDefinition, WorkflowDefinition } from '../src/workflow/definition.ts';
import type { TaskRequest } from '../src/workflow/task-request.ts';

export const request = (name: string, more: Partial<TaskRequest> = {}): TaskRequest => ({
  name,
  payload: {},
  delaySeconds: 0,
  maxRetries: null,
  dependencies: [],
  tenantId: 'default',
  idempotencyKey: null,
  notificationUrl: null,
  notificationTypes: [],
  priority: 5,
  correlationId: null,
  timeoutSeconds: null,
  deadlineSeconds: null,
  tags: [],
  initiator: null,
  reason: null,
  sourceSystem: null,
  allowUnresolved: false,
  onDependencyFailure: 'wait',
  workflowVersion: null,
  ...more,
});

export const step = (
  name: string,
  dependsOn: readonly string[] = [],
  more: Partial<StepDefinition> = {},
): StepDefinition => ({
  name,
  handler: name,
  dependsOn,
  maxAttempts: null,
  timeoutMs: null,
  startTimeoutMs: null,
  backoff: null,
  critical: false,
  optional: false,
  agent: 'default',
  channel: null,
  ...more,
});

export const workflow = (
  name: string,
  steps: readonly StepDefinition[],
  version = '1.0.0',
): WorkflowDefinition => ({
  name,
  namespace: 'default',
  version,
  description: '',
  input: null,
  steps,
});

export const handlers = (byName: Readonly<Record<string, Handler>>): HandlerEntry[] =>
  Object.entries(byName).map(([name, run]) => ({ name, run, concurrency: null }));

/** A Troupe of the test's own, closed when the test ends. */
export async function startTroupe(options: Partial<TroupeOptions> = {}): Promise<Troupe> {
  const troupe = await createTroupe({ db: ':memory:', handlers: [], ...options });
  onTestFinished(() => troupe.close({ graceMs: 0 }));
  return troupe;
}

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The first fact, from the beginning of the journal on, that the test waits for. */
export async function fact(troupe: Troupe, is: (fact: Fact) => boolean): Promise<Fact> {
  const controller = new AbortController();
  for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal: controller.signal })) {
    if (is(fact)) return fact;
  }
  throw new Error('the journal ended before the fact came');
}

/** Resolves once the task has announced this; the first time counts, even if it is past. */
export const taskFact = (troupe: Troupe, taskId: string, name: Fact['fact']): Promise<Fact> =>
  fact(troupe, (found) => found.taskId === taskId && found.actor === 'task' && found.fact === name);

export const stepFact = (
  troupe: Troupe,
  taskId: string,
  stepName: string,
  name: Fact['fact'],
  attempt?: number,
): Promise<Fact> =>
  fact(
    troupe,
    (found) =>
      found.taskId === taskId &&
      found.actor === `step:${stepName}` &&
      found.fact === name &&
      (attempt === undefined || found.attempt === attempt),
  );

/** A promise to be settled by hand: what a handler waits for until the test lets it go on. */
export function gate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
