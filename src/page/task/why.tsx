/** The first line of a task: what it waits for and until when, or how it ended. */

import type { HistoryEvent, TaskView } from '../../views/tasks.ts';
import { pathTo } from '../router.ts';
import { Ago, Countdown, Span } from '../time.tsx';
import { isWait, WaitMark } from '../wait-mark.tsx';
import { takenBackText } from './taken-back.ts';
import { type Why, whysOf } from './why-text.ts';

interface WhyProps {
  readonly task: TaskView;
  readonly onChoose: (step: string) => void;
}

export function WhyLine({ task, onChoose }: WhyProps) {
  const [first, ...others] = whysOf(task);
  const takenBack = takenBackText(task);
  if (first === undefined)
    return (
      <p class="why">
        {takenBack !== null && `${asSentence(takenBack)}. `}
        {task.finishedAt === null && takenBack !== null ? null : ended(task)}
      </p>
    );
  return (
    <div class={`why is-${task.status}`}>
      {/* While it is at it, its first reason says so. */}
      {task.status === 'failed' && takenBack !== null && <b>{asSentence(takenBack)}; </b>}
      <Reason why={first} onChoose={onChoose} />
      {others.length > 0 && (
        <details>
          <summary>and {others.length} more</summary>
          <ul>
            {others.map((why) => (
              <li key={why.text}>
                <Reason why={why} onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface ToldByProps {
  readonly status: TaskView['status'];
  /** The journal of the task itself, as far as it was read. */
  readonly trail: readonly HistoryEvent[];
}

/** Tells the person who paused or cancelled it, and why. */
export function ToldBy({ status, trail }: ToldByProps) {
  if (status !== 'paused' && status !== 'cancelled') return null;
  const { by, reason } = trail.findLast(({ from, to }) => to === status && from !== to)?.detail ?? {};
  if (typeof by !== 'string') return null;
  return (
    <p class="muted">
      It was {status} by <b>{by}</b>
      {typeof reason === 'string' && `: “${reason}”`}
    </p>
  );
}

function ended({ status, startedAt, createdAt, finishedAt }: TaskView) {
  if (finishedAt === null) return 'It moves: nothing holds it up.';
  const word = status === 'complete' ? 'Complete' : status === 'cancelled' ? 'Cancelled' : 'Ended';
  return (
    <>
      {word} <Ago at={finishedAt} />, after <Span from={startedAt ?? createdAt} to={finishedAt} />.
    </>
  );
}

function Reason({
  why: { kind, text, until, atEnd, step, taskId, deadline },
  onChoose,
}: {
  why: Why;
  onChoose: WhyProps['onChoose'];
}) {
  return (
    <span>
      {kind !== null && isWait(kind) && <WaitMark kind={kind} />}
      {text}
      {until !== null && (
        <>
          {' '}
          – {atEnd} <Countdown until={until} />
        </>
      )}
      {deadline !== null && (
        <>
          {'; '}
          its deadline is <Countdown until={deadline} />
        </>
      )}{' '}
      {taskId !== null && <a href={pathTo.task(taskId)}>Open that task</a>}
      {taskId === null && step !== null && (
        <button type="button" class="link" onClick={() => onChoose(step)}>
          Show {step}
        </button>
      )}
    </span>
  );
}
