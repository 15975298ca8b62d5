/** One journal entry in full. */

import type { ErrorView, HistoryEvent } from '../../../actors/views.ts';
import { momentText } from '../../time.tsx';
import { Json } from '../json.tsx';
import { errorText } from './event-text.ts';

export function EventDetail({ event }: { readonly event: HistoryEvent }) {
  const { seq, at, actor, attempt, detail } = event;
  const error = detail['error'] as ErrorView | undefined;
  return (
    <section class="event-detail" aria-label={`Entry ${seq}`}>
      <h2>
        {seq} · {actor} · {event.event}
        {attempt === null ? '' : ` · attempt ${attempt}`} · <time dateTime={at}>{momentText(at)}</time>
      </h2>
      {error !== undefined && <p class="fault">{errorText(error)}</p>}
      <Json value={detail} />
    </section>
  );
}
