/**
 * The world outlives a process: the effects outside, the knowledge of callers, and the time. Plain data, to be
 * copied.
 */

import type { Fact } from '../../../src/views/tasks.ts';
import type { LogLine } from '../kill/protocol.ts';

/** One request a webhook receiver got. */
export interface Received {
  readonly id: string;
  readonly taskId: string;
  readonly type: string;
  readonly answer: number;
}

export interface World {
  now: number;
  /** Moves made, as far as whoever made them knows. */
  moved: number;
  /** The next move was begun before, by a caller who never got an answer. */
  isRepeated: boolean;
  /** Ids of acknowledged tasks, by the key they were submitted under. */
  readonly ids: Record<string, string>;
  /** The first task that worked at each place in a family. */
  readonly first: Record<string, string>;
  /** Families were wrong in this way after some commit. */
  readonly faults: string[];
  /** Verbs that were answered with yes: `<verb> <key>` or `<verb> <key>/<step>`. */
  readonly told: string[];
  readonly log: LogLine[];
  readonly facts: Fact[];
  readonly received: Received[];
  /** Steps whose held attempts may end, as `<key>/<step>`. */
  readonly released: string[];
}

export const newWorld = (): World => ({
  now: Date.UTC(2030, 0, 1),
  moved: 0,
  isRepeated: false,
  ids: {},
  first: {},
  faults: [],
  told: [],
  log: [],
  facts: [],
  received: [],
  released: [],
});
