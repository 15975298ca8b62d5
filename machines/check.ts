/**
 * Checks a statechart for places where it can get stuck. Its drawing tells so far: unreachable states, waits
 * without an end, missing cancels, circles without a bound, lost events. Guards decide only in a running machine;
 * an exploration covers them.
 */

import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** Holds promises of a machine that its drawing does not show. */
export interface Promises {
  /** The event that ends it from outside, the state that leads to, and the states it works in. */
  readonly cancel: {
    readonly event: string;
    readonly target: string;
    readonly worksIn: readonly string[];
    /** It is certain to come in these states, and ends the wait there. */
    readonly sureIn?: readonly string[];
    /** Under these guards it leads there in two moves: what it has begun comes to its end first. */
    readonly unless?: readonly string[];
  };
  /** Names the senders of events, by the beginning of their types. One of them ends each wait; `cancel` does not count. */
  readonly senders: Readonly<Record<string, string>>;
  /** Guards that are true so many times only, and events that somebody has to decide on: what circles may go by. */
  readonly bounds: readonly string[];
  /** Events that may pass without a trace where they mean nothing. */
  readonly mayPass: readonly string[];
}

export interface Wait {
  readonly state: string;
  /** The senders that can end it. */
  readonly endedBy: readonly string[];
}

export interface MachineCheck {
  readonly waits: readonly Wait[];
  /** Sentences; none for a machine that keeps its promises. */
  readonly faults: readonly string[];
}

/** A way from one innermost state to another. */
interface Way {
  readonly event: string;
  readonly guard: string | null;
  readonly to: AnyStateNode;
}

const UNKNOWN_EVENT = '*';
const ALWAYS = 'always';

const nameOf = (node: AnyStateNode): string => node.path.join('.');
const nodesIn = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => nodesIn(child)),
];
const leavesOf = (node: AnyStateNode): AnyStateNode[] =>
  nodesIn(node).filter(({ type }) => type === 'atomic' || type === 'final');

export function checkMachine(machine: AnyStateMachine, promises: Promises): MachineCheck {
  const leaves = leavesOf(machine.root);
  const living = leaves.filter(({ type }) => type !== 'final');
  const ways = new Map(leaves.map((leaf) => [leaf, leaf.type === 'final' ? [] : waysFrom(leaf)]));
  const waits = living.map((leaf) => waitIn(leaf, ways.get(leaf) ?? [], promises));
  return {
    waits,
    faults: [
      ...unreached(machine, leaves, ways).map((leaf) => `nothing leads to ${nameOf(leaf)}`),
      ...waits
        .filter(({ endedBy }) => endedBy.length === 0)
        .map(
          ({ state }) => `nobody ends the wait in ${state}: give it a way out, and name who sends that event`,
        ),
      ...living.flatMap((leaf) => cancelFaults(leaf, promises)),
      ...circleFaults(ways, promises),
      ...living.flatMap((leaf) => lostEvents(leaf, machine, promises)),
    ],
  };
}

/** Returns the transitions for an event: the innermost state first, then those around it. */
function candidates(leaf: AnyStateNode, event: string): AnyTransitionDefinition[] {
  const found: AnyTransitionDefinition[] = [];
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    if (event === ALWAYS) found.push(...(node.always ?? []));
    else found.push(...(node.transitions.get(event) ?? node.transitions.get(UNKNOWN_EVENT) ?? []));
  }
  return found;
}

const guardOf = ({ guard }: AnyTransitionDefinition): string | null =>
  guard === undefined ? null : typeof guard === 'string' ? guard : 'a guard without a name';

function waysFrom(leaf: AnyStateNode): Way[] {
  const events = new Set<string>([ALWAYS]);
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent)
    for (const event of node.transitions.keys()) events.add(event);
  return [...events].flatMap((event) =>
    candidates(leaf, event).flatMap((transition): Way[] => {
      const [target] = transition.target ?? [];
      return target === undefined ? [] : [{ event, guard: guardOf(transition), to: initialOf(target) }];
    }),
  );
}

function initialOf(node: AnyStateNode): AnyStateNode {
  const [first] = node.type === 'compound' ? node.initial.target : [];
  return first === undefined ? node : initialOf(first);
}

function unreached(
  { root }: AnyStateMachine,
  leaves: readonly AnyStateNode[],
  ways: ReadonlyMap<AnyStateNode, readonly Way[]>,
): AnyStateNode[] {
  const reached = new Set([initialOf(root)]);
  for (const leaf of reached) for (const { to } of ways.get(leaf) ?? []) reached.add(to);
  return leaves.filter((leaf) => !reached.has(leaf));
}

function waitIn(leaf: AnyStateNode, ways: readonly Way[], { cancel, senders }: Promises): Wait {
  const isSure = cancel.sureIn?.includes(nameOf(leaf)) === true;
  const out = ways.filter(({ event, to }) => to !== leaf && (isSure || event !== cancel.event));
  const who = Object.entries(senders)
    .filter(([start]) => out.some(({ event }) => event.startsWith(start)))
    .map(([, sender]) => sender);
  return { state: nameOf(leaf), endedBy: [...new Set(who)] };
}

function cancelFaults(leaf: AnyStateNode, { cancel }: Promises): string[] {
  const state = nameOf(leaf);
  const isPromised = cancel.worksIn.some((name) => state === name || state.startsWith(`${name}.`));
  const first = candidates(leaf, cancel.event).find(
    (candidate) => cancel.unless?.includes(guardOf(candidate) ?? '') !== true,
  );
  const ends = first?.guard === undefined && first?.target?.some((node) => nameOf(node) === cancel.target);
  return isPromised && ends !== true
    ? [`${cancel.event} does not lead from ${state} to ${cancel.target}`]
    : [];
}

/** Without what is bounded, no state leads back to itself. */
function circleFaults(ways: ReadonlyMap<AnyStateNode, readonly Way[]>, { bounds }: Promises): string[] {
  const isBounded = ({ event, guard }: Way): boolean =>
    bounds.includes(event) || (guard !== null && bounds.includes(guard));
  const onwards = (leaf: AnyStateNode): AnyStateNode[] =>
    (ways.get(leaf) ?? []).filter((way) => !isBounded(way)).map(({ to }) => to);
  return [...ways.keys()].flatMap((leaf) => {
    const reached = new Set(onwards(leaf));
    for (const next of reached) for (const to of onwards(next)) reached.add(to);
    return reached.has(leaf) ? [`${nameOf(leaf)} can come back to itself without end`] : [];
  });
}

/** Finds events that some state could lose: each needs a taker whatever the guards say, and must leave a trace. */
function lostEvents(leaf: AnyStateNode, { root }: AnyStateMachine, { mayPass }: Promises): string[] {
  const events = new Set(nodesIn(root).flatMap(({ transitions }) => [...transitions.keys()]));
  return [...events].flatMap((event) => {
    const last = candidates(leaf, event).find(({ guard }) => guard === undefined);
    const isHeeded = last !== undefined && ((last.target?.length ?? 0) > 0 || last.actions.length > 0);
    if (isHeeded || mayPass.includes(event)) return [];
    return [`${event} is lost in ${nameOf(leaf)}: handle it, or let it be ignored on purpose`];
  });
}
