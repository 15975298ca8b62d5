/** The machine of the task or of the chosen step, and where in it that is at the moment looked at. */

import { useMemo, useState } from 'preact/hooks';
import type { ActorMoment, MomentView } from '../../views/moments.ts';
import type { StepView, TaskView } from '../../views/tasks.ts';
import { Chart } from '../chart/chart.tsx';
import { acceptsOf, SIGNAL } from './accepts.ts';
import { type Journal, lastOf, stepActor } from './journal.ts';
import { isLeftAlone, offeredByTask } from './taken-back.ts';
import { type Charts, chartOf } from './use-drawings.ts';

interface StatechartsProps {
  readonly task: TaskView;
  readonly charts: Charts;
  readonly moment: MomentView | null;
  readonly journal: Journal;
  /** null for now. */
  readonly seq: number | null;
  readonly step: StepView | null;
  readonly onEvent: (step: string | null, event: string) => void;
}

export function Statecharts({ task, charts, moment, journal, seq, step, onEvent }: StatechartsProps) {
  // A chosen step is shown itself, until the user asks for the task.
  const [wantsTask, setWantsTask] = useState(false);
  const shown = wantsTask ? null : step;
  const name = shown?.name ?? null;
  const actor = moment === null ? null : name === null ? moment.task : (moment.steps[name] ?? null);
  const accepts = useMemo(() => chartAccepts(task, shown, actor), [task, shown, actor]);
  return (
    <div class="statecharts">
      <div class="row statecharts-head">
        {step !== null && (
          <span class="tabs">
            <button type="button" aria-pressed={shown === null} onClick={() => setWantsTask(true)}>
              task
            </button>
            <button type="button" aria-pressed={shown !== null} onClick={() => setWantsTask(false)}>
              {step.name}
            </button>
          </span>
        )}
        <span class="muted">
          {name ?? 'The task'} is <strong class="mono">{actor?.state ?? 'not spawned yet'}</strong>
        </span>
      </div>
      <Chart
        key={name ?? ''}
        chart={chartOf(charts, shown)}
        label={name === null ? 'Statechart of the task' : `Statechart of step ${name}`}
        accepts={accepts}
        {...situation(actor, journal, name === null ? 'task' : stepActor(name), seq)}
        {...(seq === null ? { onEvent: (event: string) => onEvent(name, event) } : {})}
      />
    </div>
  );
}

/** Its transition for a signal is there only while it listens. */
function chartAccepts(task: TaskView, step: StepView | null, actor: ActorMoment | null): readonly string[] {
  if (step === null) return offeredByTask(task, actor?.accepts ?? []);
  if (isLeftAlone(task, step)) return [];
  const accepts = acceptsOf(step, actor);
  return step.wait?.signal === undefined ? accepts : [...accepts, SIGNAL];
}

function situation(actor: ActorMoment | null, journal: Journal, name: string, seq: number | null) {
  return {
    active: actor?.state ?? null,
    last: lastOf(journal, name, seq),
    ticking: seq === null,
    ...(actor === null ? {} : { timers: actor.timers }),
  };
}
