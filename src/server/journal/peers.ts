/**
 * What a journal knows of the others. A ledger that was put back to before a server registered
 * forgets that server; the others' journals do not.
 */
import type { Ledger } from '../ledger/ledger.js';
import type { JournalRow, LedgerWitness } from '../ledger/witness-book.js';
import type { Journal } from './journal.js';
import { type KnownJournal, NO_LINES, parseLine, type PeersLine, positionOf } from './lines.js';

/** A line about the others, and its number. */
export interface PlacedPeers extends PeersLine {
  readonly sequence: number;
}

/** The last line about the others: where the row says, or among those that the row has lost. */
export async function lastPeersLine(
  journal: Journal,
  peersAt: number,
  lostAfter: number | undefined,
): Promise<PlacedPeers | undefined> {
  let last: PlacedPeers | undefined;
  if (peersAt > 0 && peersAt <= journal.position().sequence) {
    for await (const { sequence, body } of journal.entriesAfter(peersAt - 1)) {
      const line = parseLine({ sequence, body });
      if (line.kind === 'peers') last = { ...line, sequence };
      break;
    }
  }
  if (lostAfter === undefined) return last;
  for await (const { sequence, body } of journal.entriesAfter(lostAfter)) {
    const line = parseLine({ sequence, body });
    if (line.kind === 'peers') last = { ...line, sequence };
  }
  return last;
}

/** A row that the ledger lacks, or has from before: as it is to be, and as it stands. */
export interface ForgottenPeer {
  readonly row: JournalRow;
  readonly was?: JournalRow;
}

/** Rows that know less than was known of them already. They are open, and to be compared. */
export function findForgotten(
  { journals }: LedgerWitness,
  known: Iterable<KnownJournal>,
  ownId: string,
): readonly ForgottenPeer[] {
  const forgotten: ForgottenPeer[] = [];
  for (const peer of known) {
    const { journalId, name } = peer;
    if (journalId === ownId) continue;
    const was = journals.find((row) => row.journalId === journalId);
    const state = peer.state === 'given-up' ? peer.state : 'open';
    if (was === undefined) {
      const nothing = { pending: [], epoch: '', ephemeral: false, peersAt: 0 };
      forgotten.push({ row: { journalId, name, ...NO_LINES, ...nothing, state } });
    } else if (was.sequence < peer.sequence && was.state !== 'given-up') {
      const isMarked = was.state === 'open' && was.epoch === '';
      if (!isMarked) forgotten.push({ row: { ...was, state: 'open', epoch: '' }, was });
    }
  }
  return forgotten;
}

/** Puts them back; one that moves meanwhile is alive, and comes itself. */
export async function putBack(ledger: Ledger, peers: readonly ForgottenPeer[]): Promise<void> {
  for (const { row, was } of peers) await ledger.writeJournal(row, was);
}

/** The others as the ledger knows them, or as they were known where it knows less. */
export function peersOf(
  { journals }: LedgerWitness,
  ownId: string,
  known: ReadonlyMap<string, KnownJournal>,
): readonly KnownJournal[] {
  return journals
    .filter(({ journalId, ephemeral }) => journalId !== ownId && !ephemeral)
    .map((row) => {
      const before = known.get(row.journalId);
      const { journalId, name, state } = row;
      const further = before !== undefined && before.sequence > row.sequence ? before : row;
      return { journalId, name, ...positionOf(further), state };
    });
}

/** Whether the set of the others, or what became of one of them, changed. */
export function samePeers(a: readonly KnownJournal[], b: readonly KnownJournal[]): boolean {
  const marks = (all: readonly KnownJournal[]): string =>
    all
      .map(({ journalId, state }) => `${journalId} ${state}`)
      .sort()
      .join(',');
  return marks(a) === marks(b);
}
