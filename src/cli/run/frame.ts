/**
 * A picture of a run for a terminal of some height: each step of each task if there is room, else a line a task, else
 * how many tasks stand where in each step. Which one it is does not change during a run.
 */

import type { StepView, TaskView } from '../../views/tasks.ts';
import { isWaitHandler } from '../../workflow/built-in.ts';
import { type Colors, fromNow, paintStatus, plain } from '../output.ts';
import { type Cell, table } from '../table.ts';
import type { Progress, Tally } from './progress.ts';

export interface Canvas {
  readonly rows: number;
  readonly colors: Colors;
  readonly nowMs: number;
}

/** `read` gives a task as it stands; it is asked only for tasks that are shown one by one. */
export function frame(progress: Progress, read: (id: string) => TaskView, canvas: Canvas): string {
  const { taskCount, stepNames } = progress;
  const room = canvas.rows - 3;
  const body =
    taskCount * stepNames.length <= room
      ? stepRows(progress, read, canvas)
      : taskCount <= room
        ? taskRows(progress, read, canvas)
        : totalRows(progress, canvas);
  return `${body}\n\n${headline(progress, canvas)}`;
}

type Row = readonly (Cell | string)[];

function stepRows(progress: Progress, read: (id: string) => TaskView, { colors, nowMs }: Canvas): string {
  const rows = progress.taskIds.flatMap((id) =>
    read(id).steps.map(
      (step, index): Row => [
        index === 0 ? plain(progress.labelOf(id)) : '',
        plain(step.name),
        painted(step.status, colors),
        step.attempt === 0 || isWaitHandler(step.handler) ? '' : `${step.attempt} of ${step.maxAttempts}`,
        timeOf(step, nowMs),
        goesOnIn(step, nowMs),
        step.error === null ? '' : plain(step.error.message),
      ],
    ),
  );
  return table(['TASK', 'STEP', 'STATUS', 'ATTEMPTS', 'TIME', 'NEXT ATTEMPT', 'ERROR'], rows, colors);
}

/** When it is tried again; when a sleep is over. */
function goesOnIn({ status, nextAttemptAt, until = null }: StepView, nowMs: number): string {
  const at = status === 'waiting' ? until : nextAttemptAt;
  return at === null ? '' : fromNow(at, nowMs);
}

function taskRows(progress: Progress, read: (id: string) => TaskView, { colors, nowMs }: Canvas): string {
  const rows = progress.taskIds.map((id): Row => {
    const task = read(id);
    return [
      plain(progress.labelOf(id)),
      painted(task.status, colors),
      `${stepsDone(task)}/${task.steps.length}`,
      timeOf(task, nowMs),
      task.steps.flatMap((step) => nowOf(step, nowMs)).join(' · '),
    ];
  });
  return table(['TASK', 'STATUS', 'STEPS', 'TIME', 'NOW'], rows, colors);
}

export const stepsDone = ({ steps }: TaskView): number =>
  steps.filter(({ status }) => status === 'complete' || status === 'skipped').length;

function nowOf(step: StepView, nowMs: number): string[] {
  const { name, status, attempt, maxAttempts, nextAttemptAt, error } = step;
  const which = attempt > 1 ? ` (attempt ${attempt} of ${maxAttempts})` : '';
  switch (status) {
    case 'running':
      return [`${plain(name)} ${timeOf(step, nowMs)}${which}`];
    case 'retrying': {
      const when = nextAttemptAt === null ? 'queued' : fromNow(nextAttemptAt, nowMs);
      return [`${plain(name)} failed ${attempt} of ${maxAttempts}, again ${when}`];
    }
    case 'waiting':
      return [
        [`${plain(name)} waits`, goesOnIn(step, nowMs)].filter((text) => text !== '').join(', goes on '),
      ];
    case 'failed':
      return [`${plain(name)}: ${plain(error?.message ?? 'failed')}`];
    default:
      return [];
  }
}

const COLUMNS = ['pending', 'running', 'retrying', 'waiting', 'complete', 'failed', 'skipped'] as const;

function totalRows(progress: Progress, { rows: height, colors }: Canvas): string {
  const room = Math.max(2, height - 3);
  const shown = stepsToShow(progress, room - 1);
  const rows = shown.map((name): Row => {
    const tally = progress.tallyOf(name);
    const counts = COLUMNS.map((status): Cell => {
      const count = tally[status] ?? 0;
      const text = count === 0 ? '·' : String(count);
      return { text, painted: count === 0 ? colors.dim(text) : paintedAs(status, text, colors) };
    });
    return [plain(name), ...counts];
  });
  const header = ['STEP', ...COLUMNS.map((status) => status.toUpperCase())];
  const lines = table(header, rows, colors).split('\n');
  const troubles = progress.troubles.slice(0, Math.max(0, room - lines.length - 1));
  const told = troubles.map(
    ({ label, step, message }) => `${colors.dim(plain(label))}  ${plain(step)}: ${plain(message)}`,
  );
  return [...lines, ...(told.length === 0 ? [] : ['', ...told])].join('\n');
}

/** A workflow of a thousand steps fits no terminal: then those where something happens are shown. */
function stepsToShow(progress: Progress, room: number): readonly string[] {
  const { stepNames } = progress;
  if (stepNames.length <= room) return stepNames;
  const isBusy = (name: string): boolean => {
    const { running = 0, retrying = 0, waiting = 0, failed = 0 } = progress.tallyOf(name);
    return running + retrying + waiting + failed > 0;
  };
  return stepNames.filter(isBusy).slice(0, room);
}

function headline(progress: Progress, { colors, nowMs }: Canvas): string {
  const { endedCount, taskCount, startedAtMs } = progress;
  const states = tallyText(progress.tallyOfTasks(), colors);
  return `${endedCount} of ${taskCount} tasks ended in ${durationText(nowMs - startedAtMs)}: ${states}`;
}

const ORDER = [
  'complete',
  'failed',
  'cancelled',
  'running',
  'retrying',
  'waiting',
  'paused',
  'pending',
] as const;

export function tallyText(tally: Tally, colors: Colors): string {
  return ORDER.filter((status) => (tally[status] ?? 0) > 0)
    .map((status) => paintedAs(status, `${tally[status]} ${status}`, colors))
    .join(', ');
}

const painted = (status: string, colors: Colors): Cell => ({
  text: status,
  painted: paintStatus(status, colors),
});

/** Any text in the colour of a status. */
const paintedAs = (status: string, text: string, colors: Colors): string =>
  paintStatus(status, colors).replace(status, () => text);

function timeOf(
  { startedAt, finishedAt }: Pick<TaskView, 'startedAt' | 'finishedAt'>,
  nowMs: number,
): string {
  if (startedAt === null) return '';
  return durationText((finishedAt === null ? nowMs : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** `340 ms`, `1.2 s`, `75 s`, `12 min`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.max(0, Math.round(durationMs))} ms`;
  const seconds = durationMs / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
