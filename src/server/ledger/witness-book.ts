/**
 * What the ledger knows of its journals, so that a forgetful ledger is noticed: a row for each of
 * them, and the epoch in which they were compared with it.
 */
import type { JournalEntry, JournalLine, KnownJournal } from '../journal/lines.js';
import type { JournalThread } from '../journal/thread.js';

/** A journal as the ledger knows it. */
export interface JournalRow extends KnownJournal {
  /** The last lines, as long as the ledger does not know them to be in the journal. */
  readonly pending: readonly JournalEntry[];
  /** The epoch in which it was last compared; empty: never, or not since it was found behind. */
  readonly epoch: string;
  /** Forgotten with its process: nobody waits for it. */
  readonly ephemeral: boolean;
  /** Number of its last `peers` line: where to look for what it knows of the others. 0: none. */
  readonly peersAt: number;
  /** The first of two people who give it up. */
  readonly givenUpBy?: string;
}

/** What the ledger says of itself and its journals, read in one moment. */
export interface LedgerWitness {
  /** Drawn when the ledger was made. */
  readonly ledgerId: string;
  /** Names this database as it was when somebody last looked; `identity` is what it looked like. */
  readonly epoch: string;
  readonly epochAtMs: number;
  readonly identity: string;
  /** What it looks like now: another text means another database, or one that was restarted. */
  readonly identityNow: string;
  /** How far the database has written, where it counts that: less than before is another one. */
  readonly reached?: number;
  readonly journals: readonly JournalRow[];
  /** Journals that a live server holds, this process among them. */
  readonly live: readonly string[];
}

/** The part of a ledger that journals need. */
export interface WitnessBook {
  readWitness(): Promise<LedgerWitness>;
  /**
   * Whether it still has the constraints that exactly-once leans on; asked when the database is
   * another one than before. Absent: nobody can take them away.
   * @throws LEDGER_INCOMPLETE
   */
  expectWhole?(): Promise<void>;
  /**
   * Begins an epoch; what single people have said of journals until then is void. `false`: another
   * epoch than `from` stands there, nothing was written.
   */
  beginEpoch(from: string, epoch: string, identity: string, atMs: number): Promise<boolean>;
  /**
   * Writes a journal's row, if it still is as it was seen. Absent `was`: there must be none.
   * `false`: it was not, nothing was written. A journal that is given up takes along what the
   * ledger expects of every card's counter.
   */
  writeJournal(row: JournalRow, was?: JournalRow): Promise<boolean>;
  /**
   * Holds a journal for this process, as long as it lives; `name` is for whoever comes second.
   * @throws JOURNAL_IN_USE while another process does
   */
  holdJournal(journalId: string, name: string): Promise<() => Promise<void>>;
  /**
   * Writes a line that belongs to no order.
   * @throws WitnessMoved
   */
  writeLine(thread: JournalThread, line: JournalLine): Promise<JournalEntry>;
}

/** Whether a row still stands where it was seen. */
export function sameRow(a: JournalRow, b: JournalRow): boolean {
  return (
    a.sequence === b.sequence && a.head === b.head && a.state === b.state && a.epoch === b.epoch
  );
}
