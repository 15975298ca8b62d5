/** When each step waited, worked and was tried again, on one line of time that leaves idle stretches short. */

import { useMemo } from 'preact/hooks';
import type { StepStatus, TaskView } from '../../../views/tasks.ts';
import { StateMark } from '../../state.tsx';
import { momentText, spanText } from '../../time.tsx';
import { indexAt, type Journal, stepActor } from '../journal.ts';
import './timeline.css';
import { VirtualRows } from '../virtual-rows.tsx';
import { type Axis, makeAxis } from './axis.ts';
import { deadlineOf } from './deadline.ts';
import { Lane } from './lane.tsx';
import { type LaneSpan, stepSpans, taskSpans } from './lanes.ts';

interface TimelineProps {
  readonly task: TaskView;
  readonly journal: Journal;
  /** null for now. */
  readonly seq: number | null;
  /** When that is, epoch milliseconds. */
  readonly at: number;
  readonly statuses: ReadonlyMap<string, StepStatus>;
  readonly path: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly onChoose: (step: string | null) => void;
  readonly onSeq: (seq: number) => void;
}

const ROW_PX = 26;

export function Timeline({ task, journal, seq, at, statuses, path, chosen, onChoose, onSeq }: TimelineProps) {
  // A task is read again and again; its steps stay the same.
  const names = JSON.stringify(task.steps.map(({ name }) => name));
  const lanes = useMemo(() => lanesAt(task, journal, seq), [names, journal, seq]);
  const deadline = deadlineOf(task, seq, at);
  const axis = useMemo(() => axisOf(lanes, at, deadline), [lanes, at, deadline]);
  const chosenRow = lanes.findIndex(({ step }) => step === chosen);
  return (
    <div class="timeline">
      <Scale axis={axis} deadline={deadline} />
      <VirtualRows
        count={lanes.length}
        rowHeightPx={ROW_PX}
        reveal={chosenRow}
        label="Steps over time"
        row={(index) => {
          const lane = lanes[index];
          if (lane === undefined) return null;
          const state = lane.step === null ? null : (statuses.get(lane.step) ?? 'pending');
          return (
            <li key={lane.step ?? ''} class={`lane-row${lane.step === chosen ? ' is-chosen' : ''}`}>
              <button type="button" class="lane-name plain" onClick={() => onChoose(lane.step)}>
                {state !== null && <StateMark state={state} />}
                <span>{lane.step ?? 'task'}</span>
              </button>
              <Lane
                axis={axis}
                spans={lane.spans}
                end={at}
                deadline={deadline}
                isCritical={lane.step !== null && path.has(lane.step)}
                onSeq={onSeq}
              />
              <span class="lane-length">{lengthOf(lane.spans, at)}</span>
            </li>
          );
        }}
      />
      <Legend hasDeadline={deadline !== null} />
    </div>
  );
}

interface StepLane {
  /** null for the task itself. */
  readonly step: string | null;
  readonly spans: readonly LaneSpan[];
}

/** From its first sign of life to its last. */
function lengthOf(spans: readonly LaneSpan[], at: number): string {
  const [first, last] = [spans[0], spans.at(-1)];
  return first === undefined || last === undefined ? '' : spanText((last.to ?? at) - first.from);
}

function lanesAt(task: TaskView, journal: Journal, seq: number | null): StepLane[] {
  const until = (actor: string) => {
    const trail = journal.byActor.get(actor) ?? [];
    return trail.slice(0, indexAt(trail, seq) + 1);
  };
  const steps = task.steps.map(({ name }) => ({ step: name, spans: stepSpans(until(stepActor(name))) }));
  return [{ step: null, spans: taskSpans(until('task')) }, ...steps];
}

function axisOf(lanes: readonly StepLane[], at: number, deadline: number | null): Axis {
  const spans = lanes.flatMap((lane) => lane.spans);
  const moments = [
    at,
    ...(deadline === null ? [] : [deadline]),
    ...spans.flatMap(({ from, to }) => [from, to ?? at]),
  ];
  const attempts = lanes.filter(({ step }) => step !== null).flatMap((lane) => lane.spans);
  const busy = attempts
    .filter(({ kind }) => kind === 'running')
    .map(({ from, to }) => ({ from, to: Math.max(from, to ?? at) }));
  return makeAxis(moments, busy);
}

const TICKS = 6;

interface ScaleProps {
  readonly axis: Axis;
  readonly deadline: number | null;
}

/** Time since the task began, and how much was left out. */
function Scale({ axis, deadline }: ScaleProps) {
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS);
  return (
    <div class="scale" aria-hidden="true">
      <div class="scale-line">
        {ticks.map((place) => (
          <span key={place} class="tick" style={{ left: `${place * 100}%` }}>
            {place === 0 ? '0' : `+${spanText(axis.moment(place) - axis.from)}`}
          </span>
        ))}
        {deadline !== null && (
          <span
            class="tick is-deadline"
            style={{ left: `${axis.place(deadline) * 100}%` }}
            title={`the deadline: ${momentText(new Date(deadline).toISOString())}`}
          />
        )}
      </div>
    </div>
  );
}

const BARS = {
  queued: 'queued',
  running: 'attempt',
  complete: 'complete',
  failed: 'failed',
  backoff: 'backoff',
  waiting: 'waiting',
  held: 'held or paused',
};

function Legend({ hasDeadline }: { readonly hasDeadline: boolean }) {
  return (
    <p class="legend">
      {Object.entries(BARS).map(([kind, name]) => (
        <span key={kind}>
          <svg width="18" height="10" aria-hidden="true">
            <rect class={`bar is-${kind}-bar`} x="0" y="1" width="18" height="8" rx="2" />
          </svg>
          {name}
        </span>
      ))}
      <span>
        <svg width="18" height="10" aria-hidden="true">
          <rect class="critical-line" x="0" y="4" width="18" height="2.5" />
        </svg>
        critical path
      </span>
      <span>
        <svg width="18" height="10" aria-hidden="true">
          <rect class="gap" x="0" y="0" width="18" height="10" />
        </svg>
        idle, compressed
      </span>
      {hasDeadline && (
        <span>
          <svg width="18" height="10" aria-hidden="true">
            <rect class="deadline-line" x="8" y="0" width="2" height="10" />
          </svg>
          deadline
        </span>
      )}
    </p>
  );
}
