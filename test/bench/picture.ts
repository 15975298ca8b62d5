/** The picture of a run for the README: of what has been measured, the figures a reader compares first. */

import { barChart, type Panel } from './bars.ts';
import type { Result } from './section.ts';

/** Figures by their names, as the bars of each panel are labelled. */
const PANELS: readonly { readonly title: string; readonly bars: Readonly<Record<string, string>> }[] = [
  {
    title: 'Orders a second (six steps each)',
    bars: {
      ordersPerSecond: 'in one process',
      natsOrdersPerSecond: 'work done over NATS',
      restartOrdersPerSecond: 'after a restart',
      finishedOrdersPerSecond: 'a million finished in the store',
      ceilingOrdersPerSecond: 'ceiling: no engine',
    },
  },
  {
    title: 'Milliseconds for one order alone',
    bars: {
      sequentialP50Ms: 'median',
      sequentialP95Ms: '95 of 100',
      natsSequentialP50Ms: 'over NATS, median',
    },
  },
  {
    title: 'Milliseconds a step of one large task',
    bars: { chainMsPerStep: 'chain', fanMsPerStep: 'fan', diamondMsPerStep: 'diamonds' },
  },
  { title: 'Durable POST /tasks a second', bars: { httpSubmitsPerSecond: '50 connections' } },
];

export function pictureOf(machine: { cpu: string; cores: number }, results: readonly Result[]): string {
  const panels: Panel[] = PANELS.map(({ title, bars }) => ({
    title,
    bars: Object.entries(bars).flatMap(([name, label]) =>
      [...results].sort(bySize).flatMap((result) => {
        const value = 'figures' in result ? result.figures[name] : undefined;
        return value === undefined ? [] : [{ label: labelOf(label, result, results), value }];
      }),
    ),
  }));
  const title = `Troupe on ${machine.cores} cores of ${machine.cpu}, every commit synced to disk`;
  return barChart(
    title,
    panels.filter(({ bars }) => bars.length > 0),
  );
}

const bySize = (one: Result, other: Result): number =>
  (Object.values(one.sizes)[0] ?? 0) - (Object.values(other.sizes)[0] ?? 0);

/** Sizes tell apart runs of one section. */
function labelOf(label: string, { section, sizes }: Result, results: readonly Result[]): string {
  if (results.filter((other) => other.section === section).length < 2) return label;
  return `${label}, ${Object.values(sizes)[0]?.toLocaleString('en')}`;
}
