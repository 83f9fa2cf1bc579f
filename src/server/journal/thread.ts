/**
 * The thread between a ledger and a journal: where the ledger's row of this journal stands, and the
 * lines it still has to keep because the journal may not have them yet. The ledger pulls it in its
 * own transaction; one batch at a time, because a position has one successor.
 */
import {
  chainLine,
  type JournalEntry,
  type JournalLine,
  type JournalPosition,
  positionOf,
} from './lines.js';

/** What a batch of commits does to the journal's row. */
export interface ThreadDraft {
  readonly from: JournalPosition;
  readonly to: JournalPosition;
  /** The new entries, one for each line. */
  readonly entries: readonly JournalEntry[];
  /** All entries that the journal is not known to hold, these among them. */
  readonly pending: readonly JournalEntry[];
  /** Number of the `peers` line, when there is one among them. */
  readonly peersAt?: number;
}

/** The thread of one journal in one process. */
export interface JournalThread {
  readonly journalId: string;
  /** The epoch in which ledger and journal were compared. */
  readonly epoch: string;
  /** What the database said of itself then. */
  readonly identity: string;
  readonly position: JournalPosition;
  /** What a batch with these lines would write. */
  draft(lines: readonly JournalLine[]): ThreadDraft;
  /** The batch was committed. */
  confirm(draft: ThreadDraft): void;
  /** Entries that were committed, and that the journal is not known to hold; in order. */
  unflushed(): readonly JournalEntry[];
}

/** The ledger's row of the journal is not where it was left: nothing was written. Compare again. */
export class WitnessMoved extends Error {
  override readonly name = 'WitnessMoved';
}

/** Spins a thread from where ledger and journal agree. `flushed`: the journal's own position. */
export function createThread(
  at: {
    readonly journalId: string;
    readonly epoch: string;
    readonly identity: string;
    readonly position: JournalPosition;
  },
  flushed: () => JournalPosition,
): JournalThread {
  let { position } = at;
  let kept: readonly JournalEntry[] = [];
  const unflushed = (): readonly JournalEntry[] => {
    const { sequence } = flushed();
    return kept.filter((entry) => entry.sequence > sequence);
  };
  return {
    journalId: at.journalId,
    epoch: at.epoch,
    identity: at.identity,
    get position() {
      return position;
    },
    draft: (lines) => {
      const entries: JournalEntry[] = [];
      for (const line of lines) entries.push(chainLine(entries.at(-1) ?? position, line));
      const peers = entries[lines.findIndex(({ kind }) => kind === 'peers')];
      return {
        from: position,
        to: positionOf(entries.at(-1) ?? position),
        entries,
        pending: [...unflushed(), ...entries],
        ...(peers === undefined ? {} : { peersAt: peers.sequence }),
      };
    },
    confirm: (draft) => {
      position = draft.to;
      kept = draft.pending;
    },
    unflushed,
  };
}
