/**
 * What a journal's lines say, and how they are chained. A line carries all that is needed to put
 * back what the ledger may forget: never a cryptogram.
 */
import { QuancunError } from '../../errors.js';
import type { Attempt, Order, Payment } from '../../load/index.js';
import { hostHashing } from '../../signing/index.js';
import { JOURNAL_BROKEN } from '../errors.js';

/** The head of a journal that has no line yet. */
export const NO_HEAD = '0'.repeat(64);

/** Where a journal stands: after its last line. */
export interface JournalPosition {
  /** How many lines there are. */
  readonly sequence: number;
  /** SHA-256 of the head before and the last line, hex. */
  readonly head: string;
}

/** The position of an empty journal. */
export const NO_LINES: JournalPosition = { sequence: 0, head: NO_HEAD };

/** A line in its place. */
export interface JournalEntry extends JournalPosition {
  /** The line as JSON: what is hashed, byte for byte. */
  readonly body: string;
}

/** An order as it was when the line was written, and the request it came from. */
export interface JournalledOrder {
  readonly atMs: number;
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly request: string;
  readonly payments: readonly Payment[];
}

/**
 * An order that a card has answered for, with its authorisations. It stands in a line about the
 * card's answer when another journal holds the issue: each journal tells alone what it knows.
 */
export interface IssuedOrder extends Omit<JournalledOrder, 'atMs'> {
  readonly attempts: readonly Attempt[];
}

/** A MAC2 is about to leave. */
export interface IssueLine extends JournalledOrder {
  readonly kind: 'issue';
  readonly attempt: Attempt;
}

/**
 * Money is about to be given back: refund number `refundsSent` of this payment. 0: the order has
 * ended in a refund, and none was handed out.
 */
export interface RefundLine extends JournalledOrder {
  readonly kind: 'refund';
  readonly transactionId: string;
  readonly refundsSent: number;
  /** A person has given it back. */
  readonly returnedAtMs?: number;
  /** Who, and why, where they said so. */
  readonly reason?: string;
}

/** A TAC verified: the card was written. It goes to the disk with the next line. */
export interface TacLine {
  readonly kind: 'tac';
  readonly atMs: number;
  readonly orderId: string;
  readonly cardNumber: string;
  readonly onlineAtc: number;
  readonly random: string;
  /** When this journal does not hold all its issues. */
  readonly issued?: IssuedOrder;
}

/** What the ledger knew of a journal when another one looked. */
export interface KnownJournal extends JournalPosition {
  readonly journalId: string;
  readonly name: string;
  readonly state: JournalState;
}

/** `sealed`: its server ended in order; `given-up`: two people gave up waiting for it. */
export type JournalState = 'open' | 'sealed' | 'given-up';

/**
 * A card's counter has moved an order: held, frozen or credited. Nothing is made again from it but
 * what other journals hold too, so that the card waits for its TAC; and a ledger that is another
 * one than before, or forgets it, is noticed.
 */
export interface CounterLine {
  readonly kind: 'counter';
  readonly atMs: number;
  readonly orderId: string;
  /** When this journal does not hold all its issues. */
  readonly issued?: IssuedOrder;
}

/** What the ledger knows of the other journals, for when it forgets that. */
export interface PeersLine {
  readonly kind: 'peers';
  readonly atMs: number;
  readonly ledgerId: string;
  readonly epoch: string;
  /** What the database looked like, and how far it had written, where it counts that. */
  readonly identity: string;
  readonly reached?: number;
  readonly peers: readonly KnownJournal[];
}

/** The server ended in order: nothing follows until it starts again. */
export interface SealLine {
  readonly kind: 'seal';
  readonly atMs: number;
}

/** What 0.1.0 wrote of a MAC2. It is not numbered, and no order can be made again of it. */
export interface FormerIssueLine {
  readonly kind: 'issue-0.1';
  readonly orderId: string;
  readonly cardNumber: string;
  /** Online ATC. */
  readonly atc: number;
  readonly random: string;
  readonly atMs: number;
}

/** One line of a journal. */
export type JournalLine =
  IssueLine | TacLine | CounterLine | RefundLine | PeersLine | SealLine | FormerIssueLine;

/**
 * What an entry says. Lines of 0.1.0 named no kind.
 * @throws JOURNAL_BROKEN for one that says nothing, though its chain holds
 */
export function parseLine({ sequence, body }: Omit<JournalEntry, 'head'>): JournalLine {
  const line = objectIn(body);
  if (line === undefined) {
    throw new QuancunError(JOURNAL_BROKEN, { details: { line: sequence, segment: '-' } });
  }
  return ('kind' in line ? line : { ...line, kind: 'issue-0.1' }) as JournalLine;
}

function objectIn(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The entry that a line becomes behind a position. */
export function chainLine(after: JournalPosition, line: object): JournalEntry {
  const sequence = after.sequence + 1;
  const body = JSON.stringify({ sequence, ...line });
  return { sequence, head: hostHashing().sha256(after.head + body), body };
}

/** Whether two positions are one: the same lines, as far as SHA-256 can tell. */
export function samePosition(a: JournalPosition, b: JournalPosition): boolean {
  return a.sequence === b.sequence && a.head === b.head;
}

/** The position behind an entry, or of a row. */
export function positionOf({ sequence, head }: JournalPosition): JournalPosition {
  return { sequence, head };
}
