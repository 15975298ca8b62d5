import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { stepMachine, type TaskContext, taskMachine, waitMachine } from '../../machines/index.ts';
import { STEP_PROMISES, TASK_PROMISES, WAIT_PROMISES } from '../../machines/promises.ts';
import { type Kind, statusOf, takeTurn } from '../../src/kernel/turn.ts';
import {
  canReach,
  declaredTransitions,
  type Edge,
  explore,
  keyOf,
  nodeIdsOf,
  type Retaken,
  retake,
  snapshotsOf,
} from './explore.ts';
import { stepEvents, stepStarts, taskEvents, taskStarts, waitEvents, waitStarts } from './graph-events.ts';
import { stateOf } from './life.ts';

interface Explored {
  readonly machine: AnyStateMachine;
  readonly starts: readonly AnyMachineSnapshot[];
  readonly eventsOf: (snapshot: AnyMachineSnapshot) => readonly AnyEventObject[];
  /** States in which `cancel` ends the actor. */
  readonly cancellable: readonly string[];
  readonly cancel: string;
  /** Events that may pass without any trace: news that does not concern the state. */
  readonly mayPass: readonly string[];
}

const MACHINES: Readonly<Record<Kind, Explored>> = {
  step: {
    machine: stepMachine,
    starts: stepStarts,
    eventsOf: stepEvents,
    cancellable: ['pending', 'running', 'retrying', 'waiting'],
    cancel: 'step.cancel',
    mayPass: STEP_PROMISES.mayPass,
  },
  wait: {
    machine: waitMachine,
    starts: waitStarts,
    eventsOf: waitEvents,
    cancellable: ['pending', 'waiting'],
    cancel: 'step.cancel',
    mayPass: WAIT_PROMISES.mayPass,
  },
  task: {
    machine: taskMachine,
    starts: taskStarts,
    eventsOf: taskEvents,
    cancellable: ['pending', 'running', 'retrying', 'waiting', 'paused', 'failed'],
    cancel: 'task.cancel',
    mayPass: TASK_PROMISES.mayPass,
  },
};

/** Its children end first, or its worker stops, or what it has done is taken back. */
function isToBeCancelled({ value, context }: AnyMachineSnapshot): boolean {
  const { ending, stopping } = context as {
    readonly ending?: 'cancel' | { readonly as: string };
    readonly stopping?: object;
  };
  if (ending === 'cancel' || stopping !== undefined) return true;
  return (
    isDeepStrictEqual(value, { waiting: 'ending' }) && typeof ending === 'object' && ending.as === 'cancelled'
  );
}

/** It ends so for good, or has taken back what it could. */
function isDone({ value, context }: AnyMachineSnapshot): boolean {
  const { compensation, ending } = context as TaskContext;
  if (value === 'failed') return compensation !== undefined;
  return value === 'complete' || (value === 'cancelled' && ending === 'cancel');
}

const isOver = (snapshot: AnyMachineSnapshot): boolean => snapshot.status === 'done';
const status = ({ from }: Edge): string => statusOf(stateOf(from));
const describeEdge = ({ from, event }: Edge): string => `${keyOf(from)} on ${JSON.stringify(event)}`;

describe.each(Object.entries(MACHINES) as [Kind, Explored][])(
  'the %s machine, explored',
  (kind, explored) => {
    const { machine, starts, eventsOf, cancellable, cancel, mayPass } = explored;
    let edges: readonly Edge[] = [];
    let snapshots = new Map<string, AnyMachineSnapshot>();
    let again: Retaken;
    const wrongTurns: string[] = [];

    beforeAll(() => {
      edges = explore(machine, starts, eventsOf, (edge) => {
        const { from, event, to, asked } = edge;
        const turn = takeTurn(kind, stateOf(from), from.context, event);
        if (!isDeepStrictEqual([turn.state, turn.context, turn.effects], [stateOf(to), to.context, asked]))
          wrongTurns.push(describeEdge(edge));
      });
      snapshots = snapshotsOf(edges);
      again = retake(
        machine,
        edges.filter(({ from }) => !isOver(from)),
      );
    });

    it('reaches every state', () => {
      const reached = new Set([...snapshots.values()].flatMap(nodeIdsOf));
      const states = getStateNodes(machine).map(({ id }) => id);
      expect(states.filter((id) => !reached.has(id))).toEqual([]);
    });

    it('takes every transition it declares', () => {
      const missing = [...declaredTransitions(machine)].filter(
        ([transition]) => !again.taken.has(transition),
      );
      expect(missing.map(([, name]) => name)).toEqual([]);
    });

    it('goes on from any snapshot in plain XState, after a round trip through JSON, as it would have', () => {
      expect(again.differing.map(describeEdge)).toEqual([]);
    });

    it('takes every turn as XState does, with the same effects', () => {
      expect(wrongTurns).toEqual([]);
    });

    it('has a way to completion from everything that is not over', () => {
      const withWay = canReach(edges, isDone);
      const stuck = [...snapshots].filter(([key, snapshot]) => !isOver(snapshot) && !withWay.has(key));
      expect(stuck.map(([key]) => key)).toEqual([]);
    });

    it('never leaves an end', () => {
      const left = edges.filter(({ from, to }) => isOver(from) && keyOf(to) !== keyOf(from));
      expect(left.map(describeEdge)).toEqual([]);
    });

    it('can be cancelled wherever that means anything, and says so elsewhere', () => {
      const cancels = edges.filter(({ from, event }) => event.type === cancel && !isOver(from));
      const isCancelled = ({ to }: Edge): boolean => to.value === 'cancelled' || isToBeCancelled(to);
      const wrong = cancels.filter((edge) =>
        cancellable.includes(status(edge)) ? !isCancelled(edge) : !edge.effects.includes('ignored'),
      );
      expect(wrong.map(describeEdge)).toEqual([]);
      expect([...new Set(cancels.filter(isCancelled).map(status))].sort()).toEqual([...cancellable].sort());
    });

    it('loses no event in silence: what changes nothing is ignored or stale, and said to be', () => {
      const silent = edges.filter(
        ({ from, to, event, effects }) =>
          keyOf(from) === keyOf(to) && effects.length === 0 && !mayPass.includes(event.type),
      );
      expect(silent.map(describeEdge)).toEqual([]);
    });

    it('ignores what it does not know, everywhere', () => {
      const unknown = edges.filter(({ event }) => event.type === 'no.such.event');
      expect(unknown).toHaveLength(snapshots.size);
      const heeded = unknown.filter(
        ({ from, to, effects }) => keyOf(from) !== keyOf(to) || effects.join() !== 'ignored',
      );
      expect(heeded.map(describeEdge)).toEqual([]);
    });

    it('changes nothing with an event it reports as ignored or stale', () => {
      const lying = edges.filter(
        ({ from, to, effects }) =>
          (effects.includes('ignored') || effects.includes('stale')) &&
          (keyOf(from) !== keyOf(to) || effects.length > 1),
      );
      expect(lying.map(describeEdge)).toEqual([]);
    });
  },
);
