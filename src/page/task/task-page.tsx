/**
 * One task: why it is not moving, the moment looked at, and four views of it that share what is chosen. Everything
 * shown belongs to one moment, and everything one can do is what its states take.
 */

import { ProblemNotice } from '../notice.tsx';
import { pathTo } from '../router.ts';
import { StateLabel } from '../state.tsx';
import { taskStatusAt } from './journal.ts';
import { type LiveTask, useLiveTask, useMoment } from './live-task.ts';
import { PastBanner } from './past-banner.tsx';
import { Scrubber } from './scrubber.tsx';
import { type Selection, useSelection } from './selection.ts';
import './task.css';
import { Verbs } from './verbs.tsx';
import { Views } from './views.tsx';
import { WhyLine } from './why.tsx';

export function TaskPage({ id }: { readonly id: string }) {
  const { data, problem, refresh } = useLiveTask(id);
  const selection = useSelection();
  if (data === null)
    return problem === null ? <p class="empty">Opening the task…</p> : <ProblemNotice problem={problem} />;
  return (
    <div class="task stack">
      <Task live={data} selection={selection} onDone={refresh} />
    </div>
  );
}

interface TaskProps {
  readonly live: LiveTask;
  readonly selection: Selection;
  readonly onDone: () => void;
}

function Task({ live, selection, onDone }: TaskProps) {
  const { task, journal, now } = live;
  const { seq, setSeq, setStep } = selection;
  const past = useMoment(task.id, seq);
  const moment = seq === null ? now : past.moment;
  return (
    <>
      <header class="task-head">
        <div class="row">
          <h1>{task.name}</h1>
          <StateLabel state={taskStatusAt(task, journal, seq)} />
          {task.workflow !== null && (
            <a class="chip" href={pathTo.workflow(task.workflow.name)}>
              version {task.workflow.version}
            </a>
          )}
          {now.differs && <span class="chip is-failed">differs from what is stored</span>}
          <span class="grow" />
          {seq === null && <Verbs taskId={task.id} step={null} accepts={now.task.accepts} onDone={onDone} />}
        </div>
        {seq === null ? (
          <WhyLine task={task} onChoose={setStep} />
        ) : (
          <PastBanner seq={seq} past={past} onNow={() => setSeq(null)} />
        )}
      </header>
      <Scrubber journal={journal} seq={seq} onSeq={setSeq} />
      <Views live={live} moment={moment} selection={selection} onDone={onDone} />
    </>
  );
}
