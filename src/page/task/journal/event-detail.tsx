/** One journal entry in full. */

import type { HistoryEvent } from '../../../views/tasks.ts';
import { momentText } from '../../time.tsx';
import { Failure, type ShownError } from '../failure.tsx';
import { JsonTree } from '../json-tree.tsx';

export function EventDetail({ event }: { readonly event: HistoryEvent }) {
  const { seq, at, actor, attempt, detail } = event;
  const { error, ...rest } = detail as { readonly error?: ShownError };
  return (
    <section class="event-detail" aria-label={`Entry ${seq}`}>
      <h2>
        {seq} · {actor} · {event.event}
        {attempt === null ? '' : ` · attempt ${attempt}`} · <time dateTime={at}>{momentText(at)}</time>
      </h2>
      {error !== undefined && <Failure error={error} />}
      {Object.keys(rest).length > 0 && <JsonTree value={rest} />}
    </section>
  );
}
