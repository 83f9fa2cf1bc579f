/**
 * The witness: a ledger and the journal of this server, compared before the first act and kept in
 * step by every commit. What leaves is committed, then journalled, then let out.
 */
import type { Change, Ledger, Snapshot } from '../ledger/ledger.js';
import type { LedgerWitness } from '../ledger/witness-book.js';
import {
  type Compared,
  compare,
  type CompareParts,
  type Comparison,
  hasGoneBack,
  notePeers,
  remember,
  waitingOf,
} from './compare.js';
import type { Journal } from './journal.js';
import { type JournalLine, NO_LINES } from './lines.js';
import { peersOf, samePeers } from './peers.js';
import { WitnessMoved } from './thread.js';
import { createTurns } from '../../turns.js';

/** A ledger with its witness. */
export interface Witness {
  /** Compares now, if it was not done yet or the ledger is not what it was. */
  open(): Promise<Comparison>;
  /** Waits until the two were compared for the first time. */
  opened(): Promise<void>;
  /** An order as it stands, and what the journals make of it. */
  read(orderId: string): Promise<Snapshot | undefined>;
  /** Commits, and journals the line. `false`: decide again. */
  commit(change: Change, line: JournalLine | undefined): Promise<boolean>;
  /** This server ends in order: nothing follows in its journal until it starts again. */
  seal(): Promise<void>;
}

/** What it stands on. */
export type WitnessParts = Omit<CompareParts, 'memory'>;

/** How old a look at the ledger's journals may be, as long as none is waited for. */
const LOOK_EVERY_MS = 1000;
/** TACs that wait for the journal at most: they save a card its proof, and nothing hangs on them. */
const MAX_WAITING_TACS = 64;

const opened = new WeakMap<Ledger, WeakMap<Journal, Witness>>();

/** Joins a ledger and a journal; the same two are joined once in a process. */
export function openWitness(parts: WitnessParts): Witness {
  const { ledger, journal } = parts;
  const ofLedger = opened.get(ledger) ?? new WeakMap<Journal, Witness>();
  opened.set(ledger, ofLedger);
  const witness =
    ofLedger.get(journal) ?? createWitness({ ...parts, memory: { known: new Map() } });
  ofLedger.set(journal, witness);
  return witness;
}

interface Standing extends Compared {
  /** When the ledger's rows were looked at. */
  lookedAtMs: number;
  doubtSinceMs: number | undefined;
}

function createWitness(parts: CompareParts): Witness {
  const { ledger, journal, env } = parts;
  const inTurn = createTurns();
  const inFlight = new Set<Promise<unknown>>();
  let standing: Standing | undefined;
  let release: (() => Promise<void>) | undefined;

  const compareNow = async (): Promise<Standing> => {
    // Two lines in flight and a comparison would each write what is missing.
    while (inFlight.size > 0) await Promise.allSettled(inFlight);
    release ??= await ledger.holdJournal(journal.journalId, journal.name);
    const lookedAtMs = env.now();
    const compared = await compare(parts);
    const { doubtSinceMs } = compared.report;
    standing = { ...compared, lookedAtMs, doubtSinceMs };
    return standing;
  };
  const stand = async (): Promise<Standing> =>
    standing ?? inTurn(async () => standing ?? compareNow());

  /** Looks at the rows again: another server may have begun an epoch, or ended a doubt. */
  const lookAgain = (): Promise<Standing> =>
    inTurn(async () => {
      const now = standing;
      if (now === undefined) return compareNow();
      const { thread, scribe } = now;
      const from = thread.position.sequence;
      const lookedAtMs = env.now();
      const witness = await ledger.readWitness();
      if (isOther(parts, now, witness, from)) {
        standing = undefined;
        return compareNow();
      }
      const peers = peersOf(witness, journal.journalId, parts.memory.known);
      const before = peersOf(now.witness, journal.journalId, parts.memory.known);
      remember(parts.memory, witness);
      const { identity, reached } = witness;
      parts.memory.reached = { identity, reached };
      if (!(journal.ephemeral ?? false) && !samePeers(peers, before)) {
        await notePeers(parts, { thread, scribe }, witness);
      }
      const waits = waitingOf(witness, journal.journalId);
      const report = { ...reportWithout(now.report), ...waits };
      standing = { ...now, witness, lookedAtMs, report, doubtSinceMs: waits.doubtSinceMs };
      return standing;
    }).catch((error: unknown) => {
      if (!(error instanceof WitnessMoved)) throw error;
      standing = undefined;
      return stand();
    });
  const look = async (): Promise<Standing> => {
    const now = await stand();
    const ageMs = env.now() - now.lookedAtMs;
    const isFresh = now.doubtSinceMs === undefined && ageMs >= 0 && ageMs < LOOK_EVERY_MS;
    return isFresh ? now : lookAgain();
  };

  const commitWith = async (now: Standing, change: Change, line: JournalLine): Promise<boolean> => {
    const { thread, scribe } = now;
    try {
      if (line.kind !== 'tac') await scribe.catchUp(thread);
      const { written, entry } = await ledger.commit({ ...change, witness: { thread, line } });
      if (entry === undefined) return written;
      if (line.kind === 'tac') scribe.writeLater(thread);
      else await scribe.write(thread, entry);
      return written;
    } catch (error) {
      if (!(error instanceof WitnessMoved)) throw error;
      if (standing?.thread === thread) standing = undefined;
      return false;
    }
  };

  return {
    open: async () => (standing === undefined ? await stand() : await lookAgain()).report,
    opened: async () => {
      await stand();
    },
    read: async (orderId) => {
      const { doubtSinceMs } = await look();
      const snapshot = await ledger.read(orderId);
      if (snapshot === undefined || doubtSinceMs === undefined) return snapshot;
      return { ...snapshot, situation: { ...snapshot.situation, doubtSinceMs } };
    },
    commit: async (change, line) => {
      const now = await stand();
      const isFull = line?.kind === 'tac' && now.thread.unflushed().length >= MAX_WAITING_TACS;
      if (line === undefined || isFull) {
        return (await ledger.commit(change)).written;
      }
      const committing = commitWith(now, change, line);
      inFlight.add(committing);
      return committing.finally(() => inFlight.delete(committing));
    },
    seal: () =>
      inTurn(async () => {
        while (inFlight.size > 0) await Promise.allSettled(inFlight);
        if (standing !== undefined) await seal(parts, standing);
        standing = undefined;
        await release?.();
        release = undefined;
      }),
  };
}

/** What was found once is said once; who is waited for is said as it is now. */
function reportWithout({ journalId, name }: Comparison): Comparison {
  const nothing = { written: 0, lost: 0, repaired: 0, frozen: 0, orders: [] };
  return { journalId, name, isNew: false, ...nothing, waitsFor: [] };
}

/** Whether the ledger is another one than the one that was compared, or has forgotten something. */
function isOther(
  { journal, memory }: CompareParts,
  { thread }: Standing,
  witness: LedgerWitness,
  from: number,
): boolean {
  const own = witness.journals.find(({ journalId }) => journalId === journal.journalId);
  if (own?.state !== 'open' || own.epoch !== thread.epoch || own.sequence < from) return true;
  if (witness.epoch !== thread.epoch || witness.identityNow !== thread.identity) return true;
  if (hasGoneBack(memory.reached, witness)) return true;
  return [...memory.known.values()].some(({ journalId, sequence }) => {
    if (journalId === journal.journalId) return false;
    const row = witness.journals.find((one) => one.journalId === journalId);
    // One that is marked already is waited for.
    const isMarked = row !== undefined && (row.epoch === '' || row.state === 'given-up');
    return !isMarked && (row?.sequence ?? NO_LINES.sequence - 1) < sequence;
  });
}

async function seal({ ledger, journal, env }: CompareParts, now: Standing): Promise<void> {
  const { thread, scribe } = now;
  if (journal.ephemeral ?? false) return;
  const entry = await ledger.writeLine(thread, { kind: 'seal', atMs: env.now() });
  await scribe.write(thread, entry);
  const { journals } = await ledger.readWitness();
  const row = journals.find(({ journalId }) => journalId === journal.journalId);
  if (row !== undefined) await ledger.writeJournal({ ...row, pending: [], state: 'sealed' }, row);
}
