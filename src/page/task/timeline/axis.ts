/**
 * Time laid along a line of which idle stretches take little: nothing ran, nothing happened, and a night of waiting
 * must not press a second of work into a hairline. Later is never further left.
 */

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Gap extends Stretch {
  /** Share of the line, 0 to 1. */
  readonly start: number;
  readonly end: number;
}

export interface Axis {
  readonly from: number;
  readonly to: number;
  /** Where on the line a moment is, 0 to 1. */
  place(at: number): number;
  /** The moment at a place. */
  moment(place: number): number;
  /** The stretches that were compressed. */
  readonly gaps: readonly Gap[];
}

/** An idle stretch gets at most this share of what the time with work gets. */
const MOST_IDLE = 0.08;

/** `moments`: when anything happened; `busy`: when something ran. Epoch milliseconds. */
export function makeAxis(moments: readonly number[], busy: readonly Stretch[]): Axis {
  const marks = [...new Set([...moments, ...busy.flatMap(({ from, to }) => [from, to])])].sort(
    (a, b) => a - b,
  );
  const from = marks[0] ?? 0;
  const to = Math.max(marks.at(-1) ?? 0, from + 1);
  if (marks.length < 2) return axisOver([from, to], [to - from], new Set());
  const lengths = marks.slice(1).map((mark, index) => mark - (marks[index] ?? mark));
  const idle = idlePieces(marks, busy);
  const worked = lengths.reduce((sum, length, index) => (idle.has(index) ? sum : sum + length), 0);
  const limit = worked > 0 ? worked * MOST_IDLE : (to - from) * MOST_IDLE;
  const gaps = new Set([...idle].filter((index) => (lengths[index] ?? 0) > limit));
  return axisOver(
    marks,
    lengths.map((length, index) => (gaps.has(index) ? limit : length)),
    gaps,
  );
}

/** Pieces between two marks in which nothing ran, by index. */
function idlePieces(marks: readonly number[], busy: readonly Stretch[]): Set<number> {
  const order = [...busy].sort((a, b) => a.from - b.from);
  const idle = new Set<number>();
  let busyUntil = Number.NEGATIVE_INFINITY;
  let next = 0;
  for (let index = 0; index + 1 < marks.length; index++) {
    const mark = marks[index] ?? 0;
    for (let stretch = order[next]; stretch !== undefined && stretch.from <= mark; stretch = order[++next])
      busyUntil = Math.max(busyUntil, stretch.to);
    if (busyUntil <= mark) idle.add(index);
  }
  return idle;
}

function axisOver(
  marks: readonly number[],
  weights: readonly number[],
  compressed: ReadonlySet<number>,
): Axis {
  const places = [0];
  for (const weight of weights) places.push((places.at(-1) ?? 0) + weight);
  const total = places.at(-1) || 1;
  for (let index = 0; index < places.length; index++) places[index] = (places[index] ?? 0) / total;
  const between = (at: number, known: readonly number[], wanted: readonly number[]): number => {
    const index = pieceOf(known, at);
    const [low = 0, high = low] = [known[index], known[index + 1]];
    const [start = 0, end = start] = [wanted[index], wanted[index + 1]];
    const share = high === low ? 0 : Math.min(1, Math.max(0, (at - low) / (high - low)));
    return start + share * (end - start);
  };
  return {
    from: marks[0] ?? 0,
    to: marks.at(-1) ?? 0,
    place: (at) => between(at, marks, places),
    moment: (place) => between(place, places, marks),
    gaps: [...compressed].map((index) => ({
      from: marks[index] ?? 0,
      to: marks[index + 1] ?? 0,
      start: places[index] ?? 0,
      end: places[index + 1] ?? 0,
    })),
  };
}

/** The last piece that begins at or before `at`. */
function pieceOf(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return Math.min(low, Math.max(0, starts.length - 2));
}
