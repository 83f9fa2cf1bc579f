/** Journals that this process holds, where no other process can have the ledger open. */
import { QuancunError } from '../../errors.js';
import { JOURNAL_IN_USE } from '../hold/errors.js';

/** What is held. */
export interface JournalHolds {
  held(): readonly string[];
  /** @throws JOURNAL_IN_USE */
  hold(journalId: string, name: string): () => Promise<void>;
  /** Its process is gone. */
  drop(journalId: string): void;
}

/** Nothing is held yet. */
export function createHolds(): JournalHolds {
  const held = new Set<string>();
  return {
    held: () => [...held],
    hold: (journalId, name) => {
      if (held.has(journalId)) throw new QuancunError(JOURNAL_IN_USE, { details: { file: name } });
      held.add(journalId);
      return () => {
        held.delete(journalId);
        return Promise.resolve();
      };
    },
    drop: (journalId) => {
      held.delete(journalId);
    },
  };
}
