/** When a server or a worker is asked to stop: politely by the first signal, at once by the second. */

import { Worker } from 'node:worker_threads';

/** The last: the terminal was closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Listens from now on, so that a signal during a start is not lost. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(1);
      stopping = true;
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}

/** A moment for the timer of the main thread, which can say why it leaves. */
const THREAD_LATER_MS = 1_000;

/**
 * Leaves with exit code 1 when so much time has passed, and `tell` has said why. A handler that holds the event loop
 * keeps no timer from being due, but every timer from running: then a thread of its own ends the process, unsaid.
 */
export function leaveWithin(withinMs: number, tell: () => void): { cancel(): void } {
  const late = setTimeout(() => {
    tell();
    process.exit(1);
  }, withinMs);
  const code = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${withinMs + THREAD_LATER_MS})`;
  const thread = new Worker(code, { eval: true });
  thread.unref();
  return {
    cancel: () => {
      clearTimeout(late);
      void thread.terminate();
    },
  };
}
