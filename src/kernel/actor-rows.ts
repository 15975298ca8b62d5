/** The part of a commit that follows from the actors it changes. */

import type { Commit } from '../store/commit.ts';
import { type Actor, rowOf } from './actor.ts';
import { statusOf } from './turn.ts';
import { webhookStatus } from './webhooks.ts';

type List<Field extends keyof Commit> = Commit[Field][number][];

export class ActorRows {
  readonly newActors: List<'newActors'> = [];
  readonly actors: List<'actors'> = [];
  readonly taskStatuses: List<'taskStatuses'> = [];
  readonly webhookStatuses: List<'webhookStatuses'> = [];

  /** `statusBefore`: as stored; null for one that is not in the store. Returns the characters of its context. */
  add(actor: Actor, statusBefore: string | null): number {
    const row = rowOf(actor);
    if (statusBefore === null) this.newActors.push(row);
    else this.actors.push(row);
    const status = statusOf(actor.state);
    if (status === statusBefore) return row.context.length;
    if (actor.kind === 'task') this.taskStatuses.push({ no: actor.task, status });
    if (actor.kind === 'delivery')
      this.webhookStatuses.push({ task: actor.task, ref: row.ref, status: webhookStatus(status) });
    return row.context.length;
  }
}
