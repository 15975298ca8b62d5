/**
 * One task: why it is not moving, the moment looked at, and four views of it that share what is chosen. Everything
 * shown belongs to one moment, and everything one can do is what its states take.
 */

import { useEffect } from 'preact/hooks';
import { ProblemNotice } from '../notice.tsx';
import { hrefOf, pathTo } from '../router.ts';
import { StateLabel } from '../state.tsx';
import { taskStatusAt } from './journal.ts';
import { type LiveTask, useLiveTask, useMoment } from './live-task.ts';
import { PastBanner } from './past-banner.tsx';
import { Scrubber } from './scrubber.tsx';
import { type Selection, useSelection } from './selection.ts';
import { offeredByTask, takeBackOf } from './taken-back.ts';
import { TakingBack } from './taking-back.tsx';
import { taskPath } from './task-path.ts';
import './task.css';
import { fullName, taskName } from './task-name.ts';
import { type Drawings, useDrawings } from './use-drawings.ts';
import { useJournal } from './use-journal.ts';
import { Verbs } from './verbs.tsx';
import { Views } from './views.tsx';
import { ToldBy, WhyLine } from './why.tsx';

export function TaskPage({ id }: { readonly id: string }) {
  const { data, problem, refresh } = useLiveTask(id);
  const drawings = useDrawings(id);
  const selection = useSelection();
  if (data === null && problem === null) return <p class="empty">Opening the task…</p>;
  if (data === null)
    return (
      <div class="stack">
        <ProblemNotice problem={problem} />
        <p>
          <a href={pathTo.tasks}>All tasks</a>
        </p>
      </div>
    );
  return (
    <div class="task stack">
      <Task live={data} {...{ drawings, selection }} onDone={refresh} />
    </div>
  );
}

interface TaskProps {
  readonly live: LiveTask;
  readonly drawings: Drawings;
  readonly selection: Selection;
  readonly onDone: () => void;
}

function Task({ live, drawings, selection, onDone }: TaskProps) {
  const { task, now } = live;
  const { seq, setSeq, setStep } = selection;
  const last = now?.last ?? 1;
  const { journal, look } = useJournal(taskPath(task.id), now?.last ?? null);
  const past = useMoment(task.id, seq);
  const moment = seq === null ? now : past.moment;
  useEffect(() => {
    if (seq !== null) look(seq);
  }, [seq, look]);
  const title = [task.status, task.name, task.correlationId, 'Troupe']
    .filter((part) => part !== null)
    .join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <header class="task-head">
        <div class="row">
          <h1>{taskName(task)}</h1>
          <StateLabel state={taskStatusAt({ task, journal }, seq, moment)} />
          {task.workflow !== null && (
            <a
              class="chip"
              href={hrefOf(pathTo.workflow(fullName(task.workflow)), { version: task.workflow.version })}
            >
              version {task.workflow.version}
            </a>
          )}
          {now?.differs && <span class="chip is-failed">differs from what is stored</span>}
          {task.parent !== null && (
            <a class="chip" href={pathTo.task(task.parent.taskId)}>
              child of step {task.parent.step}
            </a>
          )}
          {seq === null && <TakingBack task={task} />}
          <span class="grow" />
          {seq === null && (
            <Verbs
              taskId={task.id}
              step={null}
              accepts={offeredByTask(task, now?.task.accepts ?? [])}
              takeBack={takeBackOf(task, now?.task ?? null)}
              onDone={onDone}
            />
          )}
        </div>
        {seq === null ? (
          <>
            <WhyLine task={task} onChoose={setStep} />
            <ToldBy status={task.status} trail={journal.byActor.get('task') ?? []} />
          </>
        ) : (
          <PastBanner seq={seq} past={past} onNow={() => setSeq(null)} />
        )}
      </header>
      <Scrubber journal={journal} last={last} seq={seq} onSeq={setSeq} />
      <Views {...{ task, drawings, journal, last, look, moment, selection, onDone }} />
    </>
  );
}
