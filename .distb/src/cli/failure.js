/** Why a command did not do what it was asked, told to a person: what was wrong, and line by line what else helps. */
export class Failure extends Error {
    name = 'Failure';
    /** 1: refused or failed; 2: used wrongly. */
    exitCode;
    notes;
    /** The same may succeed in a moment: nobody answered, or only to say so. */
    temporary;
    constructor(message, facts = {}) {
        super(message, { cause: facts.cause });
        this.exitCode = facts.exitCode ?? 1;
        this.notes = facts.notes ?? [];
        this.temporary = facts.temporary ?? false;
    }
}
