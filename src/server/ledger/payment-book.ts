/**
 * What the ledger remembers of payments, so that a crash loses none: which QR codes a customer was
 * shown, what is still to be given back, and what a person must look at. All are lists of work;
 * doing the same entry twice is harmless. Whoever works takes entries for a while (`untilMs`), so
 * that several servers share the work; what nobody finished is due again afterwards.
 */
import type { Payment } from '../../load/index.js';
import type { RefundAnswer } from '../payment/port.js';

/**
 * A QR code that a customer was asked to pay with.
 * 已发起的收款（待查询）。
 */
export interface AwaitedPayment {
  readonly orderId: string;
  readonly provider: string;
  /** From 1. Each has a number of its own at the provider; a closed one is never used again. */
  readonly generation: number;
  readonly amountFen: number;
  readonly openedAtMs: number;
  /** Until when the provider takes the payment. */
  readonly expiresAtMs: number;
  /** How often the provider has answered. */
  readonly asks: number;
  /** When the provider is asked next what came in; absent: it has ended. */
  readonly askAtMs?: number;
  /**
   * By the provider's word: `paid`, or `closed`, so that it can never be paid. `lapsed`: the
   * provider knows no such code, long after it could be paid.
   */
  readonly end?: 'paid' | 'closed' | 'lapsed';
}

/** Which code. */
export type AwaitedName = Pick<AwaitedPayment, 'orderId' | 'provider' | 'generation'>;

/** What became of asking: ask again then, or it has ended. */
export type AwaitedWord =
  | { readonly asks: number; readonly askAtMs: number }
  | { readonly asks: number; readonly end: NonNullable<AwaitedPayment['end']> };

/** Which entries to take: those of a provider that are due. */
export interface WorkQuery {
  readonly provider: string;
  readonly nowMs: number;
  /** Nobody else gets them before. */
  readonly untilMs: number;
  readonly limit: number;
}

/** How far the refund of a payment is. */
export interface RefundProgress {
  readonly transactionId: string;
  /** The number of the refund that this is about. */
  readonly number: number;
  /** `sent`: handed to the provider, and no answer yet. */
  readonly status: RefundAnswer['status'] | 'sent';
  readonly reason?: RefundAnswer['reason'];
  readonly message?: string;
  /** Since when it stands like that. */
  readonly sinceMs: number;
  readonly asks: number;
  readonly askAtMs: number;
}

/** A payment that is owed back. */
export interface OwedPayment extends Payment {
  /** Absent: nothing was handed to its provider yet. */
  readonly progress?: RefundProgress;
}

/** Which owed refunds to list. */
export interface RefundsQuery {
  /** Payments that this provider took; default: everybody's, cash too. */
  readonly provider?: string;
  /** `transactionId` where the last page ended. */
  readonly after?: string;
  readonly limit: number;
}

/** Something about money that a person must look at. */
export interface WorkItem {
  /** What it is, told apart from every other: noted again, it is the same entry. */
  readonly key: string;
  /** Its error code: `PAYMENT_AMOUNT_CHANGED`, `REFUND_REFUSED` … */
  readonly code: string;
  readonly provider: string;
  readonly orderId?: string;
  /** The provider's number of the payment. */
  readonly transactionId?: string;
  /** What the provider says, and what the books have. */
  readonly theirsFen?: number;
  readonly oursFen?: number;
  /** More, for people: at most 200 characters. */
  readonly message?: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Who has dealt with it, when and how. */
  readonly ended?: { readonly by: string; readonly atMs: number; readonly reason: string };
}

/** Which payments of a provider to list: of a time at or after, and before. */
export interface BookedQuery {
  readonly provider: string;
  /** Which time is meant: booked (default), paid as the provider told, or given back. */
  readonly by?: 'booked' | 'paid' | 'returned';
  readonly fromMs: number;
  readonly toMs: number;
  /** `transactionId` where the last page ended. */
  readonly after?: string;
  readonly limit: number;
}

/** What a caller with a cap reports as taken. */
export interface CappedReport {
  /** Key id of the caller. */
  readonly by: string;
  readonly transactionId: string;
  /** Told apart from every other attempt to book the same payment. */
  readonly attempt: string;
  readonly amountFen: number;
  readonly atMs: number;
  /** Since when reports count towards the cap, and the cap. */
  readonly sinceMs: number;
  readonly maxFen: number;
}

/** The part of a ledger that payments need. */
export interface PaymentBook {
  /**
   * Remembers that a code is about to be asked for. An order has one open code: while there is one,
   * of any provider, that one stands and is answered; so is one of the same name.
   */
  awaitPayment(awaited: AwaitedPayment): Promise<AwaitedPayment>;
  /** Every code of an order, oldest first. */
  findAwaitedOf(orderId: string): Promise<readonly AwaitedPayment[]>;
  /**
   * Takes those that are due, the one that is due longest first. One whose turn lies further off
   * than any pause is due, too: the clock was wrong when it was set.
   */
  claimAwaited(query: WorkQuery): Promise<readonly AwaitedPayment[]>;
  /** Notes what became of asking. One that has ended stays so. */
  tellAwaited(name: AwaitedName, word: AwaitedWord): Promise<void>;
  /** Payments that are surplus, or of an order in REFUND_DUE, and not given back yet. */
  findRefundsDue(query: RefundsQuery): Promise<readonly OwedPayment[]>;
  /** Takes those of them whose provider is to be asked now. */
  claimRefunds(query: WorkQuery): Promise<readonly OwedPayment[]>;
  /** How far the refund of a payment is; nothing was handed out: `undefined`. */
  findRefund(transactionId: string): Promise<RefundProgress | undefined>;
  /** Notes how far a refund is. */
  tellRefund(progress: RefundProgress): Promise<void>;
  /** Payments that were booked, by their numbers. */
  findBooked(query: BookedQuery): Promise<readonly Payment[]>;
  /**
   * Counts a report towards its caller's cap before it is booked, in one transaction; `false`, and
   * nothing is counted, when it would pass the cap. What the caller has booked since then counts,
   * and what it has reported since then and nobody released: a payment once, whatever its attempts.
   */
  reserveReport(report: CappedReport): Promise<boolean>;
  /** That attempt was refused for certain: it does not count any more. */
  releaseReport(report: Pick<CappedReport, 'transactionId' | 'attempt'>): Promise<void>;
  /** Notes something for a person; what was dealt with stays so. */
  noteWork(item: WorkItem): Promise<void>;
  /** What nobody has dealt with yet, by key. */
  findWork(query: {
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly WorkItem[]>;
  /** Somebody has dealt with it. `false`: there is no such entry, or somebody has before. */
  endWork(key: string, ended: NonNullable<WorkItem['ended']>): Promise<boolean>;
}

/** A report is forgotten so long after the day that it counted in: it was booked long before. */
export const KEEP_REPORTS_MS = 24 * 3_600_000;

/** The longest pause between two questions: what is due later was set by a wrong clock. */
export const LONGEST_PAUSE_MS = 6 * 3_600_000;
