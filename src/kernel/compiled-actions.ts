/**
 * The actions of a machine, made from its definition into functions that a turn runs: they change the context, or ask for
 * an effect. XState keeps its own actions as functions with facts, which it does not document; the tests compare every
 * transition with XState's own.
 */

import { type ActionFunction, type AnyStateMachine, raise } from 'xstate';

export interface Effect {
  readonly type: string;
  readonly params: unknown;
}

export interface Event {
  readonly type: string;
}

/** An action sees this of a turn, and changes it. */
export interface Running {
  context: object;
  readonly event: Event;
  readonly effects: Effect[];
}

export type Act = (running: Running) => void;
/** An action as XState keeps it: a name, a name with parameters, or one of its own, which are functions with facts. */
export type Action = string | { readonly type: string; readonly params?: unknown } | BuiltIn;
type BuiltIn = ActionFunction<never, never, never, never, never, never, never, never, never> & {
  readonly type: string;
};

export function actOf(machine: AnyStateMachine, action: Action): Act {
  if (typeof action === 'function') return builtInAct(machine, action);
  const type = typeof action === 'string' ? action : action.type;
  const found = machine.implementations.actions[type] as BuiltIn | undefined;
  if (found !== undefined && 'resolve' in found) return builtInAct(machine, found);
  const params = typeof action === 'string' ? undefined : action.params;
  if (typeof params !== 'function') return ({ effects }) => effects.push({ type, params });
  return ({ context, event, effects }) => effects.push({ type, params: params({ context, event }) });
}

function builtInAct(machine: AnyStateMachine, action: BuiltIn): Act {
  const facts = action as unknown as Readonly<Record<string, unknown>>;
  switch (action.type) {
    case 'xstate.assign':
      return assignAct(facts['assignment'] as Assignment);
    case 'xstate.raise':
      return raiseAct(machine, facts);
    case 'xstate.cancel': {
      const params = { sendId: facts['sendId'] };
      return ({ effects }) => effects.push({ type: action.type, params });
    }
    case 'xstate.enqueueActions':
      return enqueueAct(machine, facts['collect'] as Collect);
    default:
      throw new Error(`assertion failed: ${action.type} is an action that turns know`);
  }
}

type Expression = (args: { readonly context: object; readonly event: Event }) => unknown;
type Assignment = ((args: unknown) => Readonly<Record<string, unknown>>) | Readonly<Record<string, unknown>>;

function assignAct(assignment: Assignment): Act {
  if (typeof assignment === 'function') {
    return (running) => {
      const next: Record<string, unknown> = { ...running.context };
      // A second spread into the same literal takes several times as long.
      const fields = assignment(running);
      for (const key in fields) next[key] = fields[key];
      running.context = next;
    };
  }
  const fields = Object.entries(assignment);
  return (running) => {
    const next: Record<string, unknown> = { ...running.context };
    for (const [key, value] of fields) next[key] = typeof value === 'function' ? value(running) : value;
    running.context = next;
  };
}

function raiseAct(machine: AnyStateMachine, { event, id, delay }: Readonly<Record<string, unknown>>): Act {
  const delayed = typeof delay === 'string' ? machine.implementations.delays[delay] : delay;
  if (delayed === undefined) throw new Error('assertion failed: what is raised is raised later');
  return (running) => {
    const wait = typeof delayed === 'function' ? (delayed as Expression)(running) : delayed;
    running.effects.push({ type: 'xstate.raise', params: { event, id, delay: wait } });
  };
}

type Raise = (event: never, options: never) => unknown;
type Enqueue = ((action: unknown) => void) & { readonly raise: (event: never, options: never) => void };
type Collect = (args: { readonly context: object; readonly event: Event; readonly enqueue: Enqueue }) => void;

function enqueueAct(machine: AnyStateMachine, collect: Collect): Act {
  // Made once, for a function with a property is slow to make; an act is over before it is done again.
  let now: Running;
  const enqueue = (action: unknown): void => actOf(machine, action as Action)(now);
  const later: Enqueue['raise'] = (event, options) => enqueue((raise as Raise)(event, options));
  const told: Enqueue = Object.assign(enqueue, { raise: later });
  return (running) => {
    now = running;
    const { context, event } = running;
    collect({ context, event, enqueue: told });
  };
}
