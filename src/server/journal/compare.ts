/**
 * Comparing a ledger with the journal of this server: before its first act, and whenever the ledger
 * is not what it was. What one of the two has and the other has not is brought over.
 */
import { QuancunError } from '../../errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import type { JournalRow, LedgerWitness } from '../ledger/witness-book.js';
import { beginEpoch, findAwaited } from './epochs.js';
import type { Journal } from './journal.js';
import { type KnownJournal, parseLine, type PeersLine, positionOf } from './lines.js';
import { findForgotten, lastPeersLine, peersOf, putBack, samePeers } from './peers.js';
import { placeOf } from './place.js';
import { expectNoneBefore, expectNoneMissing, expectOwnLedger, nameOf } from './register.js';
import { type RepairParts, repairLine } from './repair.js';
import { createScribe, lineOf, type Scribe } from './scribe.js';
import { createThread, type JournalThread, WitnessMoved } from './thread.js';

/** What is compared, and what this process remembers of earlier looks. */
export interface CompareParts extends RepairParts {
  readonly journal: Journal;
  /** A new journal is meant, though nobody else runs. */
  readonly newJournal: boolean;
  readonly memory: WitnessMemory;
}

/** What one process has seen of the ledger. */
export interface WitnessMemory {
  /** The other journals, as far as they were ever seen. */
  readonly known: Map<string, KnownJournal>;
  reached?: Reached;
}

/** How far a database had written. */
export interface Reached {
  readonly identity: string;
  readonly reached?: number | undefined;
}

/**
 * What comparing found.
 * 账本与日志的比对结果。
 */
export interface Comparison {
  readonly journalId: string;
  readonly name: string;
  /** Whether the ledger did not know this journal before. */
  readonly isNew: boolean;
  /** Lines that the ledger had and the journal had not: written. */
  readonly written: number;
  /** Lines that the journal had and the ledger had not. */
  readonly lost: number;
  /** How many of them were taken in again, and how many stopped their card. */
  readonly repaired: number;
  readonly frozen: number;
  /** The first hundred orders of these. */
  readonly orders: readonly string[];
  /** Journals that the ledger waits for, and since when; older orders wait with it. */
  readonly waitsFor: readonly string[];
  readonly doubtSinceMs?: number;
}

/** The two agree. */
export interface Compared {
  readonly thread: JournalThread;
  readonly scribe: Scribe;
  readonly witness: LedgerWitness;
  readonly report: Comparison;
}

interface Counts {
  written: number;
  lost: number;
  repaired: number;
  frozen: number;
  readonly orders: string[];
}

/** How often it is begun again because another server wrote. */
const MAX_TRIES = 32;
/** Orders that a report names. */
const MAX_NAMED = 100;

/**
 * Compares.
 * @throws JOURNAL_MISSING, JOURNAL_FOREIGN, JOURNAL_BEHIND, JOURNAL_UNAVAILABLE
 */
export async function compare(parts: CompareParts): Promise<Compared> {
  const counts: Counts = { written: 0, lost: 0, repaired: 0, frozen: 0, orders: [] };
  // Epochs that were begun for what is being repaired: one is enough.
  const begun = new Set<string>();
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const compared = await compareOnce(parts, counts, begun);
    if (compared !== undefined) return compared;
  }
  throw new QuancunError(LEDGER_BUSY);
}

/** Nothing: the ledger moved meanwhile, and is read again. */
async function compareOnce(
  parts: CompareParts,
  counts: Counts,
  begun: Set<string>,
): Promise<Compared | undefined> {
  const { ledger, journal, memory } = parts;
  const { journalId, name, ephemeral = false } = journal;
  const witness = await ledger.readWitness();
  if (witness.identityNow !== witness.identity) {
    await ledger.expectWhole?.();
    await beginEpoch(parts, witness);
    return undefined;
  }
  const own = witness.journals.find((row) => row.journalId === journalId);
  const place = await placeOfOwn(parts, own);
  const line = await lastPeersLine(journal, own?.peersAt ?? 0, place.lostAfter);
  expectOwnLedger(witness, journal, line);
  if (own === undefined && place.lostAfter === undefined) {
    expectNoneMissing(witness, parts.newJournal);
    if (!ephemeral && !parts.newJournal) await expectNoneBefore(ledger, witness);
  }
  const isBack = hasGoneBack(memory.reached, witness) || hasGoneBack(line, witness);
  remember(memory, witness, line);
  const forgotten = findForgotten(witness, memory.known.values(), journalId);
  const hasLost = place.lostAfter !== undefined && !(await isFormer(journal, own));
  if ((hasLost || isBack || forgotten.length > 0) && !begun.has(witness.epoch)) {
    if (await beginEpoch(parts, witness)) begun.add((await ledger.readWitness()).epoch);
    return undefined;
  }
  memory.reached = { identity: witness.identity, reached: witness.reached };
  await putBack(ledger, forgotten);
  if (place.lostAfter !== undefined) await repair(parts, place.lostAfter, counts);
  for (const entry of place.unwritten) {
    await journal.append(lineOf(entry));
    counts.written += 1;
  }
  const position = journal.position();
  const row: JournalRow = {
    ...{ journalId, name, ...positionOf(position), pending: [], state: 'open' },
    ...{ epoch: witness.epoch, ephemeral, peersAt: line === undefined ? 0 : line.sequence },
  };
  if (!(await ledger.writeJournal(row, own))) return undefined;
  const at = { journalId, epoch: witness.epoch, identity: witness.identityNow, position };
  const thread = createThread(at, () => journal.position());
  const known = isBack ? undefined : line;
  return finish(parts, { thread, line: known, isNew: own === undefined, counts });
}

interface Finished {
  readonly thread: JournalThread;
  /** What the journal says of the others, if that is still so. */
  readonly line: PeersLine | undefined;
  readonly isNew: boolean;
  readonly counts: Counts;
}

/** Notes the others in the journal, and reports. */
async function finish(
  parts: CompareParts,
  { thread, line, isNew, counts }: Finished,
): Promise<Compared | undefined> {
  const { ledger, journal, memory } = parts;
  const witness = await ledger.readWitness();
  const peers = peersOf(witness, journal.journalId, memory.known);
  const scribe = createScribe(journal);
  const isNoted = line !== undefined && samePeers(line.peers, peers);
  if (!(journal.ephemeral ?? false) && !isNoted) {
    try {
      await notePeers(parts, { thread, scribe }, witness);
    } catch (error) {
      if (error instanceof WitnessMoved) return undefined;
      throw error;
    }
  }
  const { orders, ...numbers } = counts;
  return {
    thread,
    scribe,
    witness,
    report: {
      ...{ journalId: journal.journalId, name: journal.name, isNew, ...numbers, orders },
      ...waitingOf(witness, journal.journalId),
    },
  };
}

/** Whom the ledger waits for, and since when it is in doubt. */
export function waitingOf(
  witness: LedgerWitness,
  ownId: string,
): Pick<Comparison, 'waitsFor' | 'doubtSinceMs'> {
  const waitsFor = findAwaited(witness, ownId).map(nameOf);
  return waitsFor.length === 0 ? { waitsFor } : { waitsFor, doubtSinceMs: witness.epochAtMs };
}

/** Writes what the ledger knows of the others into the journal. @throws WitnessMoved */
export async function notePeers(
  { ledger, journal, env, memory }: CompareParts,
  { thread, scribe }: Pick<Compared, 'thread' | 'scribe'>,
  witness: LedgerWitness,
): Promise<void> {
  const { ledgerId, epoch, identityNow: identity, reached } = witness;
  const entry = await ledger.writeLine(thread, {
    kind: 'peers',
    ...{ atMs: env.now(), ledgerId, epoch, identity },
    ...(reached === undefined ? {} : { reached }),
    peers: peersOf(witness, journal.journalId, memory.known),
  });
  await scribe.write(thread, entry);
}

/** A row that is not there is one behind which everything was lost. */
async function placeOfOwn({ journal }: CompareParts, own: JournalRow | undefined) {
  if (own !== undefined) return placeOf(journal, own);
  return journal.position().sequence === 0 ? { unwritten: [] } : { unwritten: [], lostAfter: 0 };
}

/** A journal of 0.1.0, which no ledger knew: that its lines are not numbered says nothing. */
async function isFormer(journal: Journal, own: JournalRow | undefined): Promise<boolean> {
  if (own !== undefined) return false;
  for await (const entry of journal.entriesAfter(0)) {
    return parseLine(entry).kind === 'issue-0.1';
  }
  return false;
}

async function repair(parts: CompareParts, lostAfter: number, counts: Counts): Promise<void> {
  counts.lost = 0;
  for await (const entry of parts.journal.entriesAfter(lostAfter)) {
    const line = parseLine(entry);
    counts.lost += 1;
    const done = await repairLine(parts, line);
    if (done === 'known') continue;
    const orderId = 'order' in line ? line.order.orderId : 'orderId' in line ? line.orderId : '';
    if (done === 'repaired') counts.repaired += 1;
    if (done === 'frozen') counts.frozen += 1;
    if (counts.orders.length < MAX_NAMED && !counts.orders.includes(orderId)) {
      counts.orders.push(orderId);
    }
  }
}

/** Notes what the ledger and the journal's own line know of the others. */
export function remember(
  { known }: WitnessMemory,
  { journals }: LedgerWitness,
  line?: PeersLine,
): void {
  const rows = journals.filter(({ ephemeral }) => !ephemeral);
  for (const peer of [...(line?.peers ?? []), ...rows]) {
    const { journalId, name, state } = peer;
    const before = known.get(journalId);
    if (before !== undefined && before.sequence > peer.sequence) continue;
    known.set(journalId, { journalId, name, state, ...positionOf(peer) });
  }
}

/** A database that has written less than it had is an earlier copy of itself. */
export function hasGoneBack(seen: Reached | undefined, now: LedgerWitness): boolean {
  const { reached, identityNow } = now;
  if (seen?.reached === undefined || reached === undefined) return false;
  return seen.identity === identityNow && reached < seen.reached;
}
