/** A task in words for a terminal: what state it is in and why it does not move, then its steps as a table. */

import type { Fact, HistoryEvent, StepView, TaskView, Waiting } from '../actors/views.ts';
import type { ListedTask } from './client.ts';
import { type Cell, type Colors, fromNow, paintStatus, plain, table } from './output.ts';

/** A workflow can have thousands of steps that wait; the table shows each of them anyway. */
const REASONS = 5;

export function showTask(task: TaskView, nowMs: number, colors: Colors): string {
  const status = paintStatus(task.status, colors);
  const [reason, ...others] = reasonsOf(task, nowMs);
  const first = reason === undefined ? status : `${status}: ${reason}`;
  const more =
    others.length > REASONS ? [`  and ${others.length - REASONS} more reasons; --json has all`] : [];
  return [
    first,
    ...others.slice(0, REASONS).map((text) => `  also ${text}`),
    ...more,
    factsOf(task, nowMs, colors),
    '',
    stepTable(task.steps, nowMs, colors),
    ...(task.result === null ? [] : ['', `result: ${plain(task.result)}`]),
  ].join('\n');
}

/** One line, for lists of one. */
export function taskLine(task: TaskView, nowMs: number, colors: Colors): string {
  const [reason] = reasonsOf(task, nowMs);
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${plain(task.name)} ${task.id}: ${paintStatus(task.status, colors)}${why}`;
}

/** What went wrong, if it has, then what is waited for. */
export function reasonsOf(task: Pick<TaskView, 'error' | 'waitingFor'>, nowMs: number): string[] {
  const { error } = task;
  const failed =
    error === null ? [] : [`${error.step === null ? '' : `step ${plain(error.step)}: `}${errorText(error)}`];
  return [...failed, ...task.waitingFor.map((waiting) => waitingText(waiting, nowMs))];
}

function waitingText({ step, why, until, taskId }: Waiting, nowMs: number): string {
  const who = step === undefined ? '' : `step ${plain(step)}: `;
  const which = taskId === undefined || why.includes(taskId) ? '' : ` (task ${plain(taskId)})`;
  const time = until === null || why.includes(until) ? '' : `, until ${plain(until)}`;
  const when = until === null ? '' : `${time} (${fromNow(until, nowMs)})`;
  return `${who}${plain(why)}${which}${when}`;
}

function errorText(error: { name: string; message: string; code: string | null }): string {
  const code = error.code === null ? '' : ` (${plain(error.code)})`;
  return `${plain(error.name)}: ${plain(error.message)}${code}`;
}

function factsOf(task: TaskView, nowMs: number, colors: Colors): string {
  const version = task.workflow === null ? '' : ` ${plain(task.workflow.version)}`;
  const facts = [
    `${colors.bold(plain(task.name))}${version}`,
    task.id,
    `tenant ${plain(task.tenantId)}`,
    ...(task.correlationId === null ? [] : [`correlation ${plain(task.correlationId)}`]),
    `created ${plain(task.createdAt)} (${fromNow(task.createdAt, nowMs)})`,
    ...(task.finishedAt === null ? [] : [`finished ${plain(task.finishedAt)}`]),
  ];
  return facts.join('  ');
}

function stepTable(steps: readonly StepView[], nowMs: number, colors: Colors): string {
  const rows = steps.map((step): (Cell | string)[] => [
    plain(step.name),
    { text: step.status, painted: paintStatus(step.status, colors) },
    `${step.attempt} of ${step.maxAttempts}`,
    step.nextAttemptAt === null ? '' : fromNow(step.nextAttemptAt, nowMs),
    step.error === null ? '' : errorText(step.error),
  ]);
  return table(['STEP', 'STATUS', 'ATTEMPTS', 'NEXT ATTEMPT', 'ERROR'], rows, colors);
}

export function taskTable(tasks: readonly ListedTask[], nowMs: number, colors: Colors): string {
  const rows = tasks.map((task): (Cell | string)[] => [
    task.id,
    plain(task.name),
    { text: task.status, painted: paintStatus(task.status, colors) },
    fromNow(task.createdAt, nowMs),
    plain(task.tenantId),
    reasonsOf(task, nowMs)[0] ?? '',
  ]);
  return table(['ID', 'NAME', 'STATUS', 'CREATED', 'TENANT', 'WHY'], rows, colors);
}

/** A line of `watch`. */
export function factLine({ at, actor, fact, attempt, error }: Fact, colors: Colors): string {
  const which = attempt === null ? '' : `  attempt ${attempt}`;
  const why = error === null ? '' : `  ${errorText(error)}`;
  return `${colors.dim(plain(at))}  ${plain(actor)}  ${paintStatus(fact, colors)}${which}${why}`;
}

export function historyTable(events: readonly HistoryEvent[], colors: Colors): string {
  const rows = events.map(({ seq, at, actor, event, from, to, attempt, detail }): (Cell | string)[] => [
    String(seq),
    plain(at),
    plain(actor),
    plain(event),
    from === to ? plain(to) : `${from === null ? '' : `${plain(from)} → `}${plain(to)}`,
    attempt === null ? '' : String(attempt),
    Object.keys(detail).length === 0 ? '' : plain(detail),
  ]);
  return table(['SEQ', 'AT', 'ACTOR', 'EVENT', 'STATE', 'ATTEMPT', 'DETAIL'], rows, colors);
}
