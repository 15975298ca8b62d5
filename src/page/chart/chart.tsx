/**
 * A statechart, and where in it an actor is: the active state lit, the transition that led there shown, timers
 * counting down in their state, and the events that its state takes from a person as things to press.
 */

import { useCallback, useMemo } from 'preact/hooks';
import './chart.css';
import type { Box, ChartState, ChartTransition, MachineChart, Point } from '../../diagrams/layout.ts';
import { Canvas } from '../graph/canvas.tsx';
import { boxAround, pathThrough } from '../graph/geometry.ts';
import { tipAt } from '../graph/tip.ts';
import { Countdown } from '../time.tsx';
import { type LastEvent, lastTransition, timerText } from './last-transition.ts';

export interface ChartProps {
  readonly chart: MachineChart;
  readonly label: string;
  /** The innermost active state, `retrying.backoff`; null to show the machine alone. */
  readonly active?: string | null;
  /** The event that led there. */
  readonly last?: LastEvent | null;
  /** Due times of armed timers by event type. */
  readonly timers?: Readonly<Record<string, string>>;
  /** Counting down makes sense only in the present. */
  readonly ticking?: boolean;
  readonly accepts?: readonly string[];
  readonly onEvent?: (event: string) => void;
}

const NO_TIMERS = {};

export function Chart({ chart, label, active = null, last = null, timers = NO_TIMERS, ...rest }: ChartProps) {
  const { ticking = false, accepts, onEvent } = rest;
  const content = useMemo(() => contentOf(chart), [chart]);
  const taken = useMemo(
    () => (active === null ? null : lastTransition(chart.transitions, active, last)),
    [chart, active, last],
  );
  const focus = useMemo(() => (active === null ? null : boxOf(chart.states, active)), [chart, active]);
  const draw = useCallback(
    () => (
      <>
        <States states={chart.states} active={active} />
        {chart.transitions.map((transition, index) => (
          <g key={index} class={classOf(transition, transition === taken, active)}>
            <Line transition={transition} />
          </g>
        ))}
        {/* No line runs through the words of another. */}
        {chart.transitions.map((transition, index) => {
          const isOpen = active !== null && isWithin(active, transition.from);
          const isOffered = isOpen && accepts?.includes(transition.event) === true;
          return (
            <g key={index} class={classOf(transition, transition === taken, active)}>
              <Label transition={transition} onEvent={isOffered ? onEvent : undefined} />
            </g>
          );
        })}
        {focus !== null && <Timers state={focus} timers={timers} ticking={ticking} />}
      </>
    ),
    [chart, active, focus, taken, timers, ticking, accepts, onEvent],
  );
  return <Canvas label={label} content={content} focus={focus} draw={draw} />;
}

/** Letters of a label, at most this wide. */
const LETTER = 6.8;

const halfOf = ({ label }: Pick<ChartTransition, 'label'>): number => (label.length * LETTER) / 2;

/** The drawing with its labels, which reach beyond the lines at its edges. */
function contentOf({ width, height, transitions }: MachineChart): Box {
  const labels = transitions.flatMap(({ labelAt: [x, y], label }): Point[] => {
    const half = halfOf({ label });
    return [
      [x - half, y - 10],
      [x + half, y + 10],
    ];
  });
  return boxAround([[0, 0], [width, height], ...labels]);
}

function boxOf(states: readonly ChartState[], id: string): ChartState | null {
  const state = states.find((each) => isWithin(id, each.id));
  if (state === undefined || state.id === id) return state ?? null;
  return boxOf(state.children ?? [], id) ?? state;
}

const isWithin = (active: string, state: string): boolean =>
  active === state || active.startsWith(`${state}.`);

function States({
  states,
  active,
}: {
  readonly states: readonly ChartState[];
  readonly active: string | null;
}) {
  return (
    <>
      {states.map((state) => (
        <StateBox key={state.id} state={state} active={active} />
      ))}
    </>
  );
}

function StateBox({ state, active }: { readonly state: ChartState; readonly active: string | null }) {
  const { id, path, x, y, width, height, children = [], final, initial } = state;
  const isNested = children.length > 0;
  const isActive = active !== null && isWithin(active, id);
  const classes = ['chart-state', `is-${path[0] ?? id}`];
  if (isActive) classes.push(active === id ? 'is-active' : 'is-around');
  if (isNested) classes.push('is-nested');
  const name = path.at(-1) ?? id;
  return (
    <>
      <g class={classes.join(' ')} transform={`translate(${x} ${y})`}>
        <title>{`${id}${initial ? ', initial' : ''}${final ? ', final' : ''}${active === id ? ', active' : ''}`}</title>
        <rect width={width} height={height} rx={9} />
        {final && <rect class="inner" x={3} y={3} width={width - 6} height={height - 6} rx={6.5} />}
        {initial && <circle class="initial" cx={10} cy={10} r={3} />}
        {isNested ? (
          <text class="name" x={20} y={21}>
            {name}
          </text>
        ) : (
          <text class="name is-middle" x={width / 2} y={height / 2 + 4.5}>
            {name}
          </text>
        )}
      </g>
      <States states={children} active={active} />
    </>
  );
}

/** Open: its state is active, so it could be taken. */
function classOf({ from }: ChartTransition, isTaken: boolean, active: string | null): string {
  const isOpen = active !== null && isWithin(active, from);
  return ['transition', isTaken ? 'is-taken' : '', isOpen ? 'is-open' : ''].join(' ');
}

function Line({ transition: { points } }: { readonly transition: ChartTransition }) {
  const tip = tipAt(points);
  return (
    <>
      <path d={pathThrough(points)} />
      {tip !== null && <path class="tip" d={tip} />}
    </>
  );
}

interface TimersProps {
  readonly state: ChartState;
  readonly timers: Readonly<Record<string, string>>;
  readonly ticking: boolean;
}

const TIMER_PX = 20;

/** Beside the state that armed them: which transition one will take, its guards tell when it is due. */
function Timers({ state: { x, y, width, height, path }, timers, ticking }: TimersProps) {
  const armed = Object.entries(timers);
  const top = y + (height - armed.length * TIMER_PX) / 2;
  return (
    <g class={`is-${path[0]}`}>
      {armed.map(([event, dueAt], index) => (
        <foreignObject key={event} x={x + width + 6} y={top + index * TIMER_PX} width={240} height={TIMER_PX}>
          <span class="chart-timer">
            {timerText(event)} {ticking ? <Countdown until={dueAt} /> : 'armed'}
          </span>
        </foreignObject>
      ))}
    </g>
  );
}

interface LabelProps {
  readonly transition: ChartTransition;
  readonly onEvent: ((event: string) => void) | undefined;
}

function Label({ transition: { labelAt, label, event }, onEvent }: LabelProps) {
  const [x, y] = labelAt;
  const text = (
    <text x={x} y={y + 4}>
      {label}
    </text>
  );
  if (onEvent === undefined) return text;
  const send = (): void => onEvent(event);
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
    <g
      class="is-offered"
      role="button"
      // In lower case: an SVG element knows no other.
      tabindex={0}
      aria-label={`send ${label}`}
      onClick={send}
      onKeyDown={(pressed) => {
        if (pressed.key !== 'Enter' && pressed.key !== ' ') return;
        // A space would scroll the page too.
        pressed.preventDefault();
        send();
      }}
    >
      {text}
    </g>
  );
}
