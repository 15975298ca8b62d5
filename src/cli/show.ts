/** A task in words for a terminal: what state it is in and why it does not move, then its steps as a table. */

import type { Fact, HistoryEvent, StepView, TaskView, Waiting } from '../views/tasks.ts';
import { isWaitHandler } from '../workflow/built-in.ts';
import { taskName } from '../workflow/identity.ts';
import type { ListedTask } from './client.ts';
import { type Colors, fromNow, paintStatus, plain } from './output.ts';
import { failureLines, titleOf } from './show-error.ts';
import { type Cell, fold, table } from './table.ts';

const ANY_WIDTH = Number.POSITIVE_INFINITY;

/** A workflow can have thousands of steps that wait; the table shows each of them anyway. */
const REASONS = 5;

/** It shows the arguments of so many steps, and so many characters of each. */
const ARGUMENTS = { steps: 20, characters: 200 } as const;

export function showTask(task: TaskView, nowMs: number, colors: Colors, width = ANY_WIDTH): string {
  const status = paintStatus(task.status, colors);
  const [reason, ...others] = reasonsOf(task, nowMs);
  const first = reason === undefined ? status : `${status}: ${reason}`;
  const more =
    others.length > REASONS ? [`  and ${others.length - REASONS} more reasons; --json has all`] : [];
  const also = others.slice(0, REASONS).map((text) => `  also ${text}`);
  return [
    ...[first, ...also, ...more].map((text) => fold(text.split(' '), ' ', width, '    ')),
    fold(factsOf(task, nowMs, colors), '  ', width),
    '',
    stepTable(task.steps, nowMs, colors, width),
    ...argumentLines(task.steps, width),
    ...failureLines(task, colors),
    ...(task.result === null ? [] : ['', `result: ${plain(task.result)}`]),
  ].join('\n');
}

/** One line, for lists of one. */
export function taskLine(task: TaskView, nowMs: number, colors: Colors): string {
  const [reason] = reasonsOf(task, nowMs);
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${plain(taskName(task))} ${task.id}: ${paintStatus(task.status, colors)}${why}`;
}

/** Tells first what went wrong, if anything, then what is waited for. */
export function reasonsOf(task: Pick<ListedTask, 'error' | 'waitingFor'>, nowMs: number): string[] {
  const { error } = task;
  const failed =
    error === null ? [] : [`${error.step === null ? '' : `step ${plain(error.step)}: `}${titleOf(error)}`];
  return [...failed, ...task.waitingFor.map((waiting) => waitingText(waiting, nowMs))];
}

function waitingText({ step, why, until, taskId }: Waiting, nowMs: number): string {
  const who = step === undefined ? '' : `step ${plain(step)}: `;
  const which = taskId === undefined || why.includes(taskId) ? '' : ` (task ${plain(taskId)})`;
  if (until === null) return `${who}${plain(why)}${which}`;
  const when = `${plain(until)} (${fromNow(until, nowMs)})`;
  // The deadline may stand behind it.
  if (why.includes(until)) return `${who}${plain(why).replace(plain(until), when)}${which}`;
  return `${who}${plain(why)}${which}, until ${when}`;
}

function factsOf(task: TaskView, nowMs: number, colors: Colors): string[] {
  const version = task.workflow === null ? '' : ` ${plain(task.workflow.version)}`;
  return [
    `${colors.bold(plain(taskName(task)))}${version}`,
    task.id,
    `tenant ${plain(task.tenantId)}`,
    ...(task.correlationId === null ? [] : [`correlation ${plain(task.correlationId)}`]),
    `created ${plain(task.createdAt)} (${fromNow(task.createdAt, nowMs)})`,
    ...(task.finishedAt === null ? [] : [`finished ${plain(task.finishedAt)}`]),
    ...(task.deadline === null ? [] : [`deadline ${plain(task.deadline)}`]),
    ...compensationOf(task),
  ];
}

/** Says how far a task is that takes back what it has done, or how far it came. */
function compensationOf({ compensation, compensated, steps }: TaskView): string[] {
  if (compensation === null) return [];
  const { done, total } = compensation;
  if (compensated === true) return ['taken back'];
  const failed = steps.filter(({ compensates, status }) => compensates !== undefined && status === 'failed');
  const names = failed.map(({ name }) => plain(name)).join(', ');
  const why = failed.length === 0 ? '' : `, ${names} failed`;
  return [
    `${compensated === 'partly' ? 'partly taken back' : 'taking back'}: ${done} of ${total} done${why}`,
  ];
}

function stepTable(steps: readonly StepView[], nowMs: number, colors: Colors, width: number): string {
  const hasWaits = steps.some(({ status }) => status === 'waiting');
  const rows = steps.map((step): (Cell | string)[] => [
    plain(step.name),
    { text: step.status, painted: paintStatus(step.status, colors) },
    isWaitHandler(step.handler) ? '' : `${step.attempt} of ${step.maxAttempts}`,
    step.nextAttemptAt === null ? '' : fromNow(step.nextAttemptAt, nowMs),
    ...(hasWaits ? [endOf(step, nowMs)] : []),
    step.error === null ? '' : titleOf(step.error),
  ]);
  const header = ['STEP', 'STATUS', 'ATTEMPTS', 'NEXT ATTEMPT', ...(hasWaits ? ['UNTIL'] : []), 'ERROR'];
  return table(header, rows, colors, width);
}

/** When a wait ends by itself. */
const endOf = ({ status, until }: StepView, nowMs: number): string =>
  status !== 'waiting' || until === undefined || until === null ? '' : fromNow(until, nowMs);

/** Shows the arguments of steps as they are written, each by its beginning. */
function argumentLines(steps: readonly StepView[], width: number): string[] {
  const given = steps.filter((step) => step.with !== undefined);
  const most = Math.min(width, ARGUMENTS.characters);
  const lines = given.slice(0, ARGUMENTS.steps).map(({ name, with: written }) => {
    const line = `with of ${plain(name)}: ${plain(written)}`;
    return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
  });
  const more = given.length - lines.length;
  const rest = more === 0 ? [] : [`and with of ${more} more steps; --json has all`];
  return lines.length === 0 ? [] : ['', ...lines, ...rest];
}

export function taskTable(
  tasks: readonly ListedTask[],
  nowMs: number,
  colors: Colors,
  width = ANY_WIDTH,
): string {
  // Where there is little room, none is given to what says nothing.
  const tenants = width === ANY_WIDTH || tasks.some(({ tenantId }) => tenantId !== 'default');
  const rows = tasks.map((task): (Cell | string)[] => [
    task.id,
    plain(taskName(task)),
    { text: task.status, painted: paintStatus(task.status, colors) },
    fromNow(task.createdAt, nowMs),
    ...(tenants ? [plain(task.tenantId)] : []),
    reasonsOf(task, nowMs)[0] ?? '',
  ]);
  const header = ['ID', 'NAME', 'STATUS', 'CREATED', ...(tenants ? ['TENANT'] : []), 'WHY'];
  return table(header, rows, colors, width);
}

/** A line of `watch`; on a terminal with the time of the day, for who watches knows the day. */
export function factLine(
  { at, actor, fact, attempt, error, ...asked }: Fact,
  colors: Colors,
  width = ANY_WIDTH,
): string {
  const which = attempt === null ? '' : `  attempt ${attempt}`;
  const why = error === null ? '' : `  ${titleOf(error)}`;
  const time = width === ANY_WIDTH ? plain(at) : timeOfDay(at);
  return `${colors.dim(time)}  ${plain(actor)}  ${paintStatus(fact, colors)}${which}${askedText(asked)}${why}`;
}

/** Says what a wait is for, what is asked, and until when. */
function askedText({ for: what, prompt, until }: Pick<Fact, 'for' | 'prompt' | 'until'>): string {
  if (what === undefined) return '';
  const question = prompt === undefined || prompt === null ? '' : `: ${plain(prompt)}`;
  const end = until === undefined || until === null ? '' : `  until ${plain(until)}`;
  return `  ${what}${question}${end}`;
}

/** `14:59:30.630`, of `2026-11-21T14:59:30.630Z`. */
const timeOfDay = (iso: string): string => plain(iso.slice(11, 23));

export function historyTable(events: readonly HistoryEvent[], colors: Colors, width = ANY_WIDTH): string {
  const days = new Set(events.map(({ at }) => at.slice(0, 10)));
  const isShort = width !== ANY_WIDTH && days.size === 1;
  // The line before shows the state that an actor came from.
  const isNarrow = width < 110;
  const rows = events.map(({ seq, at, actor, event, from, to, attempt, detail }): (Cell | string)[] => [
    String(seq),
    isShort ? timeOfDay(at) : plain(at),
    plain(actor),
    plain(event),
    isNarrow || from === to || from === null ? plain(to) : `${plain(from)} → ${plain(to)}`,
    attempt === null ? '' : String(attempt),
    detailText(detail),
  ]);
  const time = isShort ? 'UTC' : 'AT';
  return table(['SEQ', time, 'ACTOR', 'EVENT', 'STATE', 'ATTEMPT', 'DETAIL'], rows, colors, width);
}

/** Shows an event's fields beside its name, the error first and as it was; --json has every field. */
function detailText({ error, dependents: _dependents, ...rest }: HistoryEvent['detail']): string {
  const failed = error === undefined ? [] : [titleOf(error as Parameters<typeof titleOf>[0])];
  return [...failed, ...Object.entries(rest).map(([name, value]) => `${name} ${plain(value)}`)].join(', ');
}
