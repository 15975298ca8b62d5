/** The streams Troupe keeps: three queues of work, and the log of facts for whoever was away for a while. */

import type { StreamSpec } from './bus.ts';
import type { Subjects } from './subjects.ts';

const FACTS_KEPT_MS = 7 * 24 * 60 * 60_000;

export function streamsOf(subjects: Subjects): StreamSpec[] {
  return [
    subjects.stream('submit'),
    subjects.stream('jobs'),
    subjects.stream('outcomes'),
    { ...subjects.stream('events'), keepMs: FACTS_KEPT_MS },
  ];
}
