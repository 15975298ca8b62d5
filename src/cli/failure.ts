/** Why a command did not do what it was asked, told to a person: what was wrong, and line by line what else helps. */

export class Failure extends Error {
  override readonly name = 'Failure';
  /** 1: refused or failed; 2: used wrongly. */
  readonly exitCode: 1 | 2;
  readonly notes: readonly string[];
  /** The status of a server that refused; null for any other failure. */
  readonly status: number | null;
  /** The same may succeed in a moment: nobody answered, or only to say so. */
  readonly temporary: boolean;

  constructor(
    message: string,
    facts: {
      exitCode?: 1 | 2;
      notes?: readonly string[];
      status?: number;
      temporary?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: facts.cause });
    this.exitCode = facts.exitCode ?? 1;
    this.notes = facts.notes ?? [];
    this.status = facts.status ?? null;
    this.temporary = facts.temporary ?? false;
  }
}
