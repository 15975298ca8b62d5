/** Why a task stands where it stands, in one line of a row; the first line of the task itself says the same. */

import type { TaskSummary } from '../../views/tasks.ts';
import { pathTo } from '../router.ts';
import { whysOf } from '../task/why-text.ts';
import { Countdown } from '../time.tsx';
import { isWait, WaitMark } from '../wait-mark.tsx';

export function Why({ task }: { readonly task: TaskSummary }) {
  const whys = whysOf(task);
  const [first] = whys;
  if (first === undefined) return null;
  const { kind, until, atEnd, taskId } = first;
  const others = whys.length - 1 + task.waitingForCount - task.waitingFor.length;
  // A row has little room, and its state says already that it failed.
  const { status, error } = task;
  const text =
    status !== 'failed' || error === null
      ? first.text
      : `${error.step === null ? '' : `${error.step}: `}${error.message}`;
  // That an attempt would time out one day is not why it stands here.
  const ends = until !== null && task.stepCounts.running === undefined;
  return (
    <span
      class={status === 'failed' ? 'row-why is-failed' : 'row-why muted'}
      title={whys.map((why) => why.text).join('\n')}
    >
      {kind !== null && isWait(kind) && <WaitMark kind={kind} />}
      {taskId === null ? text : <a href={pathTo.task(taskId)}>{text}</a>}
      {ends && (
        <>
          {' '}
          – {atEnd} <Countdown until={until} />
        </>
      )}
      {others > 0 && ` (+${others})`}
    </span>
  );
}
