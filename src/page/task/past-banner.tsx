/** Says that what is seen is the past, and how to leave it. */

import { momentText } from '../time.tsx';
import type { PastMoment } from './live-task.ts';

interface PastBannerProps {
  readonly seq: number;
  readonly past: PastMoment;
  readonly onNow: () => void;
}

export function PastBanner({ seq, past: { moment, problem }, onNow }: PastBannerProps) {
  return (
    <div class="notice past-banner" role="status">
      <span>
        You are looking at the past: the task after event {seq}
        {moment !== null && moment.seq === seq && (
          <>
            , <time dateTime={moment.at}>{momentText(moment.at)}</time>
          </>
        )}
        . Computed again by the machines from the journal; nothing here changes anything.
        {problem !== null && <span class="fault"> {problem.message}</span>}
      </span>
      <button type="button" onClick={onNow}>
        Back to now
      </button>
    </div>
  );
}
