/** The file of a store: it is claimed, opened, written in transactions and, after a failure of the disk, opened again. */

import { requireBinding } from './binding.ts';
import { type Connection, claim, fileBytes, lengthenLog, openDatabase } from './database.ts';
import { openMoment } from './read-only.ts';
import { RowWriter } from './row-writer.ts';
import { settleLog } from './settle-log.ts';
import { prepare, type Statements } from './statements.ts';
import { isStorageFailure, needsReopen } from './storage-failure.ts';
import { refuseDamaged } from './whole.ts';

/** A store that has seen so many commits will see more, and is made ready for them. */
const LONG_LIVED_COMMITS = 100;

interface FileOptions {
  /** As it is at this moment, whoever else has it open; nothing is changed, and nobody is kept out. */
  readonly readOnly: boolean;
}

export class StoreFile {
  readonly path: string;
  readonly #claim: { release(): void };
  #db: Connection;
  protected sql: Statements;
  #rows: RowWriter;
  /** A write failed, and the file has not been opened again since. */
  #isInDoubt = false;
  /** Commits so far; each is one fsync of the write-ahead log. */
  commits = 0;
  /** Null until asked; once there was one, true for good. */
  protected hasDependencies: boolean | null = null;
  /** Null until asked. */
  protected hasChildWaves: boolean | null = null;

  constructor(path: string, { readOnly }: FileOptions, upgrade?: (file: StoreFile, rows: RowWriter) => void) {
    this.path = path;
    requireBinding();
    if (readOnly) {
      const moment = openMoment(path);
      this.#claim = moment;
      this.#db = moment.db;
      this.sql = prepare(this.#db);
      this.#rows = new RowWriter(this.#db, this.sql);
      return;
    }
    this.#claim = claim(path);
    try {
      settleLog(path);
      refuseDamaged(path);
      this.#db = openDatabase(path, (db) => {
        this.#db = db;
        this.sql = prepare(db);
        upgrade?.(this, new RowWriter(db, this.sql));
      });
    } catch (error) {
      this.#claim.release();
      throw error;
    }
    this.sql = prepare(this.#db);
    this.#rows = new RowWriter(this.#db, this.sql);
  }

  /**
   * Runs `write` in one transaction. If it throws, or the commit fails, nothing of it is stored; after a failure of
   * the disk the file is opened again, so that what is read next is what the disk really holds. Recovery writes so,
   * which reads what it has just written and streams more than fits in one value.
   */
  rewrite<T>(write: (rows: RowWriter) => T): T {
    try {
      if (this.#isInDoubt) this.#reopen();
      this.sql.begin.run();
      const result = write(this.#rows);
      this.sql.commit.run();
      this.commits++;
      if (this.commits === LONG_LIVED_COMMITS && this.path !== ':memory:') lengthenLog(this.path);
      return result;
    } catch (error) {
      this.#rollback(error);
      throw error;
    }
  }

  #rollback(cause: unknown): void {
    try {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    } catch (error) {
      // The rollback of a file that cannot be read fails as well; opening it again below rolls back.
      if (!isStorageFailure(error)) throw error;
    }
    if (!needsReopen(cause) || this.path === ':memory:') return;
    this.#isInDoubt = true;
    try {
      this.#reopen();
    } catch (error) {
      // The next transaction tries again; what is read until then is what was committed last.
      if (!isStorageFailure(error)) throw error;
    }
  }

  /** Opened before the old one is closed: closing the only connection would write to the disk that just failed. */
  #reopen(): void {
    const db = openDatabase(this.path);
    this.#db.close();
    this.#db = db;
    this.sql = prepare(db);
    this.#rows = new RowWriter(db, this.sql);
    this.#isInDoubt = false;
  }

  /** For what is asked often beside a running task. Not to be kept, as the connection. */
  get statements(): Statements {
    return this.sql;
  }

  /** For rare statements. Not to be kept: after a failure of the disk it is another. */
  get connection(): Connection {
    return this.#db;
  }

  bytes(): number {
    return fileBytes(this.path);
  }

  /** `keepClaim`: nobody else opens it before this process has ended. */
  close({ keepClaim = false }: { keepClaim?: boolean } = {}): void {
    this.#db.close();
    if (!keepClaim) this.#claim.release();
  }
}
