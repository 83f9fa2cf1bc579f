/** Whether a journal that the ledger does not know may become one of its journals. */
import { QuancunError } from '../../errors.js';
import { JOURNAL_FOREIGN, JOURNAL_MISSING } from './errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { JournalRow, LedgerWitness } from '../ledger/witness-book.js';
import type { Journal } from './journal.js';
import type { PeersLine } from './lines.js';

/**
 * A new journal. One that others wait for may be its own under a path that was mistyped: then it is
 * refused. Beside servers that run it is one more; `newJournal` says that it is meant.
 * @throws JOURNAL_MISSING
 */
export function expectNoneMissing({ journals, live }: LedgerWitness, newJournal: boolean): void {
  const others = journals.filter((row) => !row.ephemeral && row.state !== 'given-up');
  const away = others.filter(({ journalId }) => !live.includes(journalId));
  const open = away.filter(({ state }) => state === 'open');
  const isAlone = away.length === others.length;
  const missing = open.length > 0 ? open : isAlone && !newJournal ? away : [];
  if (missing.length > 0) {
    const names = missing.map(nameOf).join(', ');
    throw new QuancunError(JOURNAL_MISSING, { details: { journals: names } });
  }
}

/** States that an order reaches only behind a MAC2. */
const ISSUED: readonly string[] = ['ISSUED', 'HELD', 'VOIDING', 'CREDITED', 'FROZEN'];

/**
 * A ledger of 0.1.0 knows no journal, and has issued all the same: the one that goes with it is
 * wanted, not a new one under a path that was mistyped.
 * @throws JOURNAL_MISSING
 */
export async function expectNoneBefore(ledger: Ledger, { journals }: LedgerWitness): Promise<void> {
  if (journals.some(({ ephemeral }) => !ephemeral)) return;
  const counts = await ledger.counts();
  if (!counts.some(({ state }) => ISSUED.includes(state))) return;
  throw new QuancunError(JOURNAL_MISSING, { details: { journals: 'the one of 0.1.0' } });
}

/** @throws JOURNAL_FOREIGN */
export function expectOwnLedger(
  { ledgerId }: LedgerWitness,
  { name }: Journal,
  known: PeersLine | undefined,
): void {
  if (known !== undefined && known.ledgerId !== ledgerId) {
    throw new QuancunError(JOURNAL_FOREIGN, { details: { name } });
  }
}

/** A journal as people know it: where it stood, and its number. */
export function nameOf({ name, journalId }: Pick<JournalRow, 'name' | 'journalId'>): string {
  return `${name} (${journalId})`;
}
