/** Tells which steps of a workflow have ended, whatever happens, when another begins: those before it in the graph. */

/** For pairs of a step and one that may be before it; `edges` are the steps each depends on, without a circle. */
class Ancestry {
  /** By step, a bit for each of the steps that are asked about: whether it is before this one. */
  readonly #before: Uint32Array[] = [];
  readonly #bitOf: ReadonlyMap<number, number>;

  /** One pass over the graph, whatever is asked about: as many words a step as a 32nd of `asked`. */
  constructor(edges: readonly (readonly number[])[], asked: Iterable<number>) {
    this.#bitOf = new Map([...new Set(asked)].map((index, bit) => [index, bit]));
    const words = Math.ceil(this.#bitOf.size / 32);
    for (const index of inOrder(edges)) {
      const own = new Uint32Array(words);
      for (const on of edges[index] ?? []) {
        const theirs = this.#before[on] ?? own;
        for (let word = 0; word < words; word++) own[word] = (own[word] ?? 0) | (theirs[word] ?? 0);
        const bit = this.#bitOf.get(on);
        if (bit !== undefined) own[bit >> 5] = (own[bit >> 5] ?? 0) | (1 << (bit & 31));
      }
      this.#before[index] = own;
    }
  }

  /** Nothing is known of steps in a circle, and of those after them. */
  knows(step: number): boolean {
    return this.#before[step] !== undefined;
  }

  isBefore(ancestor: number, step: number): boolean {
    const bit = this.#bitOf.get(ancestor);
    return bit !== undefined && (((this.#before[step]?.[bit >> 5] ?? 0) >> (bit & 31)) & 1) === 1;
  }
}

/** The steps of a workflow, by index. */
export interface Graph {
  /** Which steps each depends on. */
  readonly edges: readonly (readonly number[])[];
  readonly indexOf: (name: string) => number | undefined;
}

/** One step, by index, asks for the output of another, by name. */
interface Asked {
  readonly index: number;
  readonly step: string;
}

/** Finds requests for a step that there is not, or that need not have ended by then. A circle hides the latter, and is told itself. */
export function notBefore<One extends Asked>(asked: readonly One[], { edges, indexOf }: Graph): One[] {
  const far = new Map<One, number>();
  let of = -1;
  let direct = new Set<number>();
  const suspects = asked.filter((one) => {
    const found = indexOf(one.step);
    if (one.index !== of) direct = new Set(edges[one.index]);
    of = one.index;
    if (found !== undefined && !direct.has(found)) far.set(one, found);
    return found === undefined || !direct.has(found);
  });
  if (far.size === 0) return suspects;
  const ancestry = new Ancestry(edges, far.values());
  return suspects.filter((one) => {
    const found = far.get(one);
    return found === undefined || (ancestry.knows(one.index) && !ancestry.isBefore(found, one.index));
  });
}

/** The steps before this one. */
export function stepsBefore(step: number, { edges }: Graph): Set<number> {
  const found = new Set(edges[step]);
  for (const index of found) for (const on of edges[index] ?? []) found.add(on);
  return found;
}

/** Each step after those it depends on. */
export function inOrder(edges: readonly (readonly number[])[]): number[] {
  const dependents: number[][] = edges.map(() => []);
  edges.forEach((list, index) => {
    for (const on of list) dependents[on]?.push(index);
  });
  const left = edges.map((list) => list.length);
  const order = left.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let at = 0; at < order.length; at++) {
    for (const index of dependents[order[at] ?? 0] ?? []) {
      left[index] = (left[index] ?? 0) - 1;
      if (left[index] === 0) order.push(index);
    }
  }
  return order;
}
