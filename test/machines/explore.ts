/** Everything a machine can do under a bounded choice of events: its snapshots, its edges and what it declares. */

import { stringify } from 'safe-stable-stringify';
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  createActor,
  type Snapshot,
} from 'xstate';
import { getStateNodes } from 'xstate/graph';
import type { Effect } from '../../src/kernel/turn.ts';
import { take } from './plain.ts';

export interface Edge {
  readonly from: AnyMachineSnapshot;
  readonly event: AnyEventObject;
  readonly to: AnyMachineSnapshot;
  /** The effects that the machine asks for on the way, and only their names. */
  readonly asked: readonly Effect[];
  readonly effects: readonly string[];
}

/**
 * `eventsOf` keeps the exploration finite: it offers no event that would count on for ever. `look` is shown every
 * edge as it is taken; those that are returned share their snapshots, one for each key.
 */
export function explore(
  machine: AnyStateMachine,
  starts: readonly AnyMachineSnapshot[],
  eventsOf: (snapshot: AnyMachineSnapshot) => readonly AnyEventObject[],
  look: (edge: Edge) => void = () => undefined,
): readonly Edge[] {
  const found = new Map(starts.map((snapshot) => [keyOf(snapshot), snapshot]));
  const edges: Edge[] = [];
  // A map hears of what is added while it is gone through.
  for (const from of found.values()) {
    for (const event of eventsOf(from)) {
      const { to, actions } = take(machine, from, event);
      const asked = actions.map(({ type, params }) => ({ type, params }));
      const edge: Edge = { from, event, to, asked, effects: asked.map(({ type }) => type) };
      look(edge);
      const known = found.get(keyOf(to));
      if (known === undefined) found.set(keyOf(to), to);
      edges.push(known === undefined ? edge : { ...edge, to: known });
    }
  }
  return edges;
}

const keys = new WeakMap<AnyMachineSnapshot, string>();

/** Two snapshots with the same key behave the same. */
export function keyOf(snapshot: AnyMachineSnapshot): string {
  let key = keys.get(snapshot);
  if (key === undefined) {
    key = String(stringify([snapshot.value, snapshot.context]));
    keys.set(snapshot, key);
  }
  return key;
}

export const snapshotsOf = (edges: readonly Edge[]): Map<string, AnyMachineSnapshot> =>
  new Map(edges.flatMap(({ from, to }) => [from, to]).map((snapshot) => [keyOf(snapshot), snapshot]));

export interface Retaken {
  /** They lead elsewhere there. */
  readonly differing: readonly Edge[];
  /** Every transition that was taken. */
  readonly taken: ReadonlySet<AnyTransitionDefinition>;
}

/**
 * Opens each snapshot in plain XState, after a round trip through JSON, and lets it take its events there. The first
 * edge of each kind is taken by an actor that runs.
 */
export function retake(machine: AnyStateMachine, edges: readonly Edge[]): Retaken {
  const opened = new Map<AnyMachineSnapshot, AnyMachineSnapshot>();
  const kinds = new Set<string>();
  const taken = new Set<AnyTransitionDefinition>();
  const differing = edges.filter((edge) => {
    const from = opened.get(edge.from) ?? run(machine, edge.from);
    opened.set(edge.from, from);
    const again = take(machine, from, edge.event);
    for (const transition of again.transitions) taken.add(transition);
    if (keyOf(again.to) !== keyOf(edge.to)) return true;
    const kind = JSON.stringify([edge.from.value, edge.event, edge.to.value, edge.effects]);
    if (kinds.has(kind)) return false;
    kinds.add(kind);
    return keyOf(run(machine, edge.from, edge.event)) !== keyOf(edge.to);
  });
  return { differing, taken };
}

/** Where an actor is that has opened the snapshot, and taken the event. */
function run(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  ...events: readonly AnyEventObject[]
): AnyMachineSnapshot {
  const persisted: unknown = JSON.parse(JSON.stringify(machine.getPersistedSnapshot(snapshot)));
  const actor = createActor(machine, { snapshot: persisted as Snapshot<unknown> });
  actor.start();
  for (const event of events) actor.send(event);
  const at = actor.getSnapshot();
  actor.stop();
  return at;
}

/** Every transition the config declares, by a name that says where it is. */
export function declaredTransitions(machine: AnyStateMachine): Map<AnyTransitionDefinition, string> {
  return new Map(
    getStateNodes(machine)
      .concat(machine.root)
      .flatMap((node) => transitionsOf(node)),
  );
}

function transitionsOf(node: AnyStateNode): [AnyTransitionDefinition, string][] {
  const lists = [...node.transitions.entries(), ['always', node.always ?? []] as const];
  return lists.flatMap(([on, candidates]) =>
    candidates.map((candidate, index): [AnyTransitionDefinition, string] => {
      const guard = typeof candidate.guard === 'string' ? ` [${candidate.guard}]` : '';
      const targets = (candidate.target ?? []).map(({ id }) => id).join(', ');
      return [candidate, `${node.id} on ${on} #${index}${guard} → ${targets === '' ? 'itself' : targets}`];
    }),
  );
}

/** Ids of the innermost states a snapshot is in, and of those around them. */
export const nodeIdsOf = (snapshot: AnyMachineSnapshot): string[] =>
  snapshot._nodes.map(({ id }: AnyStateNode) => id);

/** Keys of the snapshots from which one that `isGoal` can be reached. */
export function canReach(
  edges: readonly Edge[],
  isGoal: (snapshot: AnyMachineSnapshot) => boolean,
): Set<string> {
  const sources = new Map<string, string[]>();
  const reached = new Set<string>();
  for (const { from, to } of edges) {
    const known = sources.get(keyOf(to));
    if (known === undefined) sources.set(keyOf(to), [keyOf(from)]);
    else known.push(keyOf(from));
    for (const snapshot of [from, to]) if (isGoal(snapshot)) reached.add(keyOf(snapshot));
  }
  for (const key of reached) for (const source of sources.get(key) ?? []) reached.add(source);
  return reached;
}
