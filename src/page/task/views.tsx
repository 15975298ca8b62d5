/** The four views of a task and, beside them, what is chosen in them. */

import { useMemo, useState } from 'preact/hooks';
import type { MomentView } from '../../actors/moment-views.ts';
import type { TaskView } from '../../actors/views.ts';
import type { MachineChart } from '../../view/layout.ts';
import { Graph } from '../graph/graph.tsx';
import { ProblemNotice } from '../notice.tsx';
import { JournalTable } from './journal/journal-table.tsx';
import { indexAt, type Journal, lastOf, statusesAt, stepActor } from './journal.ts';
import type { LiveTask } from './live-task.ts';
import { type Selection, VIEWS, type ViewName } from './selection.ts';
import { Statecharts } from './statecharts.tsx';
import { StepPanel } from './step-panel.tsx';
import { TaskPanel } from './task-panel.tsx';
import { criticalPath } from './timeline/critical-path.ts';
import { Timeline } from './timeline/timeline.tsx';
import { useDrawings } from './use-drawings.ts';
import { VerbDialog } from './verb-dialog.tsx';

interface ViewsProps {
  readonly live: LiveTask;
  /** Of the moment looked at; null until it has come. */
  readonly moment: MomentView | null;
  readonly selection: Selection;
  readonly onDone: () => void;
}

const NAMES: Readonly<Record<ViewName, string>> = {
  graph: 'Graph',
  chart: 'Statechart',
  timeline: 'Timeline',
  journal: 'Journal',
};

export function Views({ live, moment, selection, onDone }: ViewsProps) {
  const { task, journal } = live;
  const { view, seq, setView, setStep, setSeq } = selection;
  const chosen = task.steps.find(({ name }) => name === selection.step) ?? null;
  const step = chosen?.name ?? null;
  const { graph, charts, problem } = useDrawings(task.id);
  const [asked, setAsked] = useState<{ step: string | null; event: string } | null>(null);
  const statuses = useMemo(() => statusesAt(task, journal, seq), [task, journal, seq]);
  const path = useMemo(() => new Set(criticalPath(finishes(task, journal, seq))), [task, journal, seq]);
  const at = useMemo(() => momentOf(live, seq), [live, seq]);

  return (
    <div class="task-body">
      <section class="panel views" aria-label="Views">
        <nav class="tabs" aria-label="Views of the task">
          {VIEWS.map((name) => (
            <button key={name} type="button" aria-pressed={name === view} onClick={() => setView(name)}>
              {NAMES[name]}
            </button>
          ))}
        </nav>
        <div class={`view is-${view}-view`}>
          {(view === 'graph' || view === 'chart') && problem !== null && <ProblemNotice problem={problem} />}
          {view === 'graph' && graph === null && problem === null && (
            <p class="empty" role="status">
              Placing {task.steps.length.toLocaleString()} steps…
            </p>
          )}
          {view === 'graph' && graph !== null && (
            <Graph
              layout={graph}
              label={`Steps of ${task.name}`}
              states={statuses}
              chosen={step}
              path={path}
              onChoose={setStep}
            />
          )}
          {view === 'chart' && charts === null && problem === null && (
            <p class="empty" role="status">
              Placing the states…
            </p>
          )}
          {view === 'chart' && charts !== null && (
            <Statecharts
              charts={charts}
              moment={moment}
              journal={journal}
              seq={seq}
              step={step}
              onEvent={(of, event) => setAsked({ step: of, event })}
            />
          )}
          {view === 'timeline' && (
            <Timeline
              {...{ task, journal, seq, at, statuses, path }}
              chosen={step}
              onChoose={setStep}
              onSeq={setSeq}
            />
          )}
          {view === 'journal' && (
            <JournalTable journal={journal} seq={seq} chosen={step} onSeq={setSeq} onChoose={setStep} />
          )}
        </div>
      </section>
      {chosen === null ? (
        <TaskPanel task={task} seq={seq} moment={moment?.task ?? null} events={eventsOf(charts?.task)} />
      ) : (
        <StepPanel
          {...{ task, journal, seq, at, onDone }}
          step={chosen}
          status={statuses.get(chosen.name) ?? 'pending'}
          moment={moment?.steps[chosen.name] ?? null}
          events={eventsOf(charts?.step)}
          onChoose={setStep}
        />
      )}
      {asked !== null && (
        <VerbDialog taskId={task.id} {...asked} onClose={() => setAsked(null)} onDone={onDone} />
      )}
    </div>
  );
}

const eventsOf = (chart: MachineChart | undefined): readonly string[] => [
  ...new Set((chart?.transitions ?? []).map(({ event }) => event).filter((event) => event !== '')),
];

const ENDED = new Set(['complete', 'skipped', 'failed']);

/** When each step ended, as of the moment. */
function finishes(task: TaskView, journal: Journal, seq: number | null) {
  return task.steps.map(({ name, dependsOn }) => {
    const last = lastOf(journal, stepActor(name), seq);
    return { name, dependsOn, finishedAt: last !== null && ENDED.has(last.to) ? Date.parse(last.at) : null };
  });
}

/** Now goes on only while the task does. */
function momentOf({ task, journal }: LiveTask, seq: number | null): number {
  const event = journal.events[indexAt(journal.events, seq)];
  const last = event === undefined ? Date.now() : Date.parse(event.at);
  return seq === null && task.finishedAt === null ? Math.max(last, Date.now()) : last;
}
