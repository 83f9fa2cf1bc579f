/**
 * The witness: a ledger and the journal of this server, compared before the first act and kept in
 * step by every commit. What leaves is committed, then journalled, then let out.
 */
import type { Env } from '../../env.js';
import { createTurns } from '../../turns.js';
import type { Change, Ledger, Snapshot } from '../ledger/ledger.js';
import type { Journal } from './journal.js';
import { type JournalLine } from './lines.js';
import { createThread, type JournalThread, WitnessMoved } from './thread.js';

/** A ledger with its witness. */
export interface Witness {
  /** An order as it stands, and what the journals make of it. */
  read(orderId: string): Promise<Snapshot | undefined>;
  /** Commits, and journals the line. `false`: decide again. */
  commit(change: Change, line: JournalLine | undefined): Promise<boolean>;
}

/** What it stands on. */
export interface WitnessParts {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly env: Env;
}

/** Joins a ledger and a journal. */
export function openWitness({ ledger, journal }: WitnessParts): Witness {
  const inTurn = createTurns();
  let thread: JournalThread | undefined;
  const opened = (): Promise<JournalThread> =>
    inTurn(async () => {
      thread ??= await compare(ledger, journal);
      return thread;
    });
  return {
    read: (orderId) => ledger.read(orderId),
    commit: async (change, line) => {
      if (line === undefined) return (await ledger.commit(change)).written;
      const now = await opened();
      try {
        const { written, entry } = await ledger.commit({
          ...change,
          witness: { thread: now, line },
        });
        if (entry !== undefined) {
          const appended = journal.append(line, { later: line.kind === 'tac' });
          if (line.kind !== 'tac') await appended;
        }
        return written;
      } catch (error) {
        if (!(error instanceof WitnessMoved)) throw error;
        thread = undefined;
        return false;
      }
    },
  };
}

async function compare(ledger: Ledger, journal: Journal): Promise<JournalThread> {
  const { epoch, identityNow: identity, journals } = await ledger.readWitness();
  const { journalId, name } = journal;
  const position = journal.position();
  const row = journals.find((one) => one.journalId === journalId);
  await ledger.writeJournal(
    {
      ...{ journalId, name, ...position, pending: [], state: 'open', epoch },
      ephemeral: journal.ephemeral ?? false,
    },
    row,
  );
  const at = { journalId, epoch, identity, position };
  return createThread(at, () => journal.position());
}
