/**
 * Checks the fields and the steps of a workflow against each other, as written. Names exist and are given once,
 * there is no circle, and no keys contradict each other. Runs also when fields are broken, so that all problems
 * come at once; hence it looks before it trusts a shape.
 */

import type { z } from 'zod';
import type { Graph } from '../ancestry.ts';
import { withCompensations } from '../compensations.ts';
import { findCircle, placeIn } from '../compile.ts';
import type { StepDefinition } from '../definition.ts';
import { isJsonObject } from '../fields.ts';
import { schemaFaults } from '../input-schema.ts';
import { nameKey } from '../name-key.ts';
import { nearest, REQUIRED } from '../parse.ts';
import { referenceFaults } from '../references.ts';
import { contradictions, kindFaults } from '../steps/index.ts';
import { conditionOfWhen, whenField } from '../when.ts';
import { stepsOf } from './environments.ts';
import {
  dependencyNames,
  STEP_SPELLINGS,
  spelledTwice,
  stepsKeyOf,
  WORKFLOW_SPELLINGS,
} from './spellings.ts';
import { toStep } from './step.ts';
import { stepField } from './step-schema.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type Tell = (path: readonly PropertyKey[], message: string) => void;

/** Finding the name that was meant costs a look at all; a file with more unknown names than this has other worries. */
const HINTS = 100;

export function crossCheck(workflow: JsonObject, context: z.core.$RefinementCtx): void {
  const tell: Tell = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  const key = stepsKeyOf(workflow);
  const given = workflow[key];
  const steps = Array.isArray(given) ? given.map((step) => (isJsonObject(step) ? step : {})) : [];
  const tellStep = (at: number): Tell => {
    return (path, message) => tell([key, at, ...path], message);
  };

  for (const { key, message } of spelledTwice(workflow, WORKFLOW_SPELLINGS)) tell([key], message);
  if (given === undefined) tell(['steps'], REQUIRED);
  checkInput(workflow, tell);
  const definitions = steps.map((step, at) => checkStep(step, tellStep(at)));
  checkNames(steps, workflow, tellStep);
  const graph = graphOf(steps);
  checkCircle(steps, graph, tellStep);
  if (!isUnsure(steps.flatMap((step) => [step.name, ...dependencyNames(step).map(({ name }) => name)])))
    checkReferences(definitions, graph, tellStep);
  checkEnvironments(workflow, steps, tell);
}

function checkReferences(
  definitions: readonly (StepDefinition | null)[],
  graph: Graph,
  tellStep: (at: number) => Tell,
): void {
  const all = withCompensations(definitions, graph);
  for (const { index, path, message } of referenceFaults(all.steps, all.graph)) {
    const [, at, ...place] = placeIn(all, index, path);
    tellStep(Number(at))(place, message);
  }
}

function checkInput(workflow: JsonObject, tell: Tell): void {
  const key = workflow.input === undefined ? 'schema' : 'input';
  const { [key]: schema } = workflow;
  if (!isJsonObject(schema)) return;
  for (const { path, message } of schemaFaults(schema)) tell([key, ...path], message);
}

/** Finds keys of one step that say the same twice, or contradict each other. */
export function keyFaults(step: JsonObject, tell: Tell): void {
  for (const { key, message } of spelledTwice(step, STEP_SPELLINGS)) tell([key], message);
  contradictions(step, tell);
}

/** The definition of a step that can be read, or null. */
function checkStep(step: JsonObject, tell: Tell): StepDefinition | null {
  keyFaults(step, tell);
  tellOfWhen(step, tell);
  const { data } = stepField.safeParse(step);
  if (data === undefined) return null;
  const definition = toStep(data, {});
  for (const { path, message } of kindFaults(definition)) tell(path, message);
  return definition;
}

/** Finds a fault that the shape does not show: a name that does not say which step it is of. */
function tellOfWhen(step: JsonObject, tell: Tell): void {
  const { success, data } = whenField.safeParse(step.when);
  if (!success) return;
  const read = conditionOfWhen(data, [...new Set(dependencyNames(step).map(({ name }) => nameKey(name)))]);
  if ('fault' in read) tell(['when'], read.fault);
}

const isFailureHandler = (step: JsonObject): boolean =>
  step.on_failure !== undefined && step.on_failure !== false;

/** Names that must be there and must be unique. */
function checkNames(
  steps: readonly JsonObject[],
  workflow: JsonObject,
  tellStep: (at: number) => Tell,
): void {
  const names = keysOf(steps);
  const onFailure = keysOf(steps.filter(isFailureHandler));
  const { retry_strategies: given, named_steps: list } = workflow;
  const strategies = new Set(isJsonObject(given) ? Object.keys(given).map(nameKey) : []);
  const named = Array.isArray(list)
    ? new Set<unknown>(list.map((name) => (typeof name === 'string' ? nameKey(name) : name)))
    : null;
  const seen = new Set<string>();
  const hint = hinter();
  const mayBeAny = isUnsure([...names]);

  steps.forEach((step, at) => {
    const tell = tellStep(at);
    const { name, backoff } = step;
    if (typeof name === 'string') {
      const key = nameKey(name);
      if (seen.has(key)) tell(['name'], `there is another step named "${name}"`);
      else if (named !== null && !named.has(key))
        tell(['name'], `"${name}" is not in named_steps; add it there`);
      seen.add(key);
    }
    for (const dependency of dependencyNames(step)) {
      const key = nameKey(dependency.name);
      if (!names.has(key) && !mayBeAny)
        tell(dependency.path, `there is no step "${dependency.name}"${hint(dependency.name, names)}`);
      else if (onFailure.has(key))
        tell(dependency.path, `"${dependency.name}" runs on failure, after all others: none can wait for it`);
    }
    if (typeof backoff === 'string' && !strategies.has(nameKey(backoff))) {
      tell(['backoff'], `retry_strategies has no "${backoff}"${hint(backoff, strategies)}`);
    }
  });
}

/** A name with a variable that is not there, which is told of already, may be any name. */
const isUnsure = (names: readonly unknown[]): boolean =>
  names.some((name) => typeof name === 'string' && /(?<!\$)\$\{ENV:/.test(name));

const keysOf = (steps: readonly JsonObject[]): Set<string> =>
  new Set(steps.flatMap(({ name }) => (typeof name === 'string' ? [nameKey(name)] : [])));

function graphOf(steps: readonly JsonObject[]): Graph {
  const indexByName = new Map<unknown, number>();
  steps.forEach(({ name }, at) => {
    const key = typeof name === 'string' ? nameKey(name) : name;
    if (!indexByName.has(key)) indexByName.set(key, at);
  });
  const indexOf = (name: string) => indexByName.get(nameKey(name));
  const edges = steps.map((step) => dependencyNames(step).flatMap(({ name }) => indexOf(name) ?? []));
  return { edges, indexOf };
}

function checkCircle(
  steps: readonly JsonObject[],
  { edges, indexOf }: Graph,
  tellStep: (at: number) => Tell,
): void {
  const circle = findCircle(edges);
  const [at, next] = circle ?? [];
  const step = at === undefined ? undefined : steps[at];
  if (circle === null || at === undefined || step === undefined) return;
  const edge = dependencyNames(step).find(({ name }) => indexOf(name) === next);
  const names = circle.map((index) => steps[index]?.name).join(' → ');
  tellStep(at)(edge?.path ?? [], `steps depend on each other in a circle: ${names}`);
}

function checkEnvironments(workflow: JsonObject, steps: readonly JsonObject[], tell: Tell): void {
  if (!isJsonObject(workflow.environments)) return;
  const names = keysOf(steps);
  const hint = hinter();
  for (const [environment, holder] of Object.entries(workflow.environments)) {
    if (!isJsonObject(holder)) continue;
    const key = stepsKeyOf(holder);
    const place = ['environments', environment];
    for (const { key, message } of spelledTwice(holder, WORKFLOW_SPELLINGS)) tell([...place, key], message);
    const seen = new Set<unknown>();
    stepsOf(holder).forEach((step, at) => {
      const { name } = step;
      if (typeof name !== 'string') return;
      const same = nameKey(name);
      if (!names.has(same))
        tell([...place, key, at, 'name'], `there is no step "${name}"${hint(name, names)}`);
      if (seen.has(same)) tell([...place, key, at, 'name'], `"${name}" is already in this environment`);
      seen.add(same);
      for (const twice of spelledTwice(step, STEP_SPELLINGS))
        tell([...place, key, at, twice.key], twice.message);
    });
  }
}

function hinter(): (name: string, known: Iterable<string>) => string {
  let left = HINTS;
  return (name, known) => {
    const meant = left-- > 0 ? nearest(name, known) : null;
    return meant === null ? '' : `; did you mean "${meant}"?`;
  };
}
