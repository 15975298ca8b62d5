/** How much a task has taken back of what it had done, as one bar, while it is at it. */

import type { TaskView } from '../../views/tasks.ts';
import { Progress } from '../tasks/progress.tsx';
import { isTakingBack } from './taken-back.ts';
import './take-back.css';

export function TakingBack({ task }: { readonly task: TaskView }) {
  if (task.compensation === null || !isTakingBack(task)) return null;
  const { done, failed, total } = task.compensation;
  const parts = { complete: done, failed, pending: total - done - failed };
  const counts = Object.fromEntries(Object.entries(parts).filter(([, count]) => count > 0));
  return (
    <span class="chip taking-back">
      taking back <Progress counts={counts} />
    </span>
  );
}
