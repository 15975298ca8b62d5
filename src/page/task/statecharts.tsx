/** The machine of the task or of the chosen step, and where in it that is at the moment looked at. */

import { useState } from 'preact/hooks';
import type { MachineChart } from '../../diagrams/layout.ts';
import type { ActorMoment, MomentView } from '../../views/moments.ts';
import { Chart } from '../chart/chart.tsx';
import { type Journal, lastOf, stepActor } from './journal.ts';

interface StatechartsProps {
  readonly charts: { readonly task: MachineChart; readonly step: MachineChart };
  readonly moment: MomentView | null;
  readonly journal: Journal;
  /** null for now. */
  readonly seq: number | null;
  readonly step: string | null;
  readonly onEvent: (step: string | null, event: string) => void;
}

export function Statecharts({ charts, moment, journal, seq, step, onEvent }: StatechartsProps) {
  // A chosen step is shown itself, until the user asks for the task.
  const [wantsTask, setWantsTask] = useState(false);
  const shown = wantsTask ? null : step;
  const actor = moment === null ? null : shown === null ? moment.task : (moment.steps[shown] ?? null);
  return (
    <div class="statecharts">
      <div class="row statecharts-head">
        {step !== null && (
          <span class="tabs">
            <button type="button" aria-pressed={shown === null} onClick={() => setWantsTask(true)}>
              task
            </button>
            <button type="button" aria-pressed={shown !== null} onClick={() => setWantsTask(false)}>
              {step}
            </button>
          </span>
        )}
        <span class="muted">
          {shown === null ? 'The task' : shown} is{' '}
          <strong class="mono">{actor?.state ?? 'not spawned yet'}</strong>
        </span>
      </div>
      <Chart
        key={shown ?? ''}
        chart={shown === null ? charts.task : charts.step}
        label={shown === null ? 'Statechart of the task' : `Statechart of step ${shown}`}
        {...situation(actor, journal, shown === null ? 'task' : stepActor(shown), seq)}
        {...(seq === null ? { onEvent: (event: string) => onEvent(shown, event) } : {})}
      />
    </div>
  );
}

function situation(actor: ActorMoment | null, journal: Journal, name: string, seq: number | null) {
  return {
    active: actor?.state ?? null,
    last: lastOf(journal, name, seq),
    ticking: seq === null,
    ...(actor === null ? {} : { timers: actor.timers, accepts: actor.accepts }),
  };
}
