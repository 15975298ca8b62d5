/** The four views of a task and, beside them, what is chosen in them. */

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { MachineChart } from '../../diagrams/layout.ts';
import type { MomentView } from '../../views/moments.ts';
import type { TaskView } from '../../views/tasks.ts';
import { EMPTY_JOURNAL, indexAt, type Journal, lastOf, statusesAt, stepActor } from './journal.ts';
import { type Selection, VIEWS, type ViewName } from './selection.ts';
import { ShownView, type Standing } from './shown-view.tsx';
import { StepPanel } from './step-panel.tsx';
import { takeBackOf } from './taken-back.ts';
import { TaskPanel } from './task-panel.tsx';
import { criticalPath } from './timeline/critical-path.ts';
import { chartOf, type Drawings } from './use-drawings.ts';
import { AskedDialog } from './verbs.tsx';

interface ViewsProps {
  readonly task: TaskView;
  readonly drawings: Drawings;
  readonly journal: Journal;
  /** The number of its last entry, be it read yet or not. */
  readonly last: number;
  readonly look: (seq: number) => void;
  /** The moment looked at; null until it has come. */
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

export function Views({ task, drawings, journal, last, look, moment, selection, onDone }: ViewsProps) {
  const { view, seq, setView, setStep } = selection;
  const chosen = task.steps.find(({ name }) => name === selection.step) ?? null;
  const step = chosen?.name ?? null;
  const { charts } = drawings;
  const [asked, setAsked] = useState<{ step: string | null; event: string } | null>(null);
  const standing = useStanding(task, journal, seq, moment);
  const needsWhole = view === 'timeline' || step !== null;
  useEffect(() => {
    if (needsWhole) look(1);
  }, [needsWhole, look]);

  return (
    <div class="task-body">
      <section class="panel views" aria-label="Views">
        <ViewTabs view={view} onView={setView} />
        <div class={`view is-${view}-view`}>
          <ShownView
            {...{ task, drawings, journal, last, look, moment, selection, standing }}
            step={chosen}
            onEvent={(of, event) => setAsked({ step: of, event })}
          />
        </div>
      </section>
      {chosen === null ? (
        <TaskPanel task={task} seq={seq} moment={moment?.task ?? null} events={eventsOf(charts?.task)} />
      ) : (
        <StepPanel
          {...{ task, journal, seq, onDone }}
          at={standing.at}
          step={chosen}
          status={standing.statuses.get(chosen.name) ?? 'pending'}
          moment={moment?.steps[chosen.name] ?? null}
          compensation={drawings.graph?.nodes.find(({ compensates }) => compensates === step) ?? null}
          events={eventsOf(charts === null ? undefined : chartOf(charts, chosen))}
          onChoose={setStep}
        />
      )}
      {asked !== null && (
        <AskedDialog
          taskId={task.id}
          step={task.steps.find(({ name }) => name === asked.step) ?? null}
          event={asked.event}
          takeBack={takeBackOf(task, moment?.task ?? null)}
          onClose={() => setAsked(null)}
          onDone={onDone}
        />
      )}
    </div>
  );
}

interface ViewTabsProps {
  readonly view: ViewName;
  readonly onView: (view: ViewName) => void;
}

function ViewTabs({ view, onView }: ViewTabsProps) {
  return (
    <nav class="tabs" aria-label="Views of the task">
      {VIEWS.map((name) => (
        <button key={name} type="button" aria-pressed={name === view} onClick={() => onView(name)}>
          {NAMES[name]}
        </button>
      ))}
    </nav>
  );
}

function useStanding(
  task: TaskView,
  journal: Journal,
  seq: number | null,
  moment: MomentView | null,
): Standing {
  // Now is told by the task alone, so that what is read of its past draws no graph again.
  const [past, then] = seq === null ? [EMPTY_JOURNAL, null] : [journal, moment];
  const statuses = useMemo(() => statusesAt({ task, journal: past }, seq, then), [task, past, seq, then]);
  const path = useMemo(() => new Set(criticalPath(finishes(task, past, seq))), [task, past, seq]);
  const at = useMemo(() => momentOf(task, journal, seq), [task, journal, seq]);
  return { statuses, path, at };
}

const eventsOf = (chart: MachineChart | undefined): readonly string[] => [
  ...new Set((chart?.transitions ?? []).map(({ event }) => event).filter((event) => event !== '')),
];

const ENDED = new Set(['complete', 'skipped', 'failed']);

/** When each step ended, as of the moment. */
function finishes(task: TaskView, journal: Journal, seq: number | null) {
  return task.steps.map(({ name, dependsOn, status, finishedAt }) => {
    const { to, at } =
      seq === null ? { to: status, at: finishedAt } : (lastOf(journal, stepActor(name), seq) ?? NOT_BEGUN);
    return { name, dependsOn, finishedAt: at !== null && ENDED.has(to) ? Date.parse(at) : null };
  });
}

const NOT_BEGUN = { to: 'pending', at: null };

/** Now goes on only while the task does. */
function momentOf(task: TaskView, journal: Journal, seq: number | null): number {
  const event = journal.events[indexAt(journal.events, seq)];
  const last = Date.parse(event?.at ?? task.finishedAt ?? task.createdAt);
  return seq === null && task.finishedAt === null ? Math.max(last, Date.now()) : last;
}
