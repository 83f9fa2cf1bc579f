/**
 * The scribe: brings into the journal what the ledger has committed, each line once and in order.
 * What could not be written stays in the ledger's row, and goes first the next time.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import { nameOf } from '../outage/cause.js';
import { JOURNAL_UNAVAILABLE } from '../outage/errors.js';
import type { JournalEntry, JournalLine } from './lines.js';
import type { Journal } from './journal.js';
import { type JournalThread, WitnessMoved } from './thread.js';

/** Writes the entries of a thread. */
export interface Scribe {
  /**
   * Resolves when the entry is durable, and all before it.
   * @throws JOURNAL_UNAVAILABLE; WitnessMoved when the journal holds something else in its place
   */
  write(thread: JournalThread, entry: JournalEntry): Promise<void>;
  /** Hands an entry over that may wait for the next one. */
  writeLater(thread: JournalThread): void;
  /** Writes what an earlier failure has left. @throws JOURNAL_UNAVAILABLE, WitnessMoved */
  catchUp(thread: JournalThread): Promise<void>;
}

/** Makes one for a journal. */
export function createScribe(journal: Journal): Scribe {
  /** Up to which number the journal has been given the entries, and has not given them back. */
  let handed = journal.position().sequence;
  let isLeft = false;
  let round: Promise<void> | undefined;

  const give = (entry: JournalEntry, line: object, later: boolean): Promise<void> => {
    handed = entry.sequence;
    return journal.append(line, { later }).then(
      (written) => {
        if (written.head !== entry.head) throw new WitnessMoved();
      },
      (error: unknown) => {
        handed = Math.min(handed, entry.sequence - 1);
        isLeft = true;
        throw asUnavailable(error);
      },
    );
  };
  const giveAll = async (thread: JournalThread): Promise<void> => {
    isLeft = false;
    handed = Math.max(handed, journal.position().sequence);
    const appended: Promise<void>[] = [];
    for (const entry of thread.unflushed()) {
      if (entry.sequence <= handed) continue;
      const line = lineOf(entry);
      // A line that may wait is not waited for; its failure shows at the next one.
      const later = mayWait(line);
      const one = give(entry, line, later);
      if (later) one.catch(() => undefined);
      else appended.push(one);
    }
    const ends = await Promise.allSettled(appended);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  const nextRound = (thread: JournalThread): Promise<void> =>
    (round ??= giveAll(thread).finally(() => {
      round = undefined;
    }));
  return {
    write: async (thread, entry) => {
      // One round may go on already that began before this entry was there.
      for (let rounds = 0; rounds < 3; rounds += 1) {
        if (journal.position().sequence >= entry.sequence) return;
        await nextRound(thread);
      }
      if (journal.position().sequence < entry.sequence) throw new WitnessMoved();
    },
    writeLater: (thread) => {
      nextRound(thread).catch(() => undefined);
    },
    catchUp: async (thread) => {
      if (isLeft) await nextRound(thread);
    },
  };
}

/** What proves something, and lets nothing leave, goes to the disk with the next line. */
export function mayWait({ kind }: { readonly kind: string }): boolean {
  return kind === 'tac' || kind === 'counter';
}

/** A journal of somebody else's says in its own words that it did not write. */
function asUnavailable(cause: unknown): unknown {
  if (isQuancunError(cause) || cause instanceof WitnessMoved) return cause;
  return new QuancunError(JOURNAL_UNAVAILABLE, { details: { problem: nameOf(cause) }, cause });
}

/** What an entry was made of: its number is the journal's own to give. */
export function lineOf({ body }: JournalEntry): { readonly kind: string } {
  const { sequence: _number, ...line } = JSON.parse(body) as JournalLine & JournalEntry;
  return line;
}
