/**
 * The compensations of a workflow as steps of its own, behind those that are written. One runs after those of all steps
 * that come after its own: their edges are those of the graph turned round, past steps that have no compensation.
 */

import { type Graph, inOrder } from './ancestry.ts';
import { NOTHING_HANDLER } from './built-in.ts';
import type { StepDefinition } from './definition.ts';

/** The name of a compensation is that of its step with this behind it. */
export const COMPENSATION_ENDING = '.compensation';

export interface Compensated {
  /** The written steps, and behind them the compensations; null where the step could not be read. */
  readonly steps: readonly (StepDefinition | null)[];
  /** By index of a compensation, that of its step. */
  readonly of: ReadonlyMap<number, number>;
  /** A compensation may refer to its own step, and to those before it. */
  readonly graph: Graph;
}

/** A circle of the graph leaves out the steps in it, and those before them. */
export function withCompensations(
  written: readonly (StepDefinition | null)[],
  { edges, indexOf }: Graph,
): Compensated {
  if (written.every((step) => step?.compensation === undefined))
    return { steps: written, of: new Map(), graph: { edges, indexOf } };
  const waits = reversed(written, edges);
  const places = new Map([...waits.keys()].map((index, at) => [index, written.length + at]));
  const nameOf = (index: number): string => `${written[index]?.name ?? ''}${COMPENSATION_ENDING}`;
  const steps = [...waits].map(([index, after]) => toStep(written[index], after.map(nameOf)));
  return {
    steps: [...written, ...steps],
    of: new Map([...places].map(([index, at]) => [at, index])),
    graph: { edges: [...edges, ...[...waits.keys()].map((index) => [index])], indexOf },
  };
}

function toStep(
  step: StepDefinition | null | undefined,
  dependsOn: readonly string[],
): StepDefinition | null {
  if (step == null) return null;
  const { name, agent, channel, compensation } = step;
  const {
    handler = NOTHING_HANDLER,
    http,
    with: given,
    maxAttempts,
    timeoutMs,
    backoff,
  } = compensation ?? {};
  return {
    name: name + COMPENSATION_ENDING,
    handler,
    dependsOn,
    maxAttempts: maxAttempts ?? null,
    timeoutMs: timeoutMs ?? null,
    startTimeoutMs: null,
    backoff: backoff ?? null,
    critical: false,
    optional: false,
    agent,
    channel,
    ...(http === undefined ? {} : { http }),
    ...(given === undefined ? {} : { with: given }),
    compensates: name,
  };
}

/**
 * A step without a compensation that so many compensations stand behind gets one that does nothing: edges past it would be
 * as many as those behind it times those before it.
 */
const MOST_PASSED = 32;

/** By index of each step with a compensation, the steps whose compensations run before its own. */
function reversed(
  steps: readonly (StepDefinition | null)[],
  edges: readonly (readonly number[])[],
): Map<number, readonly number[]> {
  const dependents: number[][] = edges.map(() => []);
  edges.forEach((list, index) => {
    for (const on of list) dependents[on]?.push(index);
  });
  const waits = new Map<number, readonly number[]>();
  /** By index of a step without a compensation, the nearest behind it that have one. */
  const passed = new Map<number, readonly number[]>();
  for (const index of inOrder(edges).reverse()) {
    const [only, ...more] = (dependents[index] ?? []).map((next) => passed.get(next) ?? [next]);
    const behind =
      only === undefined || more.length === 0 ? (only ?? []) : [...new Set([...only, ...more.flat()])];
    const isPassed = steps[index]?.compensation === undefined && behind.length <= MOST_PASSED;
    (isPassed ? passed : waits).set(index, behind);
  }
  return new Map([...waits].sort(([a], [b]) => a - b));
}
