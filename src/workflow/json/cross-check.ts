/**
 * What must hold between the fields and the steps of a workflow as written: names that exist, names given once, no
 * circle, keys that do not contradict each other. Runs also when fields are broken, so that all problems come at
 * once; hence it looks before it trusts a shape.
 */

import type { z } from 'zod';
import { builtInFaults } from '../built-in.ts';
import { findCircle } from '../compile.ts';
import { isJsonObject } from '../fields.ts';
import { schemaFaults } from '../input-schema.ts';
import { nearest, REQUIRED } from '../parse.ts';
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
  for (const [at, step] of steps.entries()) checkStep(step, tellStep(at));
  checkNames(steps, workflow, tellStep);
  checkGraph(steps, tellStep);
  checkEnvironments(workflow, steps, tell);
}

function checkInput(workflow: JsonObject, tell: Tell): void {
  const key = workflow.input === undefined ? 'schema' : 'input';
  const { [key]: schema } = workflow;
  if (!isJsonObject(schema)) return;
  for (const { path, message } of schemaFaults(schema)) tell([key, ...path], message);
}

/** What one step says twice, or against itself. */
function checkStep(step: JsonObject, tell: Tell): void {
  for (const { key, message } of spelledTwice(step, STEP_SPELLINGS)) tell([key], message);
  if (step.critical === true && step.optional === true) {
    tell(['optional'], 'a step cannot be critical and optional at once');
  }
  if (isFailureHandler(step)) {
    if (step.critical === true) tell(['critical'], 'a step that runs on failure cannot be critical');
    const [first] = dependencyNames(step);
    if (first !== undefined)
      tell(first.path, 'a step that runs on failure waits for all others; it has no depends_on');
  }
  for (const key of ['handler', 'handler_class']) {
    if (step.http !== undefined && step[key] !== undefined)
      tell([key], 'a step with http is done by Troupe itself: leave out the handler, or http');
  }
  const { data } = stepField.safeParse(step);
  if (data === undefined) return;
  for (const { path, message } of builtInFaults(toStep(data, {}))) tell(path, message);
}

const isFailureHandler = (step: JsonObject): boolean =>
  step.on_failure !== undefined && step.on_failure !== false;

/** Names that must be there and must be unique. */
function checkNames(
  steps: readonly JsonObject[],
  workflow: JsonObject,
  tellStep: (at: number) => Tell,
): void {
  const names = new Set(steps.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
  const onFailure = new Set(steps.filter(isFailureHandler).map(({ name }) => name));
  const strategies = isJsonObject(workflow.retry_strategies) ? workflow.retry_strategies : {};
  const named = Array.isArray(workflow.named_steps) ? new Set<unknown>(workflow.named_steps) : null;
  const seen = new Set<string>();
  const hint = hinter();
  // A name with a variable that is not there, which is told of already, may be any name.
  const isUnsure = [...names].some((name) => /(?<!\$)\$\{ENV:/.test(name));

  steps.forEach((step, at) => {
    const tell = tellStep(at);
    const { name, backoff } = step;
    if (typeof name === 'string') {
      if (seen.has(name)) tell(['name'], `there is another step named "${name}"`);
      else if (named !== null && !named.has(name))
        tell(['name'], `"${name}" is not in named_steps; add it there`);
      seen.add(name);
    }
    for (const dependency of dependencyNames(step)) {
      if (!names.has(dependency.name) && !isUnsure)
        tell(dependency.path, `there is no step "${dependency.name}"${hint(dependency.name, names)}`);
      else if (onFailure.has(dependency.name))
        tell(dependency.path, `"${dependency.name}" runs on failure, after all others: none can wait for it`);
    }
    if (typeof backoff === 'string' && !Object.hasOwn(strategies, backoff)) {
      tell(['backoff'], `retry_strategies has no "${backoff}"${hint(backoff, Object.keys(strategies))}`);
    }
  });
}

function checkGraph(steps: readonly JsonObject[], tellStep: (at: number) => Tell): void {
  const indexByName = new Map<unknown, number>();
  steps.forEach(({ name }, at) => {
    if (!indexByName.has(name)) indexByName.set(name, at);
  });
  const edges = steps.map((step) => dependencyNames(step).flatMap(({ name }) => indexByName.get(name) ?? []));
  const circle = findCircle(edges);
  const [at, next] = circle ?? [];
  const step = at === undefined ? undefined : steps[at];
  if (circle === null || at === undefined || step === undefined) return;
  const edge = dependencyNames(step).find(({ name }) => indexByName.get(name) === next);
  const names = circle.map((index) => steps[index]?.name).join(' → ');
  tellStep(at)(edge?.path ?? [], `steps depend on each other in a circle: ${names}`);
}

function checkEnvironments(workflow: JsonObject, steps: readonly JsonObject[], tell: Tell): void {
  if (!isJsonObject(workflow.environments)) return;
  const names = new Set(steps.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
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
      if (!names.has(name))
        tell([...place, key, at, 'name'], `there is no step "${name}"${hint(name, names)}`);
      if (seen.has(name)) tell([...place, key, at, 'name'], `"${name}" is already in this environment`);
      seen.add(name);
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
