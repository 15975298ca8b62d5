/**
 * A workflow as one environment wants it: the environment's steps merged over the workflow's by name, key by key.
 * Works on the document as written, so that what comes out is checked like any other workflow.
 */

import { isJsonObject } from '../fields.ts';
import { nameKey } from '../name-key.ts';
import { OWN_STEPS, WORK_KEYS } from '../steps/index.ts';
import { stepsKeyOf } from './spellings.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Keys that say the same thing: giving one puts aside the others. */
const ALTERNATIVES: readonly (readonly string[])[] = [
  WORK_KEYS,
  ['depends_on', 'depends_on_step', 'depends_on_steps'],
  ['retryable', 'default_retryable'],
  ['retry_limit', 'default_retry_limit'],
];

/** Told of each object that was made, and of what it was made of: later ones win. */
export type OnMerge = (made: object, of: readonly object[]) => void;

/** The document with the environment applied, or as it was when it has no such environment. */
export function withEnvironment(document: unknown, environment: string | null, onMerge: OnMerge): unknown {
  if (environment === null || !isJsonObject(document)) return document;
  const { environments } = document;
  if (!isJsonObject(environments) || !Object.hasOwn(environments, environment)) return document;
  const chosen = environments[environment];
  const key = stepsKeyOf(document);
  const { [key]: steps } = document;
  if (!isJsonObject(chosen) || !Array.isArray(steps)) return document;
  const overrides = new Map(stepsOf(chosen).map((step) => [keyOf(step), step]));
  const merged = steps.map((step: unknown) => {
    const override = isJsonObject(step) ? overrides.get(keyOf(step)) : undefined;
    return isJsonObject(step) && override !== undefined ? mergeStep(step, override, onMerge) : step;
  });
  onMerge(merged, [steps]);
  const made = { ...document, [key]: merged };
  onMerge(made, [document]);
  return made;
}

const keyOf = ({ name }: JsonObject): unknown => (typeof name === 'string' ? nameKey(name) : name);

export function stepsOf(holder: JsonObject): JsonObject[] {
  const steps = holder[stepsKeyOf(holder)];
  return Array.isArray(steps) ? steps.filter(isJsonObject) : [];
}

function mergeStep(step: JsonObject, override: JsonObject, onMerge: OnMerge): JsonObject {
  const put = Object.keys(override);
  const aside = ALTERNATIVES.filter((keys) => keys.some((key) => put.includes(key))).flat();
  const kept = Object.entries(step).filter(([key]) => put.includes(key) || !aside.some((one) => one === key));
  const made: Record<string, unknown> = { ...Object.fromEntries(kept), ...override };
  for (const key of [...OWN_STEPS.map(({ key }) => key), 'backoff', 'with']) {
    const [base, over] = [step[key], override[key]];
    if (!isJsonObject(base) || !isJsonObject(over)) continue;
    made[key] = { ...base, ...over };
    onMerge(made[key] as object, [base, over]);
  }
  onMerge(made, [step, override]);
  return made;
}
