/**
 * The record of a task: a row for each step that was executed, as a runbook keeps it. Everything in it comes from the
 * journal, so it is the same however often the process was interrupted.
 */

import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { FailureCode } from '../../../machines/failure-codes.ts';
import type { RecordRow } from '../../records/append.ts';
import { TIME_COLUMN } from '../../records/sessions.ts';
import type { Cell } from '../../records/toon.ts';
import type { HistoryEvent, StepView, TaskView } from '../../views/tasks.ts';
import type { StepDefinition, WorkflowDefinition } from '../../workflow/definition.ts';
import { phaseOf } from '../../workflow/markdown/names.ts';

/** The journal tells this about the attempts of one step. */
interface Attempts {
  /** When the first one started, ISO 8601. */
  readonly firstAt: string;
  /** The start of the attempt that runs. */
  startedAtMs: number | null;
  /** The time handlers had, all attempts together. */
  durationMs: number;
  columns: Record<string, Cell>;
}

/** In the order of the workflow. A step that never started an attempt has no row. */
export function executionsOf(
  task: TaskView,
  history: Iterable<HistoryEvent>,
  definition: WorkflowDefinition,
): RecordRow[] {
  const attempts = attemptsIn(history);
  const views = new Map(task.steps.map((step) => [step.name, step]));
  return definition.steps.flatMap((step) => {
    const view = views.get(step.name);
    const tried = attempts.get(step.name);
    // An attempt that still runs has no outcome to write down.
    if (view === undefined || tried === undefined || view.status === 'running') return [];
    const phase = phaseOf(step.name);
    const standard = {
      ...(step.agent === 'default' ? {} : { agent: step.agent }),
      ...(step.channel === null ? {} : { channel: step.channel }),
      input: cellOf(inputOf(step, task, views, definition)),
      output: view.status === 'complete' ? cellOf(view.output) : failureOf(view),
      duration_ms: tried.durationMs,
      status: statusOf(view),
      [TIME_COLUMN]: tried.firstAt,
    };
    // A handler's column cannot take the place of one that is measured.
    return [{ phase, columns: { ...standard, ...tried.columns, ...standard } }];
  });
}

function attemptsIn(history: Iterable<HistoryEvent>): Map<string, Attempts> {
  const bySteps = new Map<string, Attempts>();
  for (const { actor, event, at, to, detail } of history) {
    if (!actor.startsWith('step:') || event === 'stale') continue;
    const name = actor.slice('step:'.length);
    if (event === 'step.start') {
      const known = bySteps.get(name) ?? { startedAtMs: null, firstAt: at, durationMs: 0, columns: {} };
      known.startedAtMs = Date.parse(at);
      bySteps.set(name, known);
      continue;
    }
    const step = bySteps.get(name);
    if (step === undefined || step.startedAtMs === null || to === 'running') continue;
    step.durationMs += Date.parse(at) - step.startedAtMs;
    step.startedAtMs = null;
    Object.assign(step.columns, columnsIn(detail['record']));
  }
  return bySteps;
}

const columnsIn = (record: unknown): Record<string, Cell> =>
  typeof record === 'object' && record !== null ? (record as Record<string, Cell>) : {};

const failureOf = ({ error }: StepView): string | null => error?.code ?? error?.name ?? null;

/** The time of the step was over, or that of its task. */
const OUT_OF_TIME: ReadonlySet<string> = new Set<FailureCode>(['WITHIN', 'DEADLINE']);

function statusOf({ status, error }: StepView): string {
  switch (status) {
    case 'complete':
      return 'success';
    case 'skipped':
      return 'skipped';
    default:
      return error?.name === 'TimeoutError' || OUT_OF_TIME.has(error?.code ?? '') ? 'timeout' : 'failed';
  }
}

/** The first thing the step says it takes; what a failure handler works on is the task itself. */
function inputOf(
  step: StepDefinition,
  { payload }: TaskView,
  views: ReadonlyMap<string, StepView>,
  definition: WorkflowDefinition,
): unknown {
  if (step.failuresAs !== undefined) return payload;
  const [input] = step.inputs ?? [];
  if (input === undefined) {
    const [first] = step.dependsOn;
    return first === undefined ? payload : views.get(first)?.output;
  }
  const maker = definition.steps.find(
    ({ name, outputs = [] }) =>
      step.dependsOn.includes(name) && outputs.some(({ name }) => name === input.name),
  );
  if (maker === undefined) return named(payload, input.name);
  return named(views.get(maker.name)?.output, input.name);
}

/** One of several things in an object, or all there is. */
const named = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : value;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns a value's cell: a plain one itself, an object's `ref` or `id`, else its type and a hash. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const name = isObject(value) ? (value['ref'] ?? value['id']) : undefined;
  if (typeof name === 'string' || typeof name === 'number') return name;
  const hash = createHash('sha256')
    .update(stringify(value) ?? '')
    .digest('hex');
  return `${Array.isArray(value) ? 'array' : 'object'}:${hash.slice(0, 8)}`;
}
