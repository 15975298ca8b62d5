/** The journal of a task, read in pieces: its end first, and what came before as far back as somebody looks. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { HistoryEvent } from '../../views/tasks.ts';
import { get } from '../api.ts';
import { hrefOf } from '../router.ts';
import { EMPTY_JOURNAL, extend, type Journal, missingOf } from './journal.ts';

/** A journal to this length is read whole, while one looks at something else. */
const READ_AHEAD = 50_000;
const PIECE = 2_000;
/** Entries that nobody waits to see one by one come in fewer pieces, since each is drawn. */
const LARGE_PIECE = 25_000;

export interface ReadJournal {
  readonly journal: Journal;
  /** Says that the entries from `seq` on are looked at. */
  look(seq: number): void;
}

/** `end` is its last entry; null until that is known. `path` is the task's, and stays the same. */
export function useJournal(path: string, end: number | null): ReadJournal {
  const [journal, setJournal] = useState(EMPTY_JOURNAL);
  const [begin, setBegin] = useState(Number.POSITIVE_INFINITY);
  const wanted = useRef({ begin, end });
  wanted.current = { begin, end };
  const [poke] = useState(() => ({ read: async (): Promise<void> => undefined }));

  useEffect(() => {
    const stop = new AbortController();
    let known = EMPTY_JOURNAL;
    let busy = false;
    poke.read = async () => {
      if (busy) return;
      busy = true;
      try {
        for (;;) {
          const piece = next(known, wanted.current);
          if (piece === null) break;
          const href = hrefOf(`${path}/history`, piece);
          const { events } = await get<{ events: HistoryEvent[] }>(href, { signal: stop.signal });
          if (events.length === 0) break;
          known = extend(known, events);
          setJournal(known);
        }
      } catch {
        // Said by what is read beside it; when that is read again, so is this.
      }
      busy = false;
    };
    return () => stop.abort();
  }, [path, poke]);
  useEffect(() => void poke.read());

  const look = useCallback((seq: number) => setBegin((before) => Math.min(before, seq)), []);
  return { journal, look };
}

function next(journal: Journal, { begin, end }: { begin: number; end: number | null }) {
  const isEmpty = journal.events.length === 0;
  // A view of the whole need not wait until its end is known.
  if (end === null) return begin <= 1 && isEmpty ? { after: 0, limit: LARGE_PIECE } : null;
  const most = isEmpty && begin > 1 ? PIECE : LARGE_PIECE;
  return missingOf(journal, Math.min(begin, end - READ_AHEAD + 1), end, most);
}
