/**
 * Tells whether the page shows the present: the server answered last time, no request hangs, and its events come.
 * The page says "live" only while all three hold.
 */

import { createAtom } from '@xstate/store';

export type Connection = 'connecting' | 'live' | 'waiting' | 'silent' | 'lost';

/** Longer without an answer is hanging. */
const HANGS_MS = 3_000;
/** The server says something every 15 s. */
const SILENT_MS = 20_000;
const CHECK_MS = 1_000;

export const connection = createAtom<Connection>('connecting');

/** When each request that is under way began. */
const pending = new Map<object, number>();
let answered: boolean | null = null;
/** The state of the event stream: null while nobody wants it, without a time until it comes. */
let events: { heardAt: number | null } | null = null;

/** Counts a request, and the reading of its answer, for as long as it lasts. */
export async function awaited<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  const mark = {};
  pending.set(mark, performance.now());
  try {
    return await request();
  } finally {
    pending.delete(mark);
    check();
  }
}

export function sawAnswer(did: boolean): void {
  answered = did;
  check();
}

export function wantEvents(wanted: boolean): void {
  if (wanted === (events !== null)) return;
  events = wanted ? { heardAt: null } : null;
  check();
}

/** The events come, or the connection that brings them is broken. */
export function heardEvents(heard: boolean): void {
  if (events === null) return;
  events.heardAt = heard ? performance.now() : null;
  answered = heard;
  check();
}

function check(): void {
  connection.set(stateAt(performance.now()));
}

function stateAt(now: number): Connection {
  if (answered === false) return 'lost';
  for (const since of pending.values()) if (now - since > HANGS_MS) return 'waiting';
  if (answered === null || events?.heardAt === null) return 'connecting';
  return events !== null && now - events.heardAt > SILENT_MS ? 'silent' : 'live';
}

setInterval(check, CHECK_MS);
