/** The chain of steps that decided when the task ended: each waited for the one before it, longest of all. */

export interface Finish {
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** Epoch milliseconds; null while it has not ended. */
  readonly finishedAt: number | null;
}

/** First to last. Empty when nothing has ended. */
export function criticalPath(steps: readonly Finish[]): readonly string[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const path: string[] = [];
  for (let step = latest(steps); step !== null; ) {
    path.unshift(step.name);
    step = latest(step.dependsOn.map((name) => byName.get(name)));
  }
  return path;
}

function latest(steps: readonly (Finish | undefined)[]): Finish | null {
  let found: Finish | null = null;
  for (const step of steps) {
    if (step?.finishedAt == null) continue;
    if (found?.finishedAt == null || step.finishedAt > found.finishedAt) found = step;
  }
  return found;
}
