/** How a run ended, for people: a lone task with its steps, several in a table, very many as what went wrong. */

import type { TaskView } from '../../views/tasks.ts';
import { colorsFor, paintStatus, plain, print } from '../output.ts';
import { showTask } from '../show.ts';
import { type Cell, table, widthOf } from '../table.ts';
import { durationText, stepsDone, tallyText } from './frame.ts';
import type { Progress } from './progress.ts';

const MOST_SHOWN = 50;

/** `ended` in input order. */
export function report(progress: Progress, ended: readonly TaskView[]): void {
  const colors = colorsFor(process.stdout);
  const nowMs = Date.now();
  const [only] = ended;
  if (progress.taskCount === 1 && only !== undefined) {
    print(showTask(only, nowMs, colors, widthOf(process.stdout)));
    return;
  }
  const shown = ended.length <= MOST_SHOWN ? ended : ended.filter(({ status }) => status !== 'complete');
  const rows = shown
    .slice(0, MOST_SHOWN)
    .map((task): (Cell | string)[] => [
      plain(progress.labelOf(task.id)),
      { text: task.status, painted: paintStatus(task.status, colors) },
      `${stepsDone(task)} of ${task.steps.length}`,
      durationOf(task),
      task.error === null ? '' : whyOf(task.error),
    ]);
  if (rows.length > 0)
    print(`${table(['TASK', 'STATUS', 'STEPS', 'TIME', 'WHY'], rows, colors, widthOf(process.stdout))}\n`);
  if (shown.length > MOST_SHOWN) print(`and ${shown.length - MOST_SHOWN} more that are not complete\n`);
  const states = tallyText(progress.tallyOfTasks(), colors);
  print(`${progress.taskCount} tasks in ${durationText(nowMs - progress.startedAtMs)}: ${states}`);
}

const durationOf = ({ startedAt, finishedAt }: TaskView): string =>
  startedAt === null || finishedAt === null
    ? ''
    : durationText(Date.parse(finishedAt) - Date.parse(startedAt));

function whyOf({ step, message, code }: NonNullable<TaskView['error']>): string {
  const where = step === null ? '' : `${plain(step)}: `;
  return `${where}${plain(message)}${code === null ? '' : ` (${plain(code)})`}`;
}
