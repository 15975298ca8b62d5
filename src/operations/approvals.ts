/** Approvals: what waits for people, and their answers by a link. */

import { Refusal } from '../errors.ts';
import { definitionOf, type WaitActor } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { type ApprovalLinks, attemptOf, BY_LINK } from '../kernel/approval-links.ts';
import type { ApprovalPlace } from '../kernel/approval-token.ts';
import type { Batch } from '../kernel/batch.ts';
import type { Engine } from '../kernel/engine.ts';
import { statusOf } from '../kernel/turn.ts';
import { orUnreadable } from '../kernel/unreadable.ts';
import { tellStep } from '../kernel/verbs.ts';
import { addressOf, refOf, waitAt } from '../store/address.ts';
import { type AwaitingRow, countAwaiting, listAwaiting } from '../store/list-awaiting.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { Approval } from '../views/approvals.ts';
import type { Orchestrator } from '../views/orchestrator.ts';

/** Rows looked at for one page: most may be for somebody else. */
const MOST_LOOKED_AT = 2_000;
const MOST_COUNTED = 1_000;

export interface ApprovalsParts {
  readonly engine: Engine;
  readonly cache: ActorCache;
  readonly store: SqliteStore;
  readonly links: ApprovalLinks;
}

/** A question that a link is about, as it stands. */
interface Place {
  /** Null: it has not begun, or nobody can open it. */
  readonly wait: WaitActor | null;
  readonly taskStatus: string;
  readonly isSetAside: boolean;
}

export class Approvals {
  readonly #parts: ApprovalsParts;

  constructor(parts: ApprovalsParts) {
    this.#parts = parts;
  }

  readonly listApprovals: Orchestrator['listApprovals'] = ({ tenantId, who, limit, cursor }) => {
    const { store, cache } = this.#parts;
    const approvals: Approval[] = [];
    const after = cursor === undefined ? null : readCursor(cursor);
    const rows = listAwaiting(store, 'approval', tenantId, after, MOST_LOOKED_AT);
    let last: AwaitingRow | null = null;
    for (const row of rows) {
      if (approvals.length === limit) break;
      last = row;
      const address = addressOf(row.task, row.ref);
      const wait = address.kind === 'wait' ? cache.readable(address) : null;
      const approval = wait === null ? null : this.#viewOf(wait);
      if (approval === null || (who !== undefined && approval.who?.includes(who) === false)) continue;
      approvals.push(approval);
    }
    const count = countAwaiting(store, 'approval', tenantId, MOST_COUNTED + 1);
    const isMore = last !== null && (last !== rows.at(-1) || rows.length === MOST_LOOKED_AT);
    return {
      approvals,
      nextCursor: last !== null && isMore ? writeCursor(last) : null,
      count: Math.min(count, MOST_COUNTED),
      atLeast: count > MOST_COUNTED,
    };
  };

  readonly approval: Orchestrator['approval'] = (token) => {
    const place = this.#read(token);
    const { store, cache } = this.#parts;
    const row = store.taskById(place.taskId);
    if (row === null) throw over();
    const address = waitAt(row.no, place.index);
    const isSetAside = store.isSetAside(address.task, refOf(address));
    const { status: taskStatus } = row;
    return orUnreadable(
      () => this.#open({ wait: cache.actor(address), taskStatus, isSetAside }, place),
      () => {
        throw over();
      },
    );
  };

  readonly answerApproval: Orchestrator['answerApproval'] = async (token, decision, reason) => {
    const place = this.#read(token);
    await this.#parts.engine.perform((batch: Batch) => {
      const row = batch.draft.taskById(place.taskId);
      if (row === null) throw over();
      const address = waitAt(row.no, place.index);
      const wait = batch.actor(address);
      const taskStatus = batch.taskStatus(row.no);
      const { step } = this.#open({ wait, taskStatus, isSetAside: batch.draft.isSetAside(address) }, place);
      if (wait === null) return;
      const verb = decision === 'approve' ? 'complete' : 'reject';
      tellStep(batch, wait.entry, step, verb, { by: BY_LINK, reason }, false);
    });
  };

  #read(token: string): ApprovalPlace {
    const place = this.#parts.links.read(token);
    if (place !== null) return place;
    throw new Refusal('APPROVAL_NOT_FOUND', 'this link answers no question here: check that it is whole');
  }

  /** Refuses a link whose question is not open: not any more, or not yet. */
  #open(place: Place, { attempt }: ApprovalPlace): Approval {
    const { wait, taskStatus, isSetAside } = place;
    if (isSetAside || attemptOf(wait) !== attempt) throw over();
    if (wait !== null && statusOf(wait.state) === 'waiting') {
      const approval = this.#viewOf(wait);
      if (approval?.token == null) throw over();
      return approval;
    }
    if (taskStatus === 'complete' || taskStatus === 'cancelled') throw over();
    throw new Refusal(
      'APPROVAL_NOT_ASKED',
      'this question is not asked yet: open the link again when what comes before it is done',
    );
  }

  #viewOf({ entry, index, context }: WaitActor): Approval | null {
    const definition = definitionOf(entry, index);
    const { name: step, waitFor } = definition;
    if (waitFor?.approval === undefined) return null;
    const { attempt, prompt = '', until, startedAt = entry.createdAt } = context;
    return {
      taskId: entry.id,
      taskName: entry.name,
      tenantId: entry.tenant,
      step,
      prompt,
      who: waitFor.who ?? null,
      since: new Date(startedAt).toISOString(),
      until: until === undefined ? null : new Date(until).toISOString(),
      token: this.#parts.links.tokenOf(definition, { taskId: entry.id, index, attempt }),
    };
  }
}

const over = (): Refusal =>
  new Refusal('APPROVAL_OVER', 'this question is not open any more: it was answered, or its time is over');

const writeCursor = ({ awaits, task, ref }: AwaitingRow): string =>
  Buffer.from(JSON.stringify([awaits, task, ref])).toString('base64url');

function readCursor(cursor: string): AwaitingRow {
  const refusal = new Refusal(
    'INVALID_CURSOR',
    'the cursor is not one of this list: take it from nextCursor',
    {
      faults: [{ pointer: '/cursor', message: 'is not one of this list' }],
    },
  );
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // It is told as one that holds something else is.
    throw refusal;
  }
  if (!Array.isArray(read) || read.length !== 3) throw refusal;
  const [awaits, task, ref] = read as unknown[];
  if (typeof awaits !== 'string' || !Number.isInteger(task) || !Number.isInteger(ref)) throw refusal;
  return { awaits, task: task as number, ref: ref as number };
}
