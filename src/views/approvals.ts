/** Approvals as they are listed: questions that wait for the decision of a person. */

export interface Approval {
  readonly taskId: string;
  readonly taskName: string;
  readonly tenantId: string;
  readonly step: string;
  /** The question. */
  readonly prompt: string;
  /** Names of the API keys that may answer; null: anybody. */
  readonly who: readonly string[] | null;
  readonly since: string;
  /** Null: it waits for ever. */
  readonly until: string | null;
  /** For a link that answers it without a key; null where only some may answer, or a plain yes does not fit. */
  readonly token: string | null;
}

export interface ApprovalQuery {
  /** Null: all tenants. */
  readonly tenantId: string | null;
  /** Only those that this name may answer. */
  readonly who?: string;
  readonly limit: number;
  /** As returned in `nextCursor`; an unreadable one is refused with INVALID_CURSOR. */
  readonly cursor?: string;
}

export interface ApprovalList {
  readonly approvals: readonly Approval[];
  readonly nextCursor: string | null;
  /** How many wait, on this page or not, whoever may answer them. */
  readonly count: number;
  /** There are more: they were not counted to the end. */
  readonly atLeast: boolean;
}
