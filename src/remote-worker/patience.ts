/** How long to wait before trying again what a bus or an orchestrator that is away could not do. */

import { setTimeout as wait } from 'node:timers/promises';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

/** `failures`: how often it was tried in vain before. Ends at once when the signal fires. */
export async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const delayMs = Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS);
  // Rejects only when aborted, which ends the wait as well.
  await wait(delayMs, undefined, { signal }).catch(() => undefined);
}
