/**
 * The ledger: where orders, card accounts, attempts, payments and money are kept. Each method is
 * one durable transaction. A decision is committed against the snapshot it was made from: when
 * another terminal was first, nothing is written and the caller decides again.
 */
import type { AccountName, Decision, Order, Situation, Who } from '../../load/index.js';
import type { JournalEntry, JournalLine } from '../journal/lines.js';
import type { JournalThread } from '../journal/thread.js';
import type { StoredReply } from '../guard.js';
import type { DayBook } from './day-book.js';
import type { PaymentBook } from './payment-book.js';
import type { SlipBook } from './slip-book.js';
import type { WitnessBook } from './witness-book.js';

/** A situation as it was read, and the version it had. */
export interface Snapshot {
  readonly situation: Situation;
  /** Opaque; changes with order or card, and never returns: the card's chain is in it. */
  readonly version: string;
  /** The request that made the order: what a journal's line needs to make it again. */
  readonly idempotencyKey: string;
  readonly request: string;
}

/** Which orders to list (充值记录): those that fit all that is named. */
export interface OrderQuery {
  readonly orderId?: string;
  /** The order that this payment was booked for; `provider:number`. */
  readonly transactionId?: string;
  readonly cardNumber?: string;
  /** Compared as `foldPlate` of `quancun/etc` folds it, on both sides. */
  readonly plate?: string;
  /** A card whose colour is not known fits every colour: `mayBePlateColour` of `quancun/etc`. */
  readonly plateColour?: number;
  readonly outlet?: string;
  /** The person, and the shift, that made it. */
  readonly person?: string;
  readonly shift?: string;
  /** In one of these; an empty list is no condition. */
  readonly states?: readonly Order['state'][];
  /** Created at or after, and before. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the last page ended. */
  readonly after?: { readonly createdAtMs: number; readonly orderId: string };
  /** At least 1. Whoever shows pages of 100 asks for one more, to know whether there is another. */
  readonly limit: number;
}

/** Which orders are due: those of a state that nothing has moved since then. */
export interface DueQuery {
  readonly state: Order['state'];
  /** Last moved at or before. */
  readonly idleSinceMs: number;
  readonly limit: number;
}

/** What happened, for people and auditors: never a cryptogram, never a whole card number. */
export interface AuditEvent {
  readonly sequence: number;
  readonly atMs: number;
  readonly orderId: string;
  /** Its kind; of a person's word also what was said and by whom. */
  readonly evidence: string;
  readonly from: Order['state'];
  readonly to: Order['state'];
  /** Who asked for it; absent where the clock did, or a release that kept nobody. */
  readonly who?: Who;
  /** SHA-256 over the event and the `hash` of the card's event before it; hex. */
  readonly hash: string;
}

/** How many orders stand where, and since when the oldest does. */
export interface OrderCount {
  readonly state: Order['state'];
  readonly count: number;
  readonly oldestUpdatedAtMs: number;
}

/** A change to commit. */
export interface Change {
  readonly snapshot: Snapshot;
  readonly decision: Decision;
  /** Kind of the evidence and the server's clock: for the audit trail. */
  readonly evidence: string;
  readonly atMs: number;
  /** Who asks for it. */
  readonly who?: Who;
  /** The line of this decision, and the journal whose row moves in the same transaction. */
  readonly witness?: { readonly thread: JournalThread; readonly line: JournalLine };
  /** What the door of a server writes down in the same transaction. */
  readonly record?: RequestRecord;
}

/** A request's nonce, and the answer that is kept for it. */
export interface RequestRecord {
  readonly nonce?: { readonly keyId: string; readonly nonce: string; readonly atMs: number };
  readonly reply?: {
    readonly keyId: string;
    readonly idempotencyKey: string;
    readonly reply: StoredReply;
  };
}

/** What became of a change. */
export interface Committed {
  /** `false`: the snapshot is out of date, nothing was written. */
  readonly written: boolean;
  /** The journal's next entry, when the change had a line: it is to be appended now. */
  readonly entry?: JournalEntry;
}

/**
 * A ledger. What the database itself must refuse, whatever the code above it does:
 * 账本接口。存储层必须自行保证以下约束：
 *
 * - one order for a (card, ATC), one live ATC for an order;
 * - one order in ISSUED, HELD, VOIDING or FROZEN for a card;
 * - one settlement for an order, CREDIT or REFUND;
 * - one booking for a payment transaction, and one for its refund;
 * - no two attempts of a (card, ATC) with the same host date and time;
 * - no two prints of an order's slip with one number;
 * - one close of an outlet's day, one day after each, one closed day for a posting or payment.
 */
export interface Ledger extends PaymentBook, SlipBook, DayBook, WitnessBook {
  /**
   * Stores a new order. The same idempotency key of the same caller (`order.who.by`) answers the
   * stored order and writes nothing; an order of nobody's, under the bare key and of the same
   * request, is one of before keys had owners, and is answered too.
   * @throws IDEMPOTENCY_CONFLICT when the key was used with another request
   * @throws ORDER_OPEN while another order of the card is unsettled, ORDER_FROZEN for a frozen card
   * @throws REQUEST_REPLAYED; `record` is written with a new order, and not with one that is known
   */
  createOrder(
    order: Order,
    idempotencyKey: string,
    request: string,
    record?: RequestRecord,
  ): Promise<Order>;
  /**
   * Puts an order back that was forgotten, also beside another one that is open: a journal's line
   * says that it was there, under the key as `read` tells it. One that is known stays as it is.
   * @throws IDEMPOTENCY_CONFLICT when its key made another order
   */
  restoreOrder(order: Order, idempotencyKey: string, request: string): Promise<Order>;
  read(orderId: string): Promise<Snapshot | undefined>;
  /**
   * The order as this process last wrote it, where it is kept: good for a decision, because
   * `commit` refuses one that is out of date, and never good for an answer.
   */
  recall?(orderId: string): Snapshot | undefined;
  /**
   * Writes a decision: order, card, attempt, payment, settlement, postings, the journal's row and
   * the request's nonce together.
   * @throws PAYMENT_REUSED, REQUEST_REPLAYED
   * @throws LEDGER_BUSY when another attempt at this ATC has this very second: ask again
   * @throws WitnessMoved when the journal's row is not where the thread left it
   */
  commit(change: Change): Promise<Committed>;
  /**
   * Orders of the card in PAID, ISSUED, HELD, VOIDING or FROZEN: first the one that holds the card,
   * then the oldest. Whoever finishes the first gets to the next.
   */
  findUnsettled(cardNumber: string): Promise<readonly Order[]>;
  /** Newest first. */
  findOrders(query: OrderQuery): Promise<readonly Order[]>;
  /** Numbers of the orders that are due, the one that has waited longest first. */
  findDue(query: DueQuery): Promise<readonly string[]>;
  /** One row for each state that has orders. */
  counts(): Promise<readonly OrderCount[]>;
  /** Debit balance of every account; they add up to zero. */
  totals(): Promise<Readonly<Record<AccountName, number>>>;
  /** In order; of one card's events each carries the hash of the one before. */
  events(orderId?: string): Promise<readonly AuditEvent[]>;
  close(): Promise<void>;
}
