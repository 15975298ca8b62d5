/** Spans as a program's own OpenTelemetry SDK gets them. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/kernel/clock.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { parseTraceparent } from '../../src/workflow/traceparent.ts';
import {
  gate,
  handlers,
  request,
  startTroupe,
  step,
  stepFact,
  taskFact,
  temporaryFolder,
  workflow,
} from '../support.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** As @opentelemetry/context-async-hooks has it. */
class AsyncContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    within: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(within, () => work.apply(self, args));
  }
  bind<T>(_within: Context, target: T): T {
    return target;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}

let exporter: InMemorySpanExporter;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncContext());
});
afterEach(() => {
  trace.disable();
  context.disable();
});

const spans = (name: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name);

function only(found: readonly ReadableSpan[]): ReadableSpan {
  const [span] = found;
  if (span === undefined || found.length > 1) throw new Error(`${found.length} spans instead of one`);
  return span;
}

const ms = ([seconds, nanoseconds]: ReadableSpan['startTime']): number =>
  seconds * 1_000 + nanoseconds / 1_000_000;

const pair = workflow('pair', [step('one'), step('two', ['one'])]);

describe('spans', () => {
  it('stand for the task, its steps and their attempts, each within the other, in the trace of the caller', async () => {
    const troupe = await startTroupe({
      handlers: handlers({ one: () => 1, two: () => 2 }),
      workflows: [pair],
    });
    const { taskId } = await troupe.submit({ ...request('pair', { tenantId: 'acme' }), traceparent: TRACE });
    await taskFact(troupe, taskId, 'complete');
    await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(5));
    const task = only(spans('troupe.task'));
    expect(task.spanContext().traceId).toBe(parseTraceparent(TRACE)?.traceId);
    expect(task.parentSpanId).toBe(parseTraceparent(TRACE)?.spanId);
    expect(task.attributes).toEqual({
      'troupe.task.id': taskId,
      'troupe.task.name': 'pair',
      'troupe.tenant': 'acme',
      'troupe.status': 'complete',
    });
    for (const name of ['one', 'two']) {
      const of = (kind: string) =>
        only(spans(kind).filter(({ attributes }) => attributes['troupe.step'] === name));
      expect(of('troupe.step').parentSpanId).toBe(task.spanContext().spanId);
      expect(of('troupe.attempt').parentSpanId).toBe(of('troupe.step').spanContext().spanId);
      expect(of('troupe.attempt').attributes).toMatchObject({
        'troupe.task.id': taskId,
        'troupe.handler': name,
        'troupe.attempt': 1,
        'troupe.status': 'complete',
      });
    }
  });

  it('have the times of the journal, and an attempt for each try', async () => {
    const clock = new ManualClock();
    const begun = clock.now();
    const tries = [gate(), gate()];
    const work = ({ attempt }: HandlerContext) => tries[attempt - 1]?.promise;
    const troupe = await startTroupe({ clock, handlers: handlers({ work }), random: () => 0.5 });
    const { taskId } = await troupe.submit(request('work', { timeoutSeconds: 10 }));
    await stepFact(troupe, taskId, 'work', 'running', 1);
    clock.advance(10_000);
    const { at } = await stepFact(troupe, taskId, 'work', 'retrying');
    expect(Date.parse(at)).toBe(begun + 10_000);
    const { nextAttemptAt } = troupe.getStep(null, taskId, 'work');
    const again = Date.parse(nextAttemptAt ?? '');
    clock.advance(again - clock.now());
    await stepFact(troupe, taskId, 'work', 'running', 2);
    clock.advance(500);
    tries[1]?.open();
    await taskFact(troupe, taskId, 'complete');
    await vi.waitFor(() => expect(spans('troupe.task')).toHaveLength(1));
    const times = (name: string) => spans(name).map(({ startTime, endTime }) => [ms(startTime), ms(endTime)]);
    expect(times('troupe.attempt')).toEqual([
      [begun, begun + 10_000],
      [again, again + 500],
    ]);
    expect(times('troupe.step')).toEqual([[begun, again + 500]]);
    expect(times('troupe.task')).toEqual([[begun, again + 500]]);
    expect(spans('troupe.attempt')[0]).toMatchObject({
      status: { code: 2, message: expect.stringContaining('10000 ms') },
      attributes: { 'error.type': 'TIMEOUT', 'troupe.status': 'retrying' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'TimeoutError' } }],
    });
    expect(spans('troupe.attempt')[1]?.events).toEqual([]);
  });

  it('of an attempt that failed have the exception with its stack', async () => {
    const work = (): never => {
      throw new TypeError('bug');
    };
    const troupe = await startTroupe({ handlers: handlers({ work }) });
    const { taskId } = await troupe.submit(request('work', { maxRetries: 0 }));
    await taskFact(troupe, taskId, 'failed');
    await vi.waitFor(() => expect(spans('troupe.task')).toHaveLength(1));
    expect(only(spans('troupe.attempt')).events).toMatchObject([
      {
        name: 'exception',
        attributes: {
          'exception.type': 'TypeError',
          'exception.message': 'bug',
          'exception.stacktrace': expect.stringContaining('spans.test.ts'),
        },
      },
    ]);
    expect(only(spans('troupe.step')).events).toEqual([]);
  });

  it('do not make an attempt of a cancelled wait for one', async () => {
    const work = () => {
      throw new Error('not yet');
    };
    const troupe = await startTroupe({ clock: new ManualClock(), handlers: handlers({ work }) });
    const { taskId } = await troupe.submit(request('work'));
    await stepFact(troupe, taskId, 'work', 'retrying');
    await troupe.taskVerb(null, taskId, 'cancel', { by: 'test', reason: null });
    await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(3));
    const statuses = exporter
      .getFinishedSpans()
      .map(({ name, attributes }) => [name, attributes['troupe.status']]);
    expect(Object.fromEntries(statuses)).toEqual({
      'troupe.attempt': 'retrying',
      'troupe.step': 'cancelled',
      'troupe.task': 'cancelled',
    });
  });

  it('go on in the same trace after a restart', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const first = await startTroupe({ db, handlers: handlers({ work: () => new Promise(() => undefined) }) });
    const { taskId } = await first.submit({ ...request('work'), traceparent: TRACE });
    await stepFact(first, taskId, 'work', 'running');
    await first.close({ graceMs: 0 });
    const second = await startTroupe({ db, handlers: handlers({ work: () => 1 }) });
    await taskFact(second, taskId, 'complete');
    await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(3));
    for (const span of exporter.getFinishedSpans()) {
      expect(span.spanContext().traceId).toBe(parseTraceparent(TRACE)?.traceId);
    }
    expect(only(spans('troupe.task')).parentSpanId).toBe(parseTraceparent(TRACE)?.spanId);
  });

  it('are marked as errors where something failed for good', async () => {
    const work = () => {
      throw new PermanentError('no such card', { code: 'CARD_UNKNOWN' });
    };
    const troupe = await startTroupe({ handlers: handlers({ work }) });
    const { taskId } = await troupe.submit(request('work'));
    await taskFact(troupe, taskId, 'failed');
    await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(3));
    for (const span of exporter.getFinishedSpans()) expect(span.status.code).toBe(2);
    expect(only(spans('troupe.step')).attributes['error.type']).toBe('CARD_UNKNOWN');
  });

  it('hold what a handler does, and give what it calls their traceparent', async () => {
    const receiver = await startReceiver((_, response) => response.writeHead(204).end());
    const seen: HandlerContext[] = [];
    const work = async (job: HandlerContext) => {
      await Promise.resolve();
      seen.push(job);
      trace.getTracer('shop').startSpan('charge the card').end();
    };
    const troupe = await startTroupe({
      handlers: handlers({ work }),
      webhooks: { secret: null, allow: ['127.0.0.1'] },
    });
    await troupe.submit(request('work', { notificationUrl: receiver.url }));
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    const attempt = only(spans('troupe.attempt'));
    expect(only(spans('charge the card')).parentSpanId).toBe(attempt.spanContext().spanId);
    expect(parseTraceparent(seen[0]?.traceparent ?? '')).toMatchObject({
      spanId: attempt.spanContext().spanId,
    });
    const task = only(spans('troupe.task'));
    expect(task.parentSpanId).toBeUndefined();
    const called = parseTraceparent(String(receiver.received[0]?.headers['traceparent']));
    expect(called).toMatchObject({ spanId: task.spanContext().spanId });
  });
});

it('a task that code submits within a span is of its trace, unless the request names another', async () => {
  const troupe = await startTroupe({ handlers: { Greet: () => 'Hello' } });
  const span = trace.getTracer('test').startSpan('checkout');
  const within = trace.setSpan(ROOT_CONTEXT, span);
  const run = await context.with(within, () => troupe.run('Greet'));
  await run.result();
  const named = await context.with(within, () => troupe.submit({ name: 'Greet', traceparent: TRACE }));
  await taskFact(troupe, named.taskId, 'complete');
  await expect.poll(() => spans('troupe.task')).toHaveLength(2);
  const [first, second] = spans('troupe.task').map((task) => task.spanContext().traceId);
  expect(first).toBe(span.spanContext().traceId);
  expect(second).toBe(parseTraceparent(TRACE)?.traceId);
});
