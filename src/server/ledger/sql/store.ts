/** What a database must do for the SQL ledger: transactions, and telling a broken constraint. */
import type { Dialect } from './schema.js';

/** A value of a column. */
export type SqlValue = string | number | null;

/** One row, by column. Whole numbers may come as text; the ledger reads them as numbers. */
export type Row = Readonly<Record<string, unknown>>;

/** Statements within one transaction; parameters are `$1`, `$2` … */
export interface Sql {
  all(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Answers how many rows changed. */
  run(text: string, values?: readonly SqlValue[]): Promise<number>;
}

/** Words between the processes that share a database. */
export interface SqlSignals {
  /** Within a transaction: heard once it stands, by every process that listens. */
  tell(sql: Sql, topic: string, word: string): Promise<void>;
  /**
   * Hears what is told under a topic from now on. `missed`: something may have been told that was
   * not heard.
   */
  listen(topic: string, hear: (word: string) => void, missed: () => void): { isHearing(): boolean };
}

/** A database. */
export interface SqlStore {
  readonly dialect: Dialect;
  /** Absent: no other process has it open. */
  readonly signals?: SqlSignals;
  /** Nobody else writes: what was committed may be kept in memory. */
  readonly soleHolder?: boolean;
  /** Runs the work in one durable transaction; a throw rolls it back and comes out again. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * The same, but a power cut may take it back: nobody waits for the disk. While it runs, no other
   * one that names one of `alone` runs, in whatever process.
   */
  unflushed<T>(alone: readonly string[], work: (sql: Sql) => Promise<T>): Promise<T>;
  /** The table whose uniqueness an error says was broken; nothing for any other error. */
  brokenTable(error: unknown): string | undefined;
  /**
   * Holds a journal for this process as long as it lives.
   * @throws JOURNAL_IN_USE
   */
  holdJournal(journalId: string, name: string): Promise<() => Promise<void>>;
  /** Journals that some live process holds. */
  liveJournals(): Promise<readonly string[]>;
  close(): Promise<void>;
}
