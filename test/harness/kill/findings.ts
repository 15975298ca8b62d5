/** Counts the checks of a kill run, and collects their findings. */

const RULES = {
  lost: 'acknowledged tasks lost',
  doubled: 'submissions stored twice',
  end: 'tasks that did not end as they should',
  again: 'completed steps executed again',
  attempts: 'attempts over the maximum, or sent more often than lost',
  delay: 'delays moved or cut short',
  snapshot: 'snapshots that differ from their replayed journal',
  fact: 'facts told that are not in the journal',
  deadline: 'steps that outlive the deadline of their task, or their own time',
  execution: 'executions of attempts that were never committed',
} as const;

export type Rule = keyof typeof RULES;

export class Findings {
  readonly #checked = new Map<Rule, number>();
  readonly #broken = new Map<Rule, Set<string>>();

  /** `what` says which one it is, the same each time it is found. */
  check(rule: Rule, holds: boolean, what: () => string): void {
    this.#checked.set(rule, (this.#checked.get(rule) ?? 0) + 1);
    if (holds) return;
    const broken = this.#broken.get(rule) ?? new Set();
    this.#broken.set(rule, broken.add(what()));
  }

  get violations(): string[] {
    return [...this.#broken].flatMap(([rule, broken]) =>
      [...broken].map((what) => `${RULES[rule]}: ${what}`),
    );
  }

  /** One line a rule: how many broke it, of how many looked at. */
  lines(): string[] {
    return (Object.keys(RULES) as Rule[]).map(
      (rule) =>
        `${RULES[rule]}: ${this.#broken.get(rule)?.size ?? 0} of ${this.#checked.get(rule) ?? 0} checked`,
    );
  }
}
