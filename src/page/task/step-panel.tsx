/** The chosen step, beside every view: how it stands, its attempts with their errors, and what one can do about it. */

import { useMemo } from 'preact/hooks';
import type { GraphNode } from '../../diagrams/layout.ts';
import type { ActorMoment } from '../../views/moments.ts';
import type { StepStatus, StepView, TaskView } from '../../views/tasks.ts';
import { timerText } from '../chart/last-transition.ts';
import { StateLabel } from '../state.tsx';
import { Countdown } from '../time.tsx';
import { offeredBy } from './accepts.ts';
import { Arguments } from './arguments.tsx';
import { Attempts } from './attempts.tsx';
import { Children } from './children.tsx';
import { CompensationFacts } from './compensation-facts.tsx';
import { indexAt, isWhole, type Journal, stepActor } from './journal.ts';
import { Json } from './json.tsx';
import { stepSpans } from './timeline/lanes.ts';
import { Verbs } from './verbs.tsx';
import { WaitFacts, WaitHead } from './wait-facts.tsx';
import { WhatIf } from './what-if.tsx';

interface StepPanelProps {
  readonly task: TaskView;
  readonly step: StepView;
  readonly status: StepStatus;
  readonly journal: Journal;
  /** null for now. */
  readonly seq: number | null;
  /** When that is, epoch milliseconds. */
  readonly at: number;
  /** null before it was spawned. */
  readonly moment: ActorMoment | null;
  readonly events: readonly string[];
  /** Would take it back, as it is drawn. */
  readonly compensation: GraphNode | null;
  readonly onChoose: (step: string | null) => void;
  readonly onDone: () => void;
}

export function StepPanel(props: StepPanelProps) {
  const { task, step, status, journal, seq, at, moment, events, onChoose, onDone } = props;
  const { name } = step;
  const spans = useMemo(() => {
    const trail = journal.byActor.get(stepActor(name)) ?? [];
    return stepSpans(trail.slice(0, indexAt(trail, seq) + 1));
  }, [journal, name, seq]);
  const output = moment?.context['output'];
  return (
    <section class="panel step-panel" aria-label={`Step ${name}`}>
      <header>
        <h2>{name}</h2>
        <StateLabel state={status} />
        <button type="button" class="plain" aria-label="Choose no step" onClick={() => onChoose(null)}>
          ✕
        </button>
      </header>
      <div class="body stack">
        {seq === null && (
          <Verbs taskId={task.id} step={step} accepts={offeredBy(task, step, moment)} onDone={onDone} />
        )}
        {step.wait !== undefined && <WaitHead wait={step.wait} moment={moment} />}
        {step.children !== undefined && <Children taskId={task.id} step={step} counts={step.children} />}
        <StepFacts {...props} isNow={seq === null} />
        {step.wait === undefined && (
          <div>
            <h3>Attempts</h3>
            {isWhole(journal) ? (
              <Attempts spans={spans} end={at} />
            ) : (
              <p class="muted">Reading the journal…</p>
            )}
          </div>
        )}
        {output !== undefined && (
          <div>
            <h3>Output</h3>
            <Json value={output} />
          </div>
        )}
        {step.with !== undefined && <Arguments key={name} taskId={task.id} step={step} written={step.with} />}
        <Inputs task={task} step={step} />
        {moment !== null && <WhatIf key={name} taskId={task.id} step={name} seq={seq} events={events} />}
      </div>
    </section>
  );
}

interface StepFactsProps extends Pick<StepPanelProps, 'task' | 'step' | 'moment' | 'compensation'> {
  readonly isNow: boolean;
  readonly onChoose: (step: string) => void;
}

function StepFacts({ task, step, moment, compensation, isNow, onChoose }: StepFactsProps) {
  const { dependsOn, critical, optional, resolvedBy, wait } = step;
  return (
    <dl class="facts">
      <dt>State</dt>
      <dd class="mono">{moment?.state ?? 'not spawned'}</dd>
      {wait === undefined ? (
        <WorkFacts step={step} moment={moment} isNow={isNow} />
      ) : (
        <WaitFacts wait={wait} moment={moment} isNow={isNow} />
      )}
      {(critical || optional) && (
        <>
          <dt>Kind</dt>
          <dd>{critical ? 'critical: its failure halts the task' : 'optional: its failure is skipped'}</dd>
        </>
      )}
      <CompensationFacts
        {...{ step, compensation, moment, isNow, onChoose }}
        isBegun={task.compensation !== null}
      />
      {dependsOn.length > 0 && (
        <>
          <dt>After</dt>
          <dd>
            <Names names={dependsOn} onChoose={onChoose} />
          </dd>
        </>
      )}
      {resolvedBy !== undefined && isNow && (
        <>
          <dt>{wait?.for === 'approval' ? 'Answered by' : 'Resolved by'}</dt>
          <dd>{resolvedBy}</dd>
        </>
      )}
    </dl>
  );
}

/** Tells who does it, and how often it may be tried. */
function WorkFacts({ step, moment, isNow }: Pick<StepFactsProps, 'step' | 'moment' | 'isNow'>) {
  const { handler, maxAttempts } = step;
  const [timer] = Object.entries(moment?.timers ?? {});
  return (
    <>
      {isNow && timer !== undefined && (
        <>
          <dt>Timer</dt>
          <dd>
            {timerText(timer[0])} <Countdown until={timer[1]} />
          </dd>
        </>
      )}
      <dt>Handler</dt>
      <dd class="mono">{handler}</dd>
      <dt>Attempts</dt>
      <dd>at most {maxAttempts} in a set</dd>
    </>
  );
}

/** A wide join has hundreds; the graph shows them all. */
const MOST_NAMES = 12;

function Names({
  names,
  onChoose,
}: {
  readonly names: readonly string[];
  readonly onChoose: (step: string) => void;
}) {
  return (
    <>
      {names.slice(0, MOST_NAMES).map((name) => (
        <button key={name} type="button" class="link" onClick={() => onChoose(name)}>
          {name}
        </button>
      ))}
      {names.length > MOST_NAMES && <span class="muted">and {names.length - MOST_NAMES} more</span>}
    </>
  );
}

function Inputs({ task, step }: { readonly task: TaskView; readonly step: StepView }) {
  const { dependsOn, compensates } = step;
  // A compensation is given what its own step has made.
  const names = compensates === undefined ? dependsOn : [compensates];
  const outputs = task.steps.filter(({ name, output }) => names.includes(name) && output !== null);
  const [first] = outputs;
  const dependencies = Object.fromEntries(
    outputs.slice(0, MOST_NAMES).map(({ name, output }) => [name, output]),
  );
  const given = {
    payload: task.payload,
    ...(outputs.length === 0 ? {} : { dependencies }),
    ...(compensates === undefined
      ? {}
      : { compensates: { step: compensates, output: first?.output ?? null } }),
  };
  return (
    <details>
      <summary>Input</summary>
      <Json value={given} />
    </details>
  );
}
