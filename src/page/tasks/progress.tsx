/** How far a task is, as one bar of its steps' states. */

import type { StepStatus, StepView } from '../../actors/views.ts';

const ORDER: readonly StepStatus[] = [
  'complete',
  'skipped',
  'running',
  'retrying',
  'failed',
  'cancelled',
  'pending',
];

export function Progress({ steps }: { readonly steps: readonly StepView[] }) {
  const counts = new Map<StepStatus, number>();
  for (const { status } of steps) counts.set(status, (counts.get(status) ?? 0) + 1);
  const done = (counts.get('complete') ?? 0) + (counts.get('skipped') ?? 0);
  const parts = ORDER.flatMap((state) =>
    counts.has(state) ? [{ state, count: counts.get(state) ?? 0 }] : [],
  );
  const title = parts.map(({ state, count }) => `${count} ${state}`).join(', ');
  return (
    <span class="progress" title={title}>
      <span class="bar" aria-hidden="true">
        {parts.map(({ state, count }) => (
          <span key={state} class={`part is-${state}`} style={{ flexGrow: count }} />
        ))}
      </span>
      <span class="number">
        {done}/{steps.length}
      </span>
    </span>
  );
}
