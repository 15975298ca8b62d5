/** Finds content that will not go on by itself: set aside, overdue, unserved, undeliverable, from another version. */

import { kindOf, readHandlerKey, readQueue } from '../kernel/actor.ts';
import { readContext } from '../kernel/context-format.ts';
import { hasState, MACHINE_VERSION } from '../kernel/turn.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import { addressOf } from '../store/address.ts';
import { queueLengths, webhookCounts } from '../store/counts.ts';
import { listTasks } from '../store/list-tasks.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { allSetAsides, countTasks, unfinishedActors } from '../store/whole-tasks.ts';
import { OPEN_TASK_STATUSES } from '../views/statuses.ts';
import type { Ailment, Diagnosis } from './doctor.ts';

const MINUTE_MS = 60_000;
/** Longer than any worker takes to be started again. */
const UNSERVED_MS = 10 * MINUTE_MS;
const OVERDUE_MS = 60 * MINUTE_MS;
const MOST_LISTED = 10;

export function contentAilments(store: SqliteStore, now: number): Diagnosis {
  return {
    facts: [`${countTasks(store)} tasks, ${countTasks(store, OPEN_TASK_STATUSES)} of them unfinished`],
    ailments: [
      ...versionAilments(store),
      ...setAsideAilments(store, now),
      ...clockAilments(store, now),
      ...queueAilments(store, now),
      ...webhookAilments(store),
    ],
  };
}

/** Finds snapshots that these machines could not open; ask before an upgrade, by the version you want. */
function versionAilments(store: SqliteStore): Ailment[] {
  return unfinishedActors(store).flatMap(({ ref, machine, state, count, example }): Ailment[] => {
    const kind = kindOf(addressOf(0, ref));
    const isKnown = machine === MACHINE_VERSION[kind];
    if (isKnown && hasState(kind, state)) return [];
    const lacks = isKnown ? `state ${state}` : `machine ${machine} (it has ${MACHINE_VERSION[kind]})`;
    const problem = `${count} ${kind}s of unfinished tasks need ${lacks}, which this version lacks, e.g. of task ${example}`;
    const advice =
      'let the version that wrote them finish them before this one is started; here they are set aside';
    return [{ code: 'MACHINE_LACKING', problem, advice }];
  });
}

function setAsideAilments(store: SqliteStore, now: number): Ailment[] {
  // Actors that an upgrade on trial sets aside just now are told by machine and state.
  const asides = allSetAsides(store).filter(({ at }) => at < now);
  const advice =
    'look at it with "troupe snapshot at TASK SEQ"; cancel its task and submit it again, or restore it from a backup';
  const told = asides.slice(0, MOST_LISTED).map(
    ({ task, ref, why }): Ailment => ({
      code: 'SET_ASIDE',
      problem: `actor ${ref} of task ${store.taskByNo(task)?.id ?? task} was set aside: ${why}`,
      advice,
    }),
  );
  const more = asides.length - told.length;
  return more > 0 ? [...told, { code: 'SET_ASIDE', problem: `${more} more were set aside`, advice }] : told;
}

function clockAilments(store: SqliteStore, now: number): Ailment[] {
  const ailments: Ailment[] = [];
  const due = store.nextDue();
  if (due !== null && due < now - OVERDUE_MS) {
    const problem = `the first timer was due ${new Date(due).toISOString()}`;
    const advice =
      'start a server on this store; if one runs, look at its log for failed commits and its clock';
    ailments.push({ code: 'TIMERS_OVERDUE', problem, advice });
  }
  const [newest] = listTasks(store, { limit: 1 });
  if (newest !== undefined && newest.created_at > now + MINUTE_MS) {
    const problem = `task ${newest.id} was created ${new Date(newest.created_at).toISOString()}, which is still to come`;
    const advice = 'the clock was set back: correct it, or waits last that much longer';
    ailments.push({ code: 'CLOCK_SET_BACK', problem, advice });
  }
  return ailments;
}

function queueAilments(store: SqliteStore, now: number): Ailment[] {
  const unserved = new Map<string, number>();
  const since = new Map<string, number>();
  for (const { queue, count } of queueLengths(store)) {
    const key = readQueue(queue)?.key;
    // Told by verifying the tasks.
    if (key === undefined) continue;
    const [first] = store.queued(queue, { task: 0, ref: 0 }, 1);
    const queuedAt = first === undefined ? now : queuedAtOf(store, first.task, first.ref);
    since.set(key, Math.min(since.get(key) ?? queuedAt, queuedAt));
    unserved.set(key, (unserved.get(key) ?? 0) + count);
  }
  return [...unserved].flatMap(([key, count]): Ailment[] => {
    const queuedAt = since.get(key) ?? now;
    if (queuedAt > now - UNSERVED_MS) return [];
    const { agent, handler } = readHandlerKey(key);
    const whose = agent === 'default' ? '' : ` of agent ${agent}`;
    const problem = `${count} steps wait for a worker for ${handler}${whose}, the first since ${new Date(queuedAt).toISOString()}`;
    const advice = 'start a server or worker whose --handlers serve it, or more of them';
    return [{ code: 'UNSERVED', problem, advice }];
  });
}

function queuedAtOf(store: SqliteStore, task: number, ref: number): number {
  const row = store.actor(task, ref);
  const { queuedAt } = orUnreadable<{ queuedAt?: number }>(
    () => readContext(row?.context ?? '{}'),
    () => ({}),
  );
  return queuedAt ?? Number.POSITIVE_INFINITY;
}

function webhookAilments(store: SqliteStore): Ailment[] {
  const dead = webhookCounts(store, null).find(({ status }) => status === 'dead')?.count ?? 0;
  if (dead === 0) return [];
  const advice = 'see GET /webhooks?status=dead for why, and POST /webhooks/ID/redeliver once it is mended';
  return [{ code: 'WEBHOOKS_DEAD', problem: `${dead} webhooks could not be delivered`, advice }];
}
