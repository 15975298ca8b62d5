/** Polling reads one thing at a time: soon after it changed, and now and then for what nobody tells. */

const SHORTEST_PAUSE_MS = 1_000;

export interface Polling {
  /** Something changed: a storm of this costs one reading a second. */
  touch(): void;
  /** Reads now, unless it is reading. */
  now(): void;
  /** Reads now, or again after the reading that goes on. */
  refresh(): void;
  stop(): void;
}

export function startPolling(read: (signal: AbortSignal) => Promise<void>, longestPauseMs: number): Polling {
  const stopped = new AbortController();
  const { signal } = stopped;
  let timer = 0;
  let busy = false;
  let changed = false;
  let readAt = 0;

  async function run(): Promise<void> {
    busy = true;
    changed = false;
    readAt = performance.now();
    await read(signal);
    busy = false;
    plan(changed ? SHORTEST_PAUSE_MS : longestPauseMs);
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

  void run();
  document.addEventListener('visibilitychange', look);
  return {
    touch,
    now: () => plan(0),
    refresh: () => (busy ? touch() : plan(0)),
    stop() {
      stopped.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}
