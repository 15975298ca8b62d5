/** Figures over the last minute, drawn by uPlot in the colours of the page. */

import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly label: string;
  /** The name of a colour in style.css. */
  readonly colour: string;
  /** Told apart without colour. */
  readonly dashed?: boolean;
  /** Has gaps: what stands alone between two is drawn as a point. */
  readonly scattered?: boolean;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly title: string;
  readonly format: (value: number) => string;
  /** The axis reaches at least to this. */
  readonly least: number;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const HEIGHT = 190;

export function TimeChart({ title, format, least, times, series }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const data: UPlot.AlignedData = [[...times], ...series.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;
  const shape = JSON.stringify(
    series.map(({ label, colour, dashed, scattered }) => ({ label, colour, dashed, scattered })),
  );

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new UPlot(options(element, format, least, JSON.parse(shape)), latest.current, element);
    };
    const fit = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    draw();
    fit.observe(element);
    dark.addEventListener('change', draw);
    return () => {
      fit.disconnect();
      dark.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, format, least]);
  useEffect(() => plot.current?.setData(data), [times]);

  return (
    <figure class="panel">
      <header>
        <h2>{title}</h2>
        <span class="muted">last minute</span>
      </header>
      <div class="plot" ref={place} role="img" aria-label={`${title} over the last minute`} />
    </figure>
  );
}

/** Counts in whole numbers have no lines between them. */
const WHOLE_STEPS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((ten) => [ten, 2 * ten, 5 * ten]);

/** While nothing is pointed at, the legend tells the latest. */
function sayLatest(plot: UPlot): void {
  if (plot.cursor.idx == null) plot.setLegend({ idx: plot.data[0].length - 1 });
}

type Shape = Pick<Series, 'label' | 'colour' | 'dashed' | 'scattered'>;

function options(
  element: HTMLElement,
  format: ChartProps['format'],
  least: number,
  series: readonly Shape[],
): UPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: UPlot.Axis = {
    stroke: colour('--muted'),
    font: `11px ${colour('--sans')}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [12, 30, 0, 4],
    cursor: { points: { size: 6 } },
    hooks: { ready: [sayLatest], setData: [sayLatest], setCursor: [sayLatest] },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(least, most * 1.15)] } },
    axes: [
      { ...axis, space: 90, size: 26, values: '{HH}:{mm}:{ss}' },
      {
        ...axis,
        size: 54,
        incrs: WHOLE_STEPS,
        values: (_plot, splits) => splits.map(format),
      },
    ],
    series: [
      { label: 'at', value: '{HH}:{mm}:{ss}' },
      ...series.map(({ label, colour: name, dashed, scattered }) => ({
        label,
        stroke: colour(name),
        width: 1.75,
        spanGaps: false,
        points: { show: scattered === true, size: 5, fill: colour(name) },
        ...(dashed === true
          ? { dash: [5, 4] }
          : { fill: `color-mix(in srgb, ${colour(name)} 12%, transparent)` }),
        value: (_plot: UPlot, value: number | null) => (value === null ? '–' : format(value)),
      })),
    ],
  };
}
