/** How far a task is, as one bar of its steps' states. */

import type { StepStatus, TaskSummary } from '../../views/tasks.ts';

const ORDER: readonly StepStatus[] = [
  'complete',
  'skipped',
  'running',
  'retrying',
  'waiting',
  'failed',
  'cancelled',
  'pending',
];

export function Progress({ counts }: { readonly counts: TaskSummary['stepCounts'] }) {
  const parts = ORDER.flatMap((state) => {
    const count = counts[state];
    return count === undefined ? [] : [{ state, count }];
  });
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  const done = (counts.complete ?? 0) + (counts.skipped ?? 0);
  const title = parts.map(({ state, count }) => `${count} ${state}`).join(', ');
  return (
    <span class="progress" title={title}>
      <span class="bar" aria-hidden="true">
        {parts.map(({ state, count }) => (
          <span key={state} class={`part is-${state}`} style={{ flexGrow: count }} />
        ))}
      </span>
      <span class="number">
        {done}/{all}
      </span>
    </span>
  );
}
