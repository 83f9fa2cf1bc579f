/**
 * The ledger: where orders, card accounts, attempts, payments and money are kept. Each method is
 * one durable transaction. A decision is committed against the snapshot it was made from: when
 * another terminal was first, nothing is written and the caller decides again.
 */
import type { AccountName, Decision, Order, Situation } from '../../load/index.js';

/** A situation as it was read, and the version it had. */
export interface Snapshot {
  readonly situation: Situation;
  /** Opaque; changes whenever order or card change. */
  readonly version: string;
}

/** What happened, for people and auditors: never a cryptogram, never a whole card number. */
export interface AuditEvent {
  readonly sequence: number;
  readonly atMs: number;
  readonly orderId: string;
  readonly evidence: string;
  readonly from: Order['state'];
  readonly to: Order['state'];
}

/** A change to commit. */
export interface Change {
  readonly snapshot: Snapshot;
  readonly decision: Decision;
  /** Kind of the evidence and the server's clock: for the audit trail. */
  readonly evidence: string;
  readonly atMs: number;
}

/**
 * A ledger. What the database itself must refuse, whatever the code above it does:
 * 账本接口。存储层必须自行保证以下约束：
 *
 * - one order for a (card, ATC), one live ATC for an order;
 * - one order in ISSUED, HELD, VOIDING or FROZEN for a card;
 * - one settlement for an order, CREDIT or REFUND;
 * - one booking for a payment transaction;
 * - no two attempts of a (card, ATC) with the same host date and time.
 */
export interface Ledger {
  /**
   * Stores a new order. The same idempotency key answers the stored order and writes nothing.
   * @throws IDEMPOTENCY_CONFLICT when the key was used with another request
   * @throws ORDER_OPEN while another order of the card is unsettled
   */
  createOrder(order: Order, idempotencyKey: string, request: string): Promise<Order>;
  read(orderId: string): Promise<Snapshot | undefined>;
  /**
   * Writes a decision: order, card, attempt, payment, settlement and postings together.
   * `false`: the snapshot is out of date, nothing was written.
   * @throws PAYMENT_REUSED
   */
  commit(change: Change): Promise<boolean>;
  /** Orders of the card in PAID, ISSUED, HELD, VOIDING or FROZEN, oldest first. */
  findUnsettled(cardNumber: string): Promise<readonly Order[]>;
  /** Debit balance of every account; they add up to zero. */
  totals(): Promise<Readonly<Record<AccountName, number>>>;
  events(orderId?: string): Promise<readonly AuditEvent[]>;
}
