/**
 * Counts something for each of many steps. A tally never changes, and the next one shares nearly all of it: what a
 * task keeps of 10,000 steps is not copied each time that one of them ends. Its JSON is the record `{ "12": 1 }`.
 */

/** JSON has this record of step indexes; it leaves out steps with none. */
export type Counts = Readonly<Record<string, number>>;

type Changes = readonly (readonly [step: number, count: number])[];

/** A page has about the square root of the most steps, so both it and the list of pages are short. */
const PAGE_STEPS = 128;

/** A record of so few is copied sooner than a page, and needs no `toJSON`. */
export const FEW_STEPS = 128;

export const countOf = (counts: Tally | Counts, step: number): number =>
  counts instanceof Tally ? counts.of(step) : (counts[step] ?? 0);

/** The record has these steps counted anew. */
export function recordWith(counts: Counts, changes: Changes): Counts {
  const next: Record<string, number> = { ...counts };
  for (const [step, count] of changes) {
    if (count === 0) delete next[step];
    else next[step] = count;
  }
  return next;
}

export class Tally {
  /** A page appears once something on it is counted. It is public so that comparisons of snapshots see it. */
  readonly pages: Readonly<Record<number, readonly number[]>>;

  private constructor(pages: Tally['pages']) {
    this.pages = pages;
  }

  /** A stored snapshot still has the record. */
  static from(counts: Tally | Counts): Tally {
    if (counts instanceof Tally) return counts;
    return new Tally({}).with(Object.entries(counts).map(([step, count]) => [Number(step), count] as const));
  }

  of(step: number): number {
    return this.pages[Math.floor(step / PAGE_STEPS)]?.[step % PAGE_STEPS] ?? 0;
  }

  /** The result has these steps counted anew. */
  with(counts: Changes): Tally {
    const pages: Record<number, readonly number[]> = { ...this.pages };
    const own = new Map<number, number[]>();
    for (const [step, count] of counts) {
      const at = Math.floor(step / PAGE_STEPS);
      const page = own.get(at) ?? (pages[at] ?? []).slice();
      page[step % PAGE_STEPS] = count;
      own.set(at, page);
      pages[at] = page;
    }
    return new Tally(pages);
  }

  toJSON(): Counts {
    const counts: Record<string, number> = {};
    for (const at in this.pages) {
      const first = Number(at) * PAGE_STEPS;
      this.pages[at]?.forEach((count, on) => {
        if (count > 0) counts[first + on] = count;
      });
    }
    return counts;
  }
}
