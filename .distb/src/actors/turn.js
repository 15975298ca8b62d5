/**
 * A turn: one machine takes one event, and out come the next snapshot and the effects it asks for, as data.
 * Uses the machines' own `transition` with one scope that collects effects; XState's `transition()` builds an
 * actor for every call and is six times slower.
 */
import { createActor } from 'xstate';
import { stepMachine, taskMachine } from "../../machines/index.js";
/** Written beside every snapshot; one is only opened by the version that wrote it. */
export const MACHINE_VERSION = { task: 'task@1', step: 'step@1' };
class Runner {
    #machine;
    #scope;
    #effects = [];
    constructor(machine, sampleInput) {
        this.#machine = machine;
        const self = createActor(machine, { input: sampleInput });
        this.#scope = {
            self,
            system: self.system,
            id: '',
            sessionId: '',
            logger: () => undefined,
            defer: () => undefined,
            emit: () => undefined,
            stopChild: () => undefined,
            actionExecutor: (action) => {
                this.#effects.push({ type: action.type, params: action.params });
            },
        };
    }
    begin(input) {
        this.#effects = [];
        const snapshot = this.#machine.getInitialSnapshot(this.#scope, input);
        return { snapshot, effects: this.#effects };
    }
    take(before, event) {
        this.#effects = [];
        const snapshot = this.#machine.transition(before, event, this.#scope);
        if (snapshot.status === 'error')
            throw snapshot.error;
        return { snapshot, effects: this.#effects };
    }
    persist(snapshot) {
        return this.#machine.getPersistedSnapshot(snapshot);
    }
    open(state, context) {
        const output = context.output;
        return this.#machine.resolveState({ value: valueOf(state), context, output });
    }
}
const RUNNERS = {
    task: new Runner(taskMachine, { at: 0, startAt: 0, stepCount: 1, rootCount: 1, unmet: 0 }),
    step: new Runner(stepMachine, { at: 0, policy: {} }),
};
export const beginTurn = (kind, input) => RUNNERS[kind].begin(input);
export const takeTurn = (kind, before, event) => RUNNERS[kind].take(before, event);
/** Throws when the machine has no such state: the snapshot is from another version, or damaged. */
export const openSnapshot = (kind, state, context) => RUNNERS[kind].open(state, context);
/** `{ retrying: 'backoff' }` is written `retrying.backoff`. */
export function stateOf(snapshot) {
    const value = snapshot.value;
    if (typeof value === 'string')
        return value;
    const [[parent, child] = []] = Object.entries(value);
    return `${parent}.${child}`;
}
function valueOf(state) {
    const dot = state.indexOf('.');
    return dot < 0 ? state : { [state.slice(0, dot)]: state.slice(dot + 1) };
}
/** The state users see: the part before the dot. */
export function statusOf(state) {
    const dot = state.indexOf('.');
    return dot < 0 ? state : state.slice(0, dot);
}
/** As XState persists it: what `createActor(machine, { snapshot })` opens. */
export const persistedOf = (kind, snapshot) => RUNNERS[kind].persist(snapshot);
