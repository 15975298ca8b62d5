/** Keys that have a second spelling, the one Tasker's files use. One thing is written in one of them, never both. */

export const WORKFLOW_SPELLINGS = [
  ['steps', 'step_templates'],
  ['namespace', 'namespace_name'],
  ['input', 'schema'],
] as const;

export const STEP_SPELLINGS = [
  ['handler', 'handler_class'],
  ['retryable', 'default_retryable'],
  ['retry_limit', 'default_retry_limit'],
] as const;

export const TASK_SPELLINGS = [
  ['payload', 'context'],
  ['sourceSystem', 'source_system'],
] as const;

type Keyed = Readonly<Record<string, unknown>>;

/** The spelling of `steps` that this workflow, or environment of one, uses. */
export const stepsKeyOf = (holder: Keyed): 'steps' | 'step_templates' =>
  holder.steps === undefined && holder.step_templates !== undefined ? 'step_templates' : 'steps';

/** Each second spelling that stands beside the first. */
export function spelledTwice(
  keyed: Keyed,
  spellings: readonly (readonly [string, string])[],
): { key: string; message: string }[] {
  return spellings
    .filter(([first, second]) => keyed[first] !== undefined && keyed[second] !== undefined)
    .map(([first, second]) => ({
      key: second,
      message: `is another spelling of ${first}, which is given too; keep one of them`,
    }));
}

/** The three spellings of `depends_on`, one name or many, with where each name stands; they add up. */
export function dependencyNames(step: Keyed): { name: string; path: PropertyKey[] }[] {
  return (['depends_on', 'depends_on_step', 'depends_on_steps'] as const).flatMap((key) => {
    const given = step[key];
    if (typeof given === 'string') return [{ name: given, path: [key] }];
    if (!Array.isArray(given)) return [];
    return given.flatMap((name, at) => (typeof name === 'string' ? [{ name, path: [key, at] }] : []));
  });
}

/** `Shop::StepHandler::ChargeCard` is the handler `ChargeCard`. */
export const handlerOfClass = (name: string): string => name.split('::').at(-1) ?? name;
