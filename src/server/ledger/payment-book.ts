/**
 * What the ledger remembers of payments, so that a crash loses none: which orders a customer was
 * shown a QR code for, and what is still to be given back. Both are lists of work; doing the same
 * entry twice is harmless.
 */
import type { Payment } from '../../load/index.js';

/**
 * A payment that a customer was asked for.
 * 已发起的收款（待查询）。
 */
export interface AwaitedPayment {
  readonly orderId: string;
  readonly provider: string;
  readonly openedAtMs: number;
  /** Until when the provider takes the payment. */
  readonly expiresAtMs: number;
  /** When the provider is asked next what came in; absent: the last answer was final. */
  readonly askAtMs?: number;
}

/** Which awaited payments to list: those of a provider that are due. */
export interface AwaitedQuery {
  readonly provider: string;
  readonly dueAtMs: number;
  readonly limit: number;
}

/** Which owed refunds to list. */
export interface RefundsQuery {
  /** Payments that this provider took; default: everybody's, cash too. */
  readonly provider?: string;
  /** `transactionId` where the last page ended. */
  readonly after?: string;
  readonly limit: number;
}

/** The part of a ledger that payments need. */
export interface PaymentBook {
  /**
   * Remembers that a payment was asked for. Of one order and provider the first entry stands, and
   * is answered.
   */
  awaitPayment(awaited: AwaitedPayment): Promise<AwaitedPayment>;
  /** The one that is due longest first. */
  findAwaited(query: AwaitedQuery): Promise<readonly AwaitedPayment[]>;
  /** Sets when to ask next; `undefined`: never again. */
  askAgainAt(orderId: string, provider: string, askAtMs: number | undefined): Promise<void>;
  /** Payments that are surplus, or of an order in REFUND_DUE, and not given back yet. */
  findRefundsDue(query: RefundsQuery): Promise<readonly Payment[]>;
}
