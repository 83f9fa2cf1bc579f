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
import { QuancunError } from '../../errors.js';
import { JOURNAL_UNAVAILABLE } from '../outage/errors.js';
import { NoAnswer, within } from '../outage/time-limit.js';
import { createOwnIssues } from './own-issues.js';
import { peersOf, samePeers } from './peers.js';
import { mayWait } from './scribe.js';
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
  /** The same, where it is kept, perhaps out of date: only to decide and commit from. */
  recall(orderId: string): Promise<Snapshot | undefined>;
  /** Commits, and journals the line. `false`: decide again. */
  commit(change: Change, line: JournalLine | undefined): Promise<boolean>;
  /** Whether the journal takes lines, as far as anybody has noticed. */
  isWritable(): boolean;
  /** This server ends in order: nothing follows in its journal until it starts again. */
  seal(): Promise<void>;
}

/** What it stands on. */
export type WitnessParts = Omit<CompareParts, 'memory'>;

/** How old a look at the ledger's journals may be, as long as none is waited for. */
const LOOK_EVERY_MS = 1000;
/** TACs that wait for the journal at most: one saves a card its proof, and nothing hangs on it. */
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

/** Where ledger and journal stand, in this process. */
interface Stand {
  /** Compared, by whom ever. */
  now(): Promise<Standing>;
  /** Not older than a second, and while somebody is waited for as it is now. */
  recent(): Promise<Standing>;
  /** As it is now. */
  fresh(): Promise<Standing>;
  /** Work that must be over before anything is compared. */
  during<T>(work: Promise<T>): Promise<T>;
  /** The ledger moved: compare again. */
  lose(standing: Standing): void;
  end(): Promise<void>;
}

function createStand(parts: CompareParts): Stand {
  const { ledger, journal, env } = parts;
  const inTurn = createTurns();
  const inFlight = new Set<Promise<unknown>>();
  let standing: Standing | undefined;
  let release: (() => Promise<void>) | undefined;
  // Lines in flight and a comparison would each write what is missing.
  const untilQuiet = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.allSettled(inFlight);
  };
  const compareNow = async (): Promise<Standing> => {
    await untilQuiet();
    // One that is forgotten with its process is nobody else's.
    if (journal.ephemeral !== true) {
      release ??= await ledger.holdJournal(journal.journalId, journal.name);
    }
    const lookedAtMs = env.now();
    const compared = await compare(parts);
    const { doubtSinceMs } = compared.report;
    standing = { ...compared, lookedAtMs, doubtSinceMs };
    return standing;
  };
  // One comparison answers everybody who waits for it, also when it fails.
  let comparing: Promise<Standing> | undefined;
  const now = async (): Promise<Standing> =>
    standing ??
    (comparing ??= inTurn(async () => standing ?? compareNow()).finally(() => {
      comparing = undefined;
    }));
  const fresh = (): Promise<Standing> =>
    inTurn(async () => {
      if (standing === undefined) return compareNow();
      const looked = await lookAgain(parts, standing);
      standing = looked;
      return looked ?? compareNow();
    });
  return {
    now,
    fresh,
    recent: async () => {
      const known = await now();
      const ageMs = env.now() - known.lookedAtMs;
      const isRecent = known.doubtSinceMs === undefined && ageMs >= 0 && ageMs < LOOK_EVERY_MS;
      return isRecent ? known : fresh();
    },
    during: async (work) => {
      inFlight.add(work);
      return work.finally(() => inFlight.delete(work));
    },
    lose: ({ thread }) => {
      if (standing?.thread === thread) standing = undefined;
    },
    end: () =>
      inTurn(async () => {
        await untilQuiet();
        try {
          if (standing !== undefined) await seal(parts, standing);
        } finally {
          standing = undefined;
          await release?.();
          release = undefined;
        }
      }),
  };
}

/** Another server may have begun an epoch, or ended a doubt. Nothing: compare again. */
async function lookAgain(parts: CompareParts, before: Standing): Promise<Standing | undefined> {
  const { ledger, journal, env, memory } = parts;
  const { thread } = before;
  const from = thread.position.sequence;
  const lookedAtMs = env.now();
  const witness = await ledger.readWitness();
  if (isOther(parts, before, witness, from)) return undefined;
  const peers = peersOf(witness, journal.journalId, memory.known);
  const peersBefore = peersOf(before.witness, journal.journalId, memory.known);
  remember(memory, witness);
  const { identity, reached } = witness;
  memory.reached = { identity, reached };
  try {
    const isNews = !(journal.ephemeral ?? false) && !samePeers(peers, peersBefore);
    if (isNews) await notePeers(parts, before, witness);
  } catch (error) {
    if (error instanceof WitnessMoved) return undefined;
    throw error;
  }
  const waits = waitingOf(witness, journal.journalId);
  const report = { ...reportWithout(before.report), ...waits };
  return { ...before, witness, lookedAtMs, report, doubtSinceMs: waits.doubtSinceMs };
}

function createWitness(parts: CompareParts): Witness {
  const { ledger } = parts;
  const stand = createStand(parts);
  const issues = createOwnIssues();
  let isOpen = false;
  // What a snapshot was read beside. What is decided from it holds as long as that does: a ledger
  // that was put back meanwhile may look the same, and be in doubt.
  const readBeside = new WeakMap<Snapshot, Standing>();
  const beside = (standing: Standing, found: Snapshot): Snapshot => {
    const { doubtSinceMs } = standing;
    const doubt = doubtSinceMs === undefined ? {} : { doubtSinceMs };
    const snapshot = { ...found, situation: { ...found.situation, ...doubt } };
    readBeside.set(snapshot, standing);
    return snapshot;
  };
  const commitWith = async (now: Standing, change: Change, line: JournalLine): Promise<boolean> => {
    const { thread, scribe } = now;
    let isWritten = false;
    try {
      if (!mayWait(line)) await inTime(scribe.catchUp(thread));
      const { written, entry } = await ledger.commit({ ...change, witness: { thread, line } });
      if (entry === undefined) return written;
      isWritten = true;
      if (mayWait(line)) scribe.writeLater(thread);
      else await inTime(scribe.write(thread, entry));
      issues.note(line);
      return written;
    } catch (error) {
      if (!(error instanceof WitnessMoved)) throw error;
      stand.lose(now);
      // The decision stands, and nothing leaves before its line does: it is asked for again.
      if (isWritten) throw new QuancunError(JOURNAL_UNAVAILABLE, { details: { problem: 'moved' } });
      return false;
    }
  };
  return {
    opened: async () => {
      await stand.now();
    },
    open: async () => {
      const { report } = isOpen ? await stand.fresh() : await stand.now();
      isOpen = true;
      return report;
    },
    read: async (orderId) => {
      const standing = await stand.recent();
      const found = await ledger.read(orderId);
      return found === undefined ? undefined : beside(standing, found);
    },
    recall: async (orderId) => {
      const standing = await stand.recent();
      const kept = standing.doubtSinceMs === undefined ? ledger.recall?.(orderId) : undefined;
      return kept === undefined ? undefined : beside(standing, kept);
    },
    commit: async (change, line) => {
      const now = await stand.now();
      if (!isStillSo(readBeside.get(change.snapshot), now)) return false;
      const isFull =
        line !== undefined && mayWait(line) && now.thread.unflushed().length >= MAX_WAITING_TACS;
      if (line === undefined || isFull) return (await ledger.commit(change)).written;
      return stand.during(commitWith(now, change, issues.shorten(line)));
    },
    isWritable: () => parts.journal.healthy?.() ?? true,
    seal: async () => {
      isOpen = false;
      await stand.end();
    },
  };
}

/** A doubt that has ended may be decided in as well; one that has begun may not. */
function isStillSo(then: Standing | undefined, now: Standing): boolean {
  if (then?.thread !== now.thread) return false;
  return then.doubtSinceMs === now.doubtSinceMs || now.doubtSinceMs === undefined;
}

/** How long a journal is waited for: what it has not written by then is not let out. */
const JOURNAL_TIMEOUT_MS = 10_000;

async function inTime<T>(work: Promise<T>): Promise<T> {
  return within(JOURNAL_TIMEOUT_MS, work).catch((cause: unknown) => {
    if (!(cause instanceof NoAnswer)) throw cause;
    throw new QuancunError(JOURNAL_UNAVAILABLE, { details: { problem: cause.code }, cause });
  });
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
  await inTime(scribe.write(thread, entry));
  const { journals } = await ledger.readWitness();
  const row = journals.find(({ journalId }) => journalId === journal.journalId);
  if (row !== undefined) await ledger.writeJournal({ ...row, pending: [], state: 'sealed' }, row);
}
