/**
 * A machine's turns, from tables made of its own definition. For every event XState works out anew which states a
 * transition leaves and enters, and builds a snapshot for every action; for machines like ours, trees of states
 * without parallel parts, history or children, that is the same every time, and is kept. What a turn does is XState's
 * to say: the tests compare every transition from every state with XState's own.
 */

import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { type Act, type Action, actOf, type Effect, type Event, type Running } from './compiled-actions.ts';

export type { Effect, Event } from './compiled-actions.ts';

/** Where a turn leaves a machine, and what it asks for. */
export interface Turn<Context extends object = object> {
  /** `retrying.backoff` for XState's `{ retrying: 'backoff' }`. */
  readonly state: string;
  readonly context: Context;
  readonly effects: readonly Effect[];
}

type Guard = (args: { readonly context: object; readonly event: Event }) => boolean;

/** A transition as it is from one innermost state: its guard, all its actions in their order, and where it ends. */
interface Plan {
  readonly guard: Guard | null;
  readonly acts: readonly Act[];
  readonly to: Leaf;
}

/** An innermost state. */
interface Leaf {
  readonly state: string;
  readonly node: AnyStateNode;
  readonly byEvent: Map<string, readonly Plan[]>;
  always: readonly Plan[] | null;
}

const UNKNOWN_EVENT = '*';

export class CompiledMachine<
  Context extends object = object,
  Received extends Event = Event,
  Input = unknown,
> {
  readonly machine: AnyStateMachine;
  readonly #leaves = new Map<string, Leaf>();
  /** Types some state has a transition for; all others are one to it. */
  readonly #events = new Set<string>();
  readonly #entry: { readonly acts: readonly Act[]; readonly to: Leaf };

  constructor(machine: AnyStateMachine) {
    this.machine = machine;
    this.#addLeaves(machine.root);
    const first = initialLeaf(machine.root);
    this.#entry = {
      acts: [machine.root, ...pathTo(first, machine.root)].flatMap((node) => this.#actsOf(node.entry)),
      to: this.#leafOf(first),
    };
  }

  begin(input: Input): Turn<Context> {
    const { context } = this.machine.config;
    const running: Running = {
      context: typeof context === 'function' ? context({ input } as never) : (context ?? {}),
      event: { type: 'xstate.init', input } as Event,
      effects: [],
    };
    for (const act of this.#entry.acts) act(running);
    return this.#settle(this.#entry.to, running);
  }

  /** Throws when the machine has no such state. */
  take(state: string, context: Context, event: Received): Turn<Context> {
    const leaf = this.#leaves.get(state);
    if (leaf === undefined) throw this.#unknown(state);
    const running: Running = { context, event, effects: [] };
    const to = follow(this.#plansFor(leaf, event.type), running);
    return to === null ? { state, context, effects: [] } : this.#settle(to, running);
  }

  get states(): string[] {
    return [...this.#leaves.keys()];
  }

  has(state: string): boolean {
    return this.#leaves.has(state);
  }

  isFinal(state: string): boolean {
    return this.#leaves.get(state)?.node.type === 'final';
  }

  /** As XState has it. Throws when the machine has no such state. */
  snapshot(state: string, context: unknown): AnyMachineSnapshot {
    const leaf = this.#leaves.get(state);
    if (leaf === undefined) throw this.#unknown(state);
    const dot = state.indexOf('.');
    const value = dot < 0 ? state : { [state.slice(0, dot)]: state.slice(dot + 1) };
    if (leaf.node.type !== 'final') return this.machine.resolveState({ value, context });
    // XState computes the output on the way into a final state, and not when one is opened.
    const output: unknown = this.machine.root.output;
    return this.machine.resolveState({
      value,
      context,
      output: typeof output === 'function' ? output({ context }) : output,
    });
  }

  #unknown(state: string): Error {
    return new Error(`machine ${this.machine.id} has no state ${state}`);
  }

  /** Takes eventless transitions until none is enabled. */
  #settle(leaf: Leaf, running: Running): Turn<Context> {
    let at = leaf;
    while (at.node.type !== 'final') {
      at.always ??= this.#plans(at, (node) => node.always ?? []);
      const before = running.context;
      const to = follow(at.always, running);
      if (to === null || (to === at && running.context === before)) break;
      at = to;
    }
    // The machine's own actions have made it.
    const context = running.context as Context;
    return { state: at.state, context, effects: running.effects };
  }

  #plansFor(leaf: Leaf, event: string): readonly Plan[] {
    const type = this.#events.has(event) ? event : UNKNOWN_EVENT;
    const known = leaf.byEvent.get(type);
    if (known !== undefined) return known;
    const plans = this.#plans(
      leaf,
      ({ transitions }) => transitions.get(type) ?? transitions.get(UNKNOWN_EVENT) ?? [],
    );
    leaf.byEvent.set(type, plans);
    return plans;
  }

  /** Lists the plans of the innermost state, then of those around it, in the order they are asked. */
  #plans(leaf: Leaf, offeredBy: (node: AnyStateNode) => readonly AnyTransitionDefinition[]): readonly Plan[] {
    const plans: Plan[] = [];
    for (let node: AnyStateNode | undefined = leaf.node; node !== undefined; node = node.parent) {
      plans.push(...offeredBy(node).map((transition) => this.#plan(leaf, transition)));
    }
    return plans;
  }

  #plan(leaf: Leaf, { source, target, actions, guard, reenter }: AnyTransitionDefinition): Plan {
    const guarded = guard === undefined ? null : this.#guardOf(guard);
    const [node] = target ?? [];
    if (node === undefined) return { guard: guarded, acts: this.#actsOf(actions), to: leaf };
    const domain = domainOf(source, node, reenter);
    const entered = initialLeaf(node);
    const exits = pathTo(leaf.node, domain).reverse();
    const enters = pathTo(entered, domain);
    return {
      guard: guarded,
      acts: [
        ...exits.flatMap(({ exit }) => this.#actsOf(exit)),
        ...this.#actsOf(actions),
        ...enters.flatMap(({ entry }) => this.#actsOf(entry)),
      ],
      to: this.#leafOf(entered),
    };
  }

  #addLeaves(node: AnyStateNode): void {
    const children = Object.values(node.states);
    if (node.type === 'parallel' || node.type === 'history' || node.invoke.length > 0)
      throw new Error(`assertion failed: ${node.id} is a plain state`);
    for (const type of node.transitions.keys()) this.#events.add(type);
    for (const child of children) this.#addLeaves(child);
    if (children.length > 0) return;
    const state = node.path.join('.');
    this.#leaves.set(state, { state, node, byEvent: new Map(), always: null });
  }

  #leafOf(node: AnyStateNode): Leaf {
    const leaf = this.#leaves.get(node.path.join('.'));
    if (leaf === undefined) throw new Error(`assertion failed: ${node.id} is an innermost state`);
    return leaf;
  }

  #guardOf(guard: unknown): Guard {
    const found = typeof guard === 'string' ? this.machine.implementations.guards[guard] : undefined;
    if (typeof found !== 'function') throw new Error(`assertion failed: guard ${String(guard)} has a name`);
    return found as unknown as Guard;
  }

  #actsOf(actions: readonly unknown[]): Act[] {
    return actions.map((action) => actOf(this.machine, action as Action));
  }
}

/** Where the first plan leads whose guard holds, its actions done; null if none does. */
function follow(plans: readonly Plan[], running: Running): Leaf | null {
  for (const { guard, acts, to } of plans) {
    if (guard !== null && !guard(running)) continue;
    for (const act of acts) act(running);
    return to;
  }
  return null;
}

/** States inside `domain` on the way to a state, outermost first. */
function pathTo(node: AnyStateNode, domain: AnyStateNode): AnyStateNode[] {
  const path: AnyStateNode[] = [];
  for (let at: AnyStateNode | undefined = node; at !== undefined && at !== domain; at = at.parent)
    path.unshift(at);
  return path;
}

function initialLeaf(node: AnyStateNode): AnyStateNode {
  const [first] = node.type === 'compound' ? node.initial.target : [];
  return first === undefined ? node : initialLeaf(first);
}

/** Returns the innermost state that stays active: https://www.w3.org/TR/scxml/#getTransitionDomain */
function domainOf(source: AnyStateNode, target: AnyStateNode, reenter: boolean): AnyStateNode {
  const around = [source, ...ancestorsOf(source)];
  const isWithin = target === source || ancestorsOf(target).includes(source);
  if (isWithin && !reenter) return source;
  const domain = around.slice(1).find((node) => ancestorsOf(target).includes(node));
  return domain ?? source.machine.root;
}

function ancestorsOf(node: AnyStateNode): AnyStateNode[] {
  return node.parent === undefined ? [] : [node.parent, ...ancestorsOf(node.parent)];
}
