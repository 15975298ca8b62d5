/** How many steps of a task have each standing. */

import type { Standing } from './step-model.ts';

export type Counts = Readonly<Partial<Record<Standing, number>>>;

export const count = ({ counts }: { readonly counts: Counts }, standing: Standing): number =>
  counts[standing] ?? 0;

export const add = (counts: Counts, standing: Standing, n: number): Counts => ({
  ...counts,
  [standing]: (counts[standing] ?? 0) + n,
});
