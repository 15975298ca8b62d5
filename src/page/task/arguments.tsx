/** Shows what a step gives its handler: as it is written, and filled in once it has begun. */

import { useEffect, useState } from 'preact/hooks';
import type { StepDetailView, StepView } from '../../views/tasks.ts';
import { get } from '../api.ts';
import { Json } from './json.tsx';
import { stepPath } from './task-path.ts';

interface ArgumentsProps {
  readonly taskId: string;
  readonly step: StepView;
  readonly written: NonNullable<StepView['with']>;
}

export function Arguments({ taskId, step: { name, attempt }, written }: ArgumentsProps) {
  const [filled, setFilled] = useState<StepDetailView['arguments']>(null);
  const hasBegun = attempt > 0;
  useEffect(() => {
    if (!hasBegun) return;
    const stop = new AbortController();
    const path = stepPath(taskId, name);
    get<StepDetailView>(path, { signal: stop.signal }).then(
      (step) => setFilled(step.arguments),
      // The page itself says that the server is away; the arguments as written are there to be seen.
      () => undefined,
    );
    return () => stop.abort();
  }, [taskId, name, hasBegun]);
  return (
    <div>
      <h3>Arguments{filled === null && ' as they are written'}</h3>
      <Json value={filled ?? written} />
    </div>
  );
}
