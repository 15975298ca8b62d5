/**
 * XState's pure transition, a fifth of the work: its own makes an actor for every event, and with that a first context
 * without an input, in which ours throw.
 */

import {
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
  type ExecutableActionObject,
} from 'xstate';

export interface Taken {
  readonly to: AnyMachineSnapshot;
  readonly actions: readonly ExecutableActionObject[];
  readonly transitions: readonly AnyTransitionDefinition[];
}

type Take = (from: AnyMachineSnapshot, event: AnyEventObject) => Taken;

const takes = new WeakMap<AnyStateMachine, Take>();

export function take(machine: AnyStateMachine, from: AnyMachineSnapshot, event: AnyEventObject): Taken {
  const known = takes.get(machine) ?? takeOf(machine, from);
  takes.set(machine, known);
  return known(from, event);
}

/** `some` is any snapshot of the machine: the actor that everything is taken in the name of never starts. */
function takeOf(machine: AnyStateMachine, some: AnyMachineSnapshot): Take {
  let actions: ExecutableActionObject[] = [];
  let transitions: AnyTransitionDefinition[] = [];
  const self = createActor(machine, {
    snapshot: machine.getPersistedSnapshot(some),
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') transitions.push(...inspected._transitions);
    },
  });
  const scope: AnyActorScope = {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    logger: () => undefined,
    defer: () => undefined,
    emit: () => undefined,
    stopChild: () => undefined,
    actionExecutor: (action) => void actions.push(action),
  };
  return (from, event) => {
    actions = [];
    transitions = [];
    const to = machine.transition(from, event, scope);
    return { to, actions, transitions };
  };
}
