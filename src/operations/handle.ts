/** A durable actor as XState's callers know one: it can be sent to, subscribed to and asked for its snapshot. */

import { actorName, stepRef, TASK_REF } from '../actors/actor.ts';
import type { ActorEvent } from '../actors/batch.ts';
import type { Engine } from '../actors/engine.ts';
import { type ActorHandle, createHandle, type Watchers } from '../actors/handle.ts';
import type { Memory } from '../actors/memory.ts';
import type { Reader } from '../actors/reader.ts';
import { stepNamed } from '../actors/task-effects.ts';
import { Refusal } from '../errors.ts';
import type { TaskRow } from '../store/rows.ts';

export interface HandleParts {
  readonly memory: Memory;
  readonly reader: Reader;
  readonly engine: Engine;
  readonly watchers: Watchers;
}

export function handleOf(parts: HandleParts, id: string, step?: string): ActorHandle {
  const { memory, reader, engine, watchers } = parts;
  const row: TaskRow = reader.find(null, id);
  const entry = memory.entryOf(row);
  const index = step === undefined ? null : stepNamed(entry, step);
  if (step !== undefined && index === null) {
    throw new Refusal('not_found', 'STEP_NOT_FOUND', `task ${id} has no step ${step}`);
  }
  const ref = index === null ? TASK_REF : stepRef(index);
  const about = { task: row.no, ref };
  return createHandle({
    id: `${id}/${actorName(entry, ref)}`,
    about,
    watchers,
    actor: () => {
      const actor = memory.actor(row.no, ref);
      if (actor !== null) return actor;
      throw new Refusal(
        'not_found',
        'STEP_NOT_SPAWNED',
        `step ${step} of task ${id} has not been spawned yet`,
      );
    },
    send: (event) => {
      engine.tell(about, (batch) => {
        batch.take(about, {
          by: 'code',
          reason: null,
          ...event,
          at: batch.now,
        } as ActorEvent);
      });
    },
  });
}
