/**
 * OpenTelemetry spans of tasks, steps and attempts, through the API alone: if the program has an SDK they are made, if
 * not this costs one look per batch. Their times are those of the journal. A span cannot outlive its process: after
 * a restart, a task that goes on has a new one, within the trace it was submitted in.
 */

import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { LRUCache } from 'lru-cache';
import {
  type ActorAt,
  definitionOf,
  isPlaceActor,
  type PlaceActor,
  type StepActor,
  type TaskEntry,
} from '../kernel/actor.ts';

import { failureIn, type JournalEntry, whoIn } from '../kernel/journal.ts';
import type { CommitListener, Committed } from '../kernel/output-gate.ts';
import type { AttemptAddress } from '../store/address.ts';
import { formatTraceparent, parseTraceparent } from '../workflow/traceparent.ts';

/** Where work stands in a trace. */
export interface TraceScope {
  /** To send along with what goes out. */
  readonly traceparent?: string;
  /** Runs the work with this as its OpenTelemetry context, so that spans it makes belong to it. */
  run<T>(work: () => T): T;
}

interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

interface OpenStep extends OpenSpan {
  attempt: (OpenSpan & { readonly number: number }) | null;
}

interface TaskSpan extends OpenSpan {
  /** By place in the workflow. */
  readonly steps: Map<number, OpenStep>;
  /** Its webhook still belongs to it. */
  hasEnded: boolean;
}

/** Most tasks with spans at once; of those that have waited longest, what comes later is a new span. */
const MAX_TASKS = 10_000;

/** Facts after which an attempt is over; all but `retrying` end its step as well. */
const ENDS: ReadonlySet<string> = new Set(['retrying', 'complete', 'failed', 'cancelled', 'skipped']);

export class Spans implements CommitListener {
  readonly #tasks = new LRUCache<number, TaskSpan>({ max: MAX_TASKS });

  /** For an attempt that begins, or is sent again. Deliveries of webhooks belong to their task. */
  scopeOf(actor: ActorAt<AttemptAddress>): TraceScope {
    const { entry } = actor;
    const tracer = currentTracer();
    if (tracer === null) return untraced(entry);
    if (actor.kind === 'delivery') {
      const told = this.#tasks.get(entry.no);
      return told === undefined ? untraced(entry) : scopeWith(told);
    }
    const step = this.#step(tracer, actor, this.#task(tracer, entry));
    return scopeWith(attemptOf(tracer, actor, step));
  }

  /** Ends the spans of what these entries have ended. */
  committed({ written }: Committed): void {
    const tracer = currentTracer();
    if (tracer === null) return;
    for (const { entry, entries, actors } of written) {
      for (const line of entries) {
        const actor = actors.get(line.r)?.actor;
        if (actor !== undefined && isPlaceActor(actor)) this.#endStep(tracer, actor, line);
      }
      // Last: what its end brought to the steps stands after it.
      for (const line of entries) if (whoIn(entry, line).kind === 'task') this.#endTask(tracer, entry, line);
    }
  }

  #endStep(tracer: Tracer, actor: PlaceActor, line: JournalEntry): void {
    if (line.k === undefined || !ENDS.has(line.k)) return;
    const task = this.#task(tracer, actor.entry);
    const step = this.#step(tracer, actor, task);
    // One that began before this process did is made now.
    const attempt =
      step.attempt ?? (actor.kind === 'step' && endsAttempt(line) ? attemptOf(tracer, actor, step) : null);
    if (attempt !== null) endAttempt(attempt, line);
    step.attempt = null;
    if (line.k === 'retrying') return;
    end(step, line);
    task.steps.delete(actor.index);
  }

  #endTask(tracer: Tracer, entry: TaskEntry, line: JournalEntry): void {
    if (line.k !== 'complete' && line.k !== 'failed' && line.k !== 'cancelled') return;
    const task = this.#task(tracer, entry);
    end(task, line);
    task.hasEnded = true;
  }

  #task(tracer: Tracer, entry: TaskEntry): TaskSpan {
    const known = this.#tasks.get(entry.no);
    if (known?.hasEnded === false) return known;
    const open = {
      ...start(tracer, 'troupe.task', entry.createdAt, callerOf(entry), attributesOf(entry)),
      steps: new Map(),
      hasEnded: false,
    };
    this.#tasks.set(entry.no, open);
    return open;
  }

  #step(tracer: Tracer, { entry, index, context }: PlaceActor, task: TaskSpan): OpenStep {
    const known = task.steps.get(index);
    if (known !== undefined) return known;
    const at = begunAt(context) ?? context.finishedAt ?? entry.createdAt;
    const open = {
      ...start(tracer, 'troupe.step', at, task.context, attributesOf(entry, index)),
      attempt: null,
    };
    task.steps.set(index, open);
    return open;
  }
}

/** One that a person had tried again lives a second time. */
function begunAt(context: PlaceActor['context']): number | undefined {
  const isFirstOfSet = 'base' in context && context.attempt - context.base === 1;
  return isFirstOfSet ? context.attemptAt : context.startedAt;
}

/** Other events end a step that may have been waiting, with no attempt under way. */
const endsAttempt = ({ e: { type } }: JournalEntry): boolean =>
  type.startsWith('attempt.') || type.startsWith('xstate.after.timeout.');

function attemptOf(tracer: Tracer, { entry, index, context }: StepActor, step: OpenStep): OpenSpan {
  const { attempt: number, attemptAt } = context;
  if (step.attempt?.number === number) return step.attempt;
  const attributes = { ...attributesOf(entry, index), 'troupe.attempt': number };
  const open = start(tracer, 'troupe.attempt', attemptAt ?? entry.createdAt, step.context, attributes);
  step.attempt = { ...open, number };
  return open;
}

/** Null unless there is an SDK: what the API has in its place makes no spans. */
function currentTracer(): Tracer | null {
  const provider = trace.getTracerProvider();
  if (!('getDelegateTracer' in provider)) return provider.getTracer('troupe');
  const proxy = provider as { getDelegateTracer(name: string): Tracer | undefined };
  return proxy.getDelegateTracer('troupe') ?? null;
}

function start(
  tracer: Tracer,
  name: string,
  at: number,
  parent: Context,
  attributes: Readonly<Record<string, string | number>>,
): OpenSpan {
  const span = tracer.startSpan(name, { startTime: new Date(at), attributes }, parent);
  return { span, context: trace.setSpan(parent, span) };
}

/**
 * Ends the span of an attempt, with its failure as an event. The spans around it have the failure's name and
 * message only.
 */
function endAttempt(attempt: OpenSpan, line: JournalEntry): void {
  const error = failureIn(line);
  if (error !== null && (line.k === 'failed' || line.k === 'retrying' || line.k === 'skipped')) {
    const { name, message, stack } = error;
    attempt.span.recordException(
      { name, message, ...(stack === undefined ? {} : { stack }) },
      new Date(line.e.at),
    );
  }
  end(attempt, line);
}

function end({ span }: OpenSpan, line: JournalEntry): void {
  const { k: status, e: event } = line;
  if (status !== undefined) span.setAttribute('troupe.status', status);
  const error = failureIn(line);
  if (status === 'failed' || status === 'retrying') {
    span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(error === null ? {} : { message: error.message }),
    });
    if (error !== null) span.setAttribute('error.type', error.code ?? error.name);
  }
  span.end(new Date(event.at));
}

/** `step`: its place in the workflow. */
function attributesOf(entry: TaskEntry, step?: number): Record<string, string> {
  const ofTask = {
    'troupe.task.id': entry.id,
    'troupe.task.name': entry.name,
    'troupe.tenant': entry.tenant,
  };
  if (step === undefined) return ofTask;
  const { name, handler } = definitionOf(entry, step);
  return { ...ofTask, 'troupe.step': name, 'troupe.handler': handler };
}

/** The span of whoever calls, as a submission carries it; none outside of all spans. */
export function activeTraceparent(): { readonly traceparent?: string } {
  const caller = trace.getActiveSpan()?.spanContext();
  return caller === undefined || !isSpanContextValid(caller)
    ? {}
    : { traceparent: formatTraceparent(caller) };
}

/** The span that submitted the task, wherever that was. */
function callerOf({ request }: TaskEntry): Context {
  const parent = request.traceparent === undefined ? null : parseTraceparent(request.traceparent);
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

const scopeWith = ({ span, context: within }: OpenSpan): TraceScope => ({
  traceparent: formatTraceparent(span.spanContext()),
  run: (work) => context.with(within, work),
});

/** Passes on unchanged the trace that came with the task. */
const untraced = ({ request: { traceparent } }: TaskEntry): TraceScope => ({
  ...(traceparent === undefined ? {} : { traceparent }),
  run: (work) => work(),
});
