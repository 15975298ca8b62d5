/**
 * Keeps the server's present answer. It reads again when facts tell of a change, when a lost connection is back,
 * and now and then for what no fact tells.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from './api.ts';
import { startPolling } from './polling.ts';
import { listen } from './shared-events.ts';

const LONGEST_PAUSE_MS = 10_000;

export interface Live<Data> {
  readonly data: Data | null;
  readonly problem: Problem | null;
  refresh(): void;
}

/** Shows data before all has been read, made from what is shown so far. */
export type Show<Data> = (change: (before: Data | null) => Data) => void;

/** `key` says what is read; another key is another reading, and nothing of the old one is shown for it. */
export function useLive<Data>(
  key: string,
  read: (signal: AbortSignal, show: Show<Data>) => Promise<Data>,
  facts: string | null,
  longestPauseMs = LONGEST_PAUSE_MS,
): Live<Data> {
  const [state, setState] = useState<{ key: string; data: Data | null; problem: Problem | null }>({
    key,
    data: null,
    problem: null,
  });
  const reading = useRef(read);
  reading.current = read;
  const [poke] = useState(() => ({ refresh: (): void => undefined }));

  useEffect(() => {
    const polling = startPolling(async (signal) => {
      const show: Show<Data> = (change) => {
        if (signal.aborted) return;
        setState((before) => {
          const seen = before.key === key ? before.data : null;
          const data = change(seen);
          return data === seen ? before : { key, data, problem: null };
        });
      };
      try {
        const data = await reading.current(signal, show);
        if (!signal.aborted) setState({ key, data, problem: null });
      } catch (error) {
        if (signal.aborted) return;
        const problem = error instanceof Problem ? error : mistake(error);
        // While the server is away what was seen stays to be seen; the top of the page says that it is away.
        setState((before) => ({
          key,
          data: problem.status === 0 && before.key === key ? before.data : null,
          problem,
        }));
      }
    }, longestPauseMs);
    poke.refresh = polling.refresh;
    const leave = facts === null ? null : listen({ path: facts, onFact: polling.touch, onGap: polling.now });
    return () => {
      polling.stop();
      leave?.();
    };
  }, [key, facts, longestPauseMs, poke]);

  const refresh = useCallback(() => poke.refresh(), [poke]);
  return state.key === key ? { ...state, refresh } : { data: null, problem: null, refresh };
}

function mistake(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ status: -1, title: 'A mistake of this page', detail, code: 'PAGE' });
}
