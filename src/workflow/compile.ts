/** Turns a definition into the graph the engine runs, and refuses what is not a DAG, with the path of a circle. */

import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import { type Fault, Refusal } from '../errors.ts';
import { type Graph, notBefore } from './ancestry.ts';
import { NOTHING_HANDLER } from './built-in.ts';
import { type Compensated, withCompensations } from './compensations.ts';
import { referencesOf } from './condition.ts';
import { type CompiledWorkflow, LIMITS, type StepDefinition, type WorkflowDefinition } from './definition.ts';
import { nameKey } from './name-key.ts';
import { pointerTo } from './parse.ts';
import { referenceFaults } from './references.ts';
import { kindFaults, kindGraphFaults, outputReferences, waitOf } from './steps/index.ts';

/** Throws INVALID_WORKFLOW with every fault; pointers are into the definition's JSON form. */
export function compileWorkflow(definition: WorkflowDefinition): CompiledWorkflow {
  const faults: Fault[] = [];
  const { steps } = definition;
  const indexByName = new Map<string, number>();
  if (steps.length === 0) faults.push({ pointer: '/steps', message: 'a workflow has at least one step' });
  steps.forEach((step, index) => {
    if (indexByName.has(step.name)) {
      faults.push({
        pointer: `/steps/${index}/name`,
        message: `there is already a step called ${step.name}`,
      });
    } else indexByName.set(step.name, index);
  });
  // An older version took two steps that look alike; the first has the name both would be sought by.
  steps.forEach(({ name }, index) => {
    const key = nameKey(name);
    if (!indexByName.has(key)) indexByName.set(key, index);
  });
  steps.forEach((step, index) => {
    for (const { path, message } of kindFaults(step)) {
      faults.push({ pointer: pointerTo(['steps', index, ...path]), message });
    }
  });
  const dependencies = steps.map((step, index) => resolveNames(step, index, indexByName, faults));
  faults.push(...kindGraphFaults(steps));
  const indexOf = (name: string) => indexByName.get(name) ?? indexByName.get(nameKey(name));
  const graph: Graph = { edges: dependencies, indexOf };
  checkConditions(steps, graph, faults);
  const all = withCompensations(steps, graph);
  faults.push(...compensationFaults(definition, all));
  for (const { index, path, message } of referenceFaults(all.steps, all.graph))
    faults.push({ pointer: pointerTo(placeIn(all, index, path)), message });
  if (faults.length === 0) {
    const circle = findCircle(dependencies);
    if (circle !== null) {
      const path = circle.map((index) => steps[index]?.name).join(' → ');
      faults.push({
        pointer: `/steps/${circle[0]}/depends_on`,
        message: `steps depend on each other in a circle: ${path}`,
      });
    }
  }
  if (faults.length > 0) {
    const [first] = faults;
    throw new Refusal('INVALID_WORKFLOW', `workflow ${definition.name}: ${first?.message}`, {
      faults,
    });
  }
  return link(definition, indexByName, graph, all);
}

function resolveNames(
  step: StepDefinition,
  index: number,
  indexByName: ReadonlyMap<string, number>,
  faults: Fault[],
): number[] {
  if (step.dependsOn.length > LIMITS.dependenciesPerStep) {
    faults.push({
      pointer: `/steps/${index}/depends_on`,
      message: `${step.dependsOn.length} dependencies; at most ${LIMITS.dependenciesPerStep} a step`,
    });
  }
  const found = new Set<number>();
  for (const name of step.dependsOn) {
    const dependency = indexByName.get(name) ?? indexByName.get(nameKey(name));
    if (dependency !== undefined) found.add(dependency);
    else
      faults.push({
        pointer: `/steps/${index}/depends_on`,
        message: `${step.name} depends on ${name}, which is no step`,
      });
  }
  return [...found];
}

/** A condition asks only about what is there when it is asked: the payload, and the steps that have ended by then. */
function checkConditions(steps: readonly StepDefinition[], graph: Graph, faults: Fault[]): void {
  for (const key of ['when', 'until'] as const) {
    const asked = steps.flatMap(({ name, condition, until }, index) => {
      const own = key === 'when' ? condition : until;
      const names = new Set(own === undefined ? [] : referencesOf(own).map(({ step }) => step));
      // A step that asks again asks about its own output.
      if (key === 'until') names.delete(name);
      return [...names].flatMap((step) => (step === null ? [] : [{ index, step }]));
    });
    for (const { index, step } of notBefore(asked, graph)) {
      const why =
        graph.indexOf(step) === undefined
          ? 'which is no step'
          : `which need not have ended by then: let it depend on ${step}, or on a step after it`;
      const message = `${steps[index]?.name} asks about ${step}, ${why}`;
      faults.push({ pointer: `/steps/${index}/${key}`, message });
    }
  }
}

/** Where the fault of a step stands: that of a compensation within its step. */
export const placeIn = (
  { of }: Compensated,
  index: number,
  path: readonly PropertyKey[],
): readonly PropertyKey[] => {
  const step = of.get(index);
  return step === undefined ? ['steps', index, ...path] : ['steps', step, 'compensation', ...path];
};

function compensationFaults({ steps: written, compensate }: WorkflowDefinition, all: Compensated): Fault[] {
  const { length } = all.steps;
  const { stepsPerWorkflow: most } = LIMITS;
  const faults: Fault[] = [];
  if (length > most) {
    const compensations = length > written.length ? ', compensations included' : '';
    faults.push({ pointer: '/steps', message: `${length} steps${compensations}; at most ${most}` });
  }
  if (compensate !== undefined && all.of.size === 0)
    faults.push({ pointer: '/compensate', message: 'no step has a compensation: leave it out' });
  for (const index of all.of.keys()) {
    const step = all.steps[index];
    if (step == null || step.handler === NOTHING_HANDLER) continue;
    for (const { path, message } of kindFaults(step))
      faults.push({ pointer: pointerTo(placeIn(all, index, path)), message });
  }
  return faults;
}

function link(
  definition: WorkflowDefinition,
  indexByName: Map<string, number>,
  graph: Graph,
  { steps: all, of }: Compensated,
): CompiledWorkflow {
  const steps = all.filter((step) => step !== null);
  steps.forEach(({ name }, index) => {
    if (of.has(index)) indexByName.set(name, index).set(nameKey(name), index);
  });
  const known = (name: string): number | number[] => indexByName.get(name) ?? [];
  const dependencies = steps.map(({ dependsOn }, index) => graph.edges[index] ?? dependsOn.flatMap(known));
  const dependents: number[][] = dependencies.map(() => []);
  dependencies.forEach((list, index) => {
    for (const dependency of list) dependents[dependency]?.push(index);
  });
  const failureHandlers = steps.flatMap((step, index) => (step.failuresAs === undefined ? [] : [index]));
  const handles = new Set(failureHandlers);
  const ordinary = steps.flatMap((_, index) => (handles.has(index) || of.has(index) ? [] : [index]));
  const text = stringify(definition) ?? '';
  return {
    definition,
    steps,
    hash: createHash('sha256').update(text).digest('hex'),
    characters: text.length,
    indexByName,
    dependencies,
    dependents,
    inputs: steps.map((step, index) => inputsOf(step, index, graph, of)),
    needs: dependents.map((list) => list.map((index) => [index, dependencies[index]?.length ?? 0])),
    roots: ordinary.filter((index) => dependencies[index]?.length === 0),
    leaves: ordinary.filter((index) => dependents[index]?.length === 0),
    failureHandlers,
    compensations: of,
    firstCompensations: [...of.keys()].filter((index) => dependencies[index]?.length === 0),
    waits: new Set(steps.flatMap((step, index) => (waitOf(step) === null ? [] : [index]))),
    isConditional: steps.some((step) => step.condition !== undefined),
  };
}

/** A compensation gets what its step has made. */
function inputsOf(
  step: StepDefinition,
  index: number,
  { edges, indexOf }: Graph,
  compensations: Compensated['of'],
): readonly number[] {
  const takesBack = compensations.get(index);
  const dependencies = takesBack === undefined ? (edges[index] ?? []) : [takesBack];
  const asked = outputReferences(step).flatMap(({ step: name }) => indexOf(name) ?? []);
  return asked.length === 0 ? dependencies : [...new Set([...dependencies, ...asked])];
}

/** Indices along one circle, first and last the same, or null. Depth first without recursion: chains are long. */
export function findCircle(edges: readonly (readonly number[])[]): number[] | null {
  const done = new Uint8Array(edges.length);
  const onPath = new Uint8Array(edges.length);
  for (let start = 0; start < edges.length; start++) {
    if (done[start] === 1) continue;
    const path: { node: number; next: number }[] = [{ node: start, next: 0 }];
    onPath[start] = 1;
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = edges[top.node]?.[top.next++];
      if (to === undefined) {
        onPath[top.node] = 0;
        done[top.node] = 1;
        path.pop();
      } else if (onPath[to] === 1) {
        const nodes = path.map(({ node }) => node);
        return [...nodes.slice(nodes.indexOf(to)), to];
      } else if (done[to] !== 1) {
        onPath[to] = 1;
        path.push({ node: to, next: 0 });
      }
    }
  }
  return null;
}

/** The workflow of a task that is one handler: one step of the task's own name. */
export function singleStepWorkflow(handler: string): CompiledWorkflow {
  return compileWorkflow({
    name: handler,
    namespace: 'default',
    version: '0.0.0',
    description: '',
    input: null,
    steps: [
      {
        name: handler,
        handler,
        dependsOn: [],
        maxAttempts: null,
        timeoutMs: null,
        startTimeoutMs: null,
        backoff: null,
        critical: false,
        optional: false,
        agent: 'default',
        channel: null,
      },
    ],
  });
}
