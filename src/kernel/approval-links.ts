/**
 * Links that answer approvals without a key. Whoever has one can answer, so it is made only for whoever may pass it on, is
 * stored nowhere, and there is none where only some people may answer.
 */

import { waitAt } from '../store/address.ts';
import type { Store } from '../store/store.ts';
import { linkTo } from '../views/public-url.ts';
import { put } from '../worker/own.ts';
import { answerFaults } from '../workflow/answer-schema.ts';
import type { CompiledWorkflow, StepDefinition } from '../workflow/definition.ts';
import { definitionOf, type TaskEntry, type WaitActor } from './actor.ts';
import type { ActorCache } from './actor-cache.ts';
import { type ApprovalPlace, approvalSecretOf, approvalToken, readApprovalToken } from './approval-token.ts';
import { approved } from './approvals.ts';
import { statusOf } from './turn.ts';

/** Answers by a link are journaled as its. */
export const BY_LINK = 'link';

/** The base of links: null while people cannot reach this server, or not yet. */
export type PublicUrl = () => string | null;

export class ApprovalLinks {
  readonly #secret: Buffer;
  readonly #publicUrl: PublicUrl;

  constructor(store: Store, publicUrl: PublicUrl) {
    this.#secret = approvalSecretOf(store);
    this.#publicUrl = publicUrl;
  }

  /** Null where only some may answer, or a plain yes is no answer. */
  tokenOf(definition: StepDefinition, place: ApprovalPlace): string | null {
    return hasLink(definition) ? approvalToken(this.#secret, place) : null;
  }

  /** Null for a token that this store has not made. */
  read(token: string): ApprovalPlace | null {
    return readApprovalToken(this.#secret, token);
  }

  /** Links of the approvals of a task that can still be answered, by step, before they are asked too; null: none. */
  ofTask(cache: ActorCache, entry: TaskEntry): Readonly<Record<string, string>> | null {
    const base = this.#publicUrl();
    if (base === null) return null;
    const links: Record<string, string> = {};
    let count = 0;
    for (const index of linkedIn(entry.workflow)) {
      const attempt = attemptOf(cache.readable(waitAt(entry.no, index)));
      if (attempt === null) continue;
      const token = approvalToken(this.#secret, { taskId: entry.id, index, attempt });
      put(links, definitionOf(entry, index).name, linkTo(base, token));
      count++;
    }
    return count === 0 ? null : links;
  }
}

/** The number under which it is asked, or is to be asked next; null: it is over. */
export function attemptOf(wait: WaitActor | null): number | null {
  if (wait === null) return 1;
  const { attempt } = wait.context;
  switch (statusOf(wait.state)) {
    case 'waiting':
      return attempt;
    case 'pending':
    // Somebody may retry it.
    case 'failed':
      return attempt + 1;
    default:
      return null;
  }
}

const hasLink = ({ waitFor }: StepDefinition): boolean =>
  waitFor?.approval !== undefined &&
  waitFor.who === undefined &&
  answerFaults(waitFor.schema, approved({ by: BY_LINK, reason: null })).length === 0;

const linked = new WeakMap<CompiledWorkflow, readonly number[]>();

/** The approvals that have links; schemas are asked once. */
function linkedIn(workflow: CompiledWorkflow): readonly number[] {
  const known = linked.get(workflow);
  if (known !== undefined) return known;
  const { steps } = workflow.definition;
  const found = [...workflow.waits].filter((index) => {
    const step = steps[index];
    return step !== undefined && hasLink(step);
  });
  linked.set(workflow, found);
  return found;
}
