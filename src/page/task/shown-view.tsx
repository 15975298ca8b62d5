/** Shows the chosen view of a task, or says that it is on its way. */

import type { VNode } from 'preact';
import type { MomentView } from '../../views/moments.ts';
import type { StepStatus, StepView, TaskView } from '../../views/tasks.ts';
import { Graph } from '../graph/graph.tsx';
import { ProblemNotice } from '../notice.tsx';
import { JournalTable } from './journal/journal-table.tsx';
import { isWhole, type Journal } from './journal.ts';
import type { Selection } from './selection.ts';
import { Statecharts } from './statecharts.tsx';
import { Timeline } from './timeline/timeline.tsx';
import type { Drawings } from './use-drawings.ts';

/** How the task stood at the moment looked at. */
export interface Standing {
  readonly statuses: ReadonlyMap<string, StepStatus>;
  /** The steps of the critical path. */
  readonly path: ReadonlySet<string>;
  /** When that is, epoch milliseconds. */
  readonly at: number;
}

interface ShownViewProps {
  readonly task: TaskView;
  readonly drawings: Drawings;
  readonly journal: Journal;
  readonly last: number;
  readonly look: (seq: number) => void;
  readonly moment: MomentView | null;
  readonly selection: Selection;
  /** The chosen one, if the task has it. */
  readonly step: StepView | null;
  readonly standing: Standing;
  readonly onEvent: (step: string | null, event: string) => void;
}

export function ShownView(props: ShownViewProps) {
  const { task, drawings, journal, last, look, moment, selection, step, standing, onEvent } = props;
  const { view, seq, setStep, setSeq } = selection;
  const { problem } = drawings;
  const chosen = step?.name ?? null;
  if (view === 'graph') {
    const placing = `${task.steps.length.toLocaleString()} steps`;
    return (
      <Drawn drawing={drawings.graph} problem={problem} placing={placing}>
        {(layout) => (
          <Graph
            layout={layout}
            label={`Steps of ${task.name}`}
            states={standing.statuses}
            chosen={chosen}
            path={standing.path}
            onChoose={setStep}
          />
        )}
      </Drawn>
    );
  }
  if (view === 'chart') {
    return (
      <Drawn drawing={drawings.charts} problem={problem} placing="the states">
        {(charts) => <Statecharts {...{ task, charts, moment, journal, seq, step, onEvent }} />}
      </Drawn>
    );
  }
  if (view === 'journal') {
    return (
      <JournalTable {...{ journal, last, seq, look }} chosen={chosen} onSeq={setSeq} onChoose={setStep} />
    );
  }
  if (!isWhole(journal)) return <ReadingJournal read={journal.events.length} last={last} />;
  return (
    <Timeline {...{ task, journal, seq, ...standing }} chosen={chosen} onChoose={setStep} onSeq={setSeq} />
  );
}

interface DrawnProps<Drawing> {
  /** null until it has come. */
  readonly drawing: Drawing | null;
  readonly problem: unknown;
  /** Tells what is being placed until then. */
  readonly placing: string;
  readonly children: (drawing: Drawing) => VNode;
}

function Drawn<Drawing>({ drawing, problem, placing, children }: DrawnProps<Drawing>) {
  return (
    <>
      {problem !== null && <ProblemNotice problem={problem} />}
      {drawing === null && problem === null && (
        <p class="empty" role="status">
          Placing {placing}…
        </p>
      )}
      {drawing !== null && children(drawing)}
    </>
  );
}

function ReadingJournal({ read, last }: { readonly read: number; readonly last: number }) {
  return (
    <p class="empty" role="status">
      Reading the journal: {read.toLocaleString()} of {last.toLocaleString()} entries…
    </p>
  );
}
