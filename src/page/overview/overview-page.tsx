/** How the whole of it is doing: what gets done, what waits, who works, and what needs somebody to look at. */

import type { ComponentChildren } from 'preact';
import type { Overview, SecondView } from '../../views/overview.ts';
import { get } from '../api.ts';
import { countText, useApprovalCount } from '../approvals/count.tsx';
import { ProblemNotice } from '../notice.tsx';
import { hrefOf, pathTo } from '../router.ts';
import { Span, spanText } from '../time.tsx';
import { useLive } from '../use-live.ts';
import { TimeChart } from './chart.tsx';
import { ServerPanel } from './server-panel.tsx';
import './overview.css';

const EVERY_MS = 2_000;

export function OverviewPage() {
  const { data, problem } = useLive(
    'overview',
    (signal) => get<Overview>('/overview', { signal }),
    null,
    EVERY_MS,
  );
  return (
    <div class="stack">
      <h1>Overview</h1>
      {problem !== null && (data === null || problem.status !== 0) && <ProblemNotice problem={problem} />}
      {data !== null && (
        <>
          <Figures overview={data} />
          <Charts seconds={data.throughput.lastMinute} />
          {data.server !== null && <ServerPanel server={data.server} />}
        </>
      )}
    </div>
  );
}

function Figures({ overview }: { readonly overview: Overview }) {
  const { throughput, backlog, oldestWaiting, webhooks, tasks } = overview;
  const approvals = useApprovalCount();
  return (
    <dl class="figures">
      <Figure name="Done per second" value={round(throughput.perSecond)} note="over the last minute" />
      <Figure
        name="Took"
        value={meanOf(throughput.lastMinute)}
        note="on average, from submission to the end"
      />
      <Figure
        name="Backlog"
        value={backlog.queued.toLocaleString()}
        note={
          backlog.running === null
            ? 'jobs queued'
            : `jobs queued, ${backlog.running.toLocaleString()} running, ${(backlog.timers ?? 0).toLocaleString()} on a timer`
        }
      />
      <Figure
        name="Oldest waiting"
        value={oldestWaiting === null ? 'none' : <Span from={oldestWaiting.since} to={null} />}
        note={
          oldestWaiting === null ? (
            'every job found a worker'
          ) : (
            <a href={hrefOf(pathTo.task(oldestWaiting.taskId), { step: oldestWaiting.step })}>
              {oldestWaiting.step}
            </a>
          )
        }
      />
      <Figure
        name="Failed tasks"
        value={tasks.failed.toLocaleString()}
        note={
          tasks.failed === 0 ? 'nobody needs you' : <a href={hrefOf('/', { status: 'failed' })}>show them</a>
        }
        isBad={tasks.failed > 0}
      />
      <Figure
        name="Approvals"
        value={approvals === null ? '–' : countText(approvals)}
        note={
          approvals?.count === 0 ? (
            'nobody is asked anything'
          ) : (
            <a href={pathTo.approvals}>wait for a person</a>
          )
        }
      />
      <Figure
        name="Webhooks dead"
        value={webhooks.dead.toLocaleString()}
        note={`${webhooks.pending.toLocaleString()} on their way`}
        isBad={webhooks.dead > 0}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note: ComponentChildren;
  readonly isBad?: boolean;
}

function Figure({ name, value, note, isBad = false }: FigureProps) {
  return (
    <div class="panel figure">
      <dt>{name}</dt>
      <dd class={isBad ? 'value is-failed' : 'value'}>{value}</dd>
      <dd class="muted">{note}</dd>
    </div>
  );
}

function Charts({ seconds }: { readonly seconds: readonly SecondView[] }) {
  const times = seconds.map(({ at }) => Date.parse(at) / 1_000);
  return (
    <div class="charts">
      <TimeChart
        title="Tasks ended per second"
        format={figure}
        least={5}
        times={times}
        series={[
          { label: 'complete', colour: '--complete', values: seconds.map(({ complete }) => complete) },
          { label: 'failed', colour: '--failed', dashed: true, values: seconds.map(({ failed }) => failed) },
        ]}
      />
      <TimeChart
        title="From submission to the end"
        format={spanText}
        least={1_000}
        times={times}
        series={[
          {
            label: 'mean',
            colour: '--running',
            scattered: true,
            values: seconds.map(({ meanMs }) => meanMs),
          },
        ]}
      />
    </div>
  );
}

function meanOf(seconds: readonly SecondView[]): string {
  let [ended, totalMs] = [0, 0];
  for (const { complete, failed, meanMs } of seconds) {
    if (meanMs === null) continue;
    ended += complete + failed;
    totalMs += meanMs * (complete + failed);
  }
  return ended === 0 ? '–' : spanText(totalMs / ended);
}

const figure = (value: number): string => value.toLocaleString();

const round = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString());
