/**
 * Keeps the server's present answer. It reads again when facts tell of a change, when a lost connection is back,
 * and now and then for what no fact tells. One reading at a time: a storm of facts costs one request a second.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from './api.ts';
import { listen } from './shared-events.ts';

const SHORTEST_PAUSE_MS = 1_000;
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
    const stop = new AbortController();
    const { signal } = stop;
    let timer = 0;
    let busy = false;
    let changed = false;
    let readAt = 0;

    async function run(): Promise<void> {
      busy = true;
      changed = false;
      readAt = performance.now();
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
      busy = false;
      plan(changed ? SHORTEST_PAUSE_MS : longestPauseMs);
    }
    function show(change: (before: Data | null) => Data): void {
      if (signal.aborted) return;
      setState((before) => {
        const seen = before.key === key ? before.data : null;
        const data = change(seen);
        return data === seen ? before : { key, data, problem: null };
      });
    }
    function plan(pauseMs: number): void {
      if (signal.aborted || busy) return;
      clearTimeout(timer);
      const due = Math.max(0, readAt + pauseMs - performance.now());
      // Nobody looks at a hidden page: it reads again when it is shown.
      timer = window.setTimeout(() => document.hidden || void run(), due);
    }
    function touch(): void {
      if (changed) return;
      changed = true;
      plan(SHORTEST_PAUSE_MS);
    }
    const look = (): void => (document.hidden ? undefined : plan(0));

    poke.refresh = () => (busy ? touch() : plan(0));
    void run();
    const leave = facts === null ? null : listen({ path: facts, onFact: touch, onGap: () => plan(0) });
    document.addEventListener('visibilitychange', look);
    return () => {
      stop.abort();
      leave?.();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [key, facts, longestPauseMs, poke]);

  const refresh = useCallback(() => poke.refresh(), [poke]);
  return state.key === key ? { ...state, refresh } : { data: null, problem: null, refresh };
}

function mistake(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ status: -1, title: 'A mistake of this page', detail, code: 'PAGE' });
}
