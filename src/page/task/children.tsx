/** The child tasks of a step: how far they are, as one bar, and each to be opened; never all of thousands. */

import { useEffect } from 'preact/hooks';
import type { StepView, TaskSummary } from '../../views/tasks.ts';
import { get } from '../api.ts';
import { pathTo } from '../router.ts';
import { StateLabel } from '../state.tsx';
import { Progress } from '../tasks/progress.tsx';
import { useLive } from '../use-live.ts';

const MOST_SHOWN = 50;

interface ChildrenProps {
  readonly taskId: string;
  readonly step: StepView;
  readonly counts: NonNullable<StepView['children']>;
}

export function Children({
  taskId,
  step: { name },
  counts: { total, next, open, done, lost },
}: ChildrenProps) {
  const path = `/tasks?parentId=${encodeURIComponent(taskId)}&fields=summary&limit=200`;
  const { data, refresh } = useLive(
    path,
    (signal) => get<{ tasks: readonly TaskSummary[] }>(path, { signal }),
    null,
  );
  const counted = `${next} ${open} ${done} ${lost}`;
  // No fact of the task tells of its children one by one: the counts that it has do.
  useEffect(refresh, [counted, refresh]);
  const own = (data?.tasks ?? []).filter(({ parent }) => parent?.step === name);
  const waiting = Math.max(0, total - next);
  return (
    <section class="children">
      <h3>
        Child tasks <Progress counts={{ complete: done, running: open, failed: lost, pending: waiting }} />
      </h3>
      <ul>
        {own.slice(0, MOST_SHOWN).map(({ id, status, parent }) => (
          <li key={id}>
            <StateLabel state={status} />{' '}
            <a href={pathTo.task(id)}>
              {total === 1 ? 'the child task' : `number ${(parent?.index ?? 0) + 1}`}
            </a>
          </li>
        ))}
      </ul>
      {own.length > MOST_SHOWN && <p class="muted">The newest {MOST_SHOWN} are shown.</p>}
    </section>
  );
}
