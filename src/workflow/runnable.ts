/**
 * Checks that a new definition can do what it says: bounds that mean something, steps that can be chosen. A
 * registration is checked; a stored definition is not, and runs as it was promised then.
 */

import { isDeepStrictEqual } from 'node:util';
import { type Fault, Refusal } from '../errors.ts';
import { COMPENSATION_ENDING } from './compensations.ts';
import { type Condition, LIMITS, type StepDefinition, type WorkflowDefinition } from './definition.ts';
import { pathNameOf } from './fields.ts';
import { SLASH_FAULT } from './identity.ts';
import { nameKey } from './name-key.ts';

const MOST_ATTEMPTS = 1_001;
const MOST_MS = LIMITS.delaySeconds * 1_000;

/** Throws INVALID_WORKFLOW with every fault. `isNewName`: there is no other version of it. */
export function assertRunnable(definition: WorkflowDefinition, { isNewName = true } = {}): void {
  const { steps, name } = definition;
  const slashes = isNewName ? slashFaults(definition) : [];
  const faults = [
    ...slashes,
    ...nameFaults(definition),
    ...deadlineFaults(definition),
    ...steps.flatMap(boundFaults),
    ...choiceFaults(steps),
  ];
  const [first] = faults;
  if (first === undefined) return;
  throw new Refusal('INVALID_WORKFLOW', `workflow ${name}: ${first.message}`, { faults });
}

const slashFaults = (definition: WorkflowDefinition): Fault[] =>
  (['name', 'namespace'] as const)
    .filter((field) => definition[field].includes('/'))
    .map((field) => ({ pointer: `/${field}`, message: `${field} ${SLASH_FAULT}` }));

/** However long: a program of its own may have names of any length. */
const anyName = pathNameOf(LIMITS.bodyBytes);

/** Names that nothing could be found by, and two that look alike. */
function nameFaults({ name, namespace, version, steps }: WorkflowDefinition): Fault[] {
  const faults: Fault[] = [];
  const check = (pointer: string, value: string): void => {
    for (const { message } of anyName.safeParse(value).error?.issues ?? [])
      faults.push({ pointer, message: `${JSON.stringify(value)} ${message}` });
  };
  for (const [key, value] of Object.entries({ name, namespace, version })) check(`/${key}`, value);
  const seen = new Set<string>();
  steps.forEach((step, index) => {
    for (const key of ['name', 'handler', 'agent', 'channel'] as const)
      if (step[key] !== null) check(`/steps/${index}/${key}`, step[key]);
    const key = nameKey(step.name);
    if (key.endsWith(COMPENSATION_ENDING))
      faults.push({
        pointer: `/steps/${index}/name`,
        message: `"${step.name}" ends in "${COMPENSATION_ENDING}", as compensations of steps do`,
      });
    if (seen.has(key))
      faults.push({ pointer: `/steps/${index}/name`, message: `there is another step named "${step.name}"` });
    seen.add(key);
  });
  return faults;
}

const isTime = (ms: number | null | undefined): boolean => ms == null || (ms > 0 && ms <= MOST_MS);
const NO_TIME = 'must be more than nothing, and at most ten years';

const deadlineFaults = ({ deadlineMs }: WorkflowDefinition): Fault[] =>
  isTime(deadlineMs) ? [] : [{ pointer: '/deadline', message: `the deadline ${NO_TIME}` }];

function boundFaults(step: StepDefinition, index: number): Fault[] {
  const faults: Fault[] = [];
  const tell = (field: string, message: string): void =>
    void faults.push({ pointer: `/steps/${index}/${field}`, message: `${step.name}: ${message}` });
  const { maxAttempts, timeoutMs, startTimeoutMs, withinMs, backoff } = step;
  const isCount = maxAttempts === null || (Number.isInteger(maxAttempts) && maxAttempts >= 1);
  if (!isCount || (maxAttempts ?? 1) > MOST_ATTEMPTS)
    tell('retry_limit', `executions in all must be a whole number from 1 to ${MOST_ATTEMPTS}`);
  if (!isTime(timeoutMs)) tell('timeout', NO_TIME);
  if (!isTime(startTimeoutMs)) tell('start_timeout', NO_TIME);
  if (!isTime(withinMs)) tell('within', NO_TIME);
  tellOfBackoff(backoff, 'backoff', tell);
  if (step.compensation === undefined) return faults;
  const { timeoutMs: back, backoff: between = null } = step.compensation;
  if (!isTime(back)) tell('compensation/timeout', NO_TIME);
  tellOfBackoff(between, 'compensation/backoff', tell);
  return faults;
}

function tellOfBackoff(
  backoff: StepDefinition['backoff'],
  field: string,
  tell: (field: string, message: string) => void,
): void {
  if (backoff === null) return;
  const { baseMs, maxMs } = backoff;
  if (!(baseMs >= 0 && maxMs >= 0 && maxMs <= MOST_MS))
    tell(field, 'its delays must not be negative, and at most ten years');
  else if (baseMs > maxMs) tell(field, `base is ${baseMs} ms and max only ${maxMs} ms: set a longer max`);
}

/** Steps that are skipped whatever happens: by their own condition, or because all they depend on are. */
function choiceFaults(steps: readonly StepDefinition[]): Fault[] {
  const dead = new Set<string>();
  const faults: Fault[] = [];
  steps.forEach(({ name, condition }, index) => {
    if (condition === undefined || !isNever(condition)) return;
    dead.add(name);
    const message = `${name} can never be chosen: its condition contradicts itself`;
    faults.push({ pointer: `/steps/${index}/when`, message });
  });
  for (let before = -1; before !== dead.size; ) {
    before = dead.size;
    steps.forEach(({ name, dependsOn }, index) => {
      if (dead.has(name) || dependsOn.length === 0 || !dependsOn.every((on) => dead.has(on))) return;
      dead.add(name);
      const message = `${name} can never run: nothing it depends on is ever chosen`;
      faults.push({ pointer: `/steps/${index}/depends_on`, message });
    });
  }
  const handler = steps.findIndex(({ failuresAs }) => failuresAs !== undefined);
  const others = steps.filter(({ failuresAs }) => failuresAs === undefined);
  if (handler >= 0 && others.every(({ name }) => dead.has(name))) {
    const message = `${steps[handler]?.name} can never run: no other step does, so none can fail`;
    faults.push({ pointer: `/steps/${handler}`, message });
  }
  return faults;
}

/** Some part of it excludes another, to the letter; what only the data could exclude is not looked for. */
function isNever(condition: Condition): boolean {
  if (condition.op === 'or') return condition.of.every(isNever);
  if (condition.op !== 'and') return false;
  const parts = conjuncts(condition);
  return parts.some(
    (part, index) => isNever(part) || parts.slice(index + 1).some((other) => exclude(part, other)),
  );
}

const conjuncts = (condition: Condition): Condition[] =>
  condition.op === 'and' ? condition.of.flatMap(conjuncts) : [condition];

function exclude(a: Condition, b: Condition): boolean {
  if (a.op === 'not' && isDeepStrictEqual(a.of, b)) return true;
  if (b.op === 'not' && isDeepStrictEqual(b.of, a)) return true;
  if (a.op !== 'equals' || b.op !== 'equals' || !isDeepStrictEqual(a.value, b.value)) return false;
  // As conditions compare: a number and its text are the same.
  return a.to !== b.to && String(a.to) !== String(b.to);
}
