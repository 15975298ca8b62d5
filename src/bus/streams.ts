/**
 * The streams Troupe keeps: three queues of work, the log of facts for whoever was away for a while, and the log of
 * signals, which every server reads to its end, each under the name of its store.
 */

import type { StreamSpec } from './bus.ts';
import type { Subjects } from './subjects.ts';

const DAY_MS = 24 * 60 * 60_000;
const FACTS_KEPT_MS = 7 * DAY_MS;
/** No longer than a store remembers the ids of signals, so that one that comes again is known. */
const SIGNALS_KEPT_MS = DAY_MS;
const SERVERS_FORGOTTEN_MS = 7 * DAY_MS;

export function streamsOf(subjects: Subjects): StreamSpec[] {
  return [
    subjects.stream('submit'),
    subjects.stream('jobs'),
    subjects.stream('outcomes'),
    { ...subjects.stream('events'), keepMs: FACTS_KEPT_MS },
    { ...subjects.stream('signals'), keepMs: SIGNALS_KEPT_MS, forgetReadersMs: SERVERS_FORGOTTEN_MS },
  ];
}
