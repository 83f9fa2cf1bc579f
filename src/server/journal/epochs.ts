/**
 * Epochs: the name of this database as it was when somebody last looked. A database that is another
 * one than before, or that has lost a commit, begins a new one; then every journal has to be
 * compared anew before old orders are decided on again.
 */
import { drawId } from './draw-id.js';
import type { Env } from '../../env.js';
import type { Ledger } from '../ledger/ledger.js';
import type { JournalRow, LedgerWitness } from '../ledger/witness-book.js';

/**
 * Begins a new epoch behind the one that was read. What the ledger knows is older than it, also an
 * order of a server whose clock is ahead.
 */
export async function beginEpoch(
  { ledger, env }: { readonly ledger: Ledger; readonly env: Env },
  { epoch, identityNow }: LedgerWitness,
): Promise<boolean> {
  const query = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1 };
  const [newest] = await ledger.findOrders(query);
  const atMs = Math.max(env.now(), newest?.createdAtMs ?? 0);
  return ledger.beginEpoch(epoch, drawId(), identityNow, atMs);
}

/** Journals that the ledger waits for: open, and not compared in its epoch. */
export function findAwaited(
  { epoch, journals }: LedgerWitness,
  ownId: string,
): readonly JournalRow[] {
  return journals.filter(
    (row) =>
      row.journalId !== ownId && !row.ephemeral && row.state === 'open' && row.epoch !== epoch,
  );
}
