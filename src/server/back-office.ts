/** What a back office asks of the authority. */
import type { ForeignRecord, NotTakenWord, OrderView, ReleaseRequest } from '../load/index.js';
import type { JournalView } from '../messages/index.js';
import type { TickDueOptions, TickReport } from './due.js';
import type { Comparison } from './journal/compare.js';

/**
 * By whose word a payment is back with the customer. A person's is taken while no refund was handed
 * to the provider, or when by the provider's word just now the last number handed to it has finally
 * failed: `failed` says which. `reason`: who gave it back, and why, in their own words.
 */
export type RefundWord =
  | { readonly by: 'provider' }
  | { readonly by: 'hand'; readonly failed?: number; readonly reason?: string };

/** What only the back office may ask, beside what terminals may. */
export interface BackOffice {
  /**
   * Nothing was taken for an order in TAKING: a supervisor has looked, or the provider has closed
   * the payment and answers that it is unpaid.
   */
  endTaking(orderId: string, word: NotTakenWord): Promise<OrderView>;
  /** Gives an order up; refused once a MAC2 may exist. */
  cancel(orderId: string): Promise<OrderView>;
  /** Asks for a refund of an issued order: from now on only a probe of the card can allow it. */
  requestVoid(orderId: string): Promise<OrderView>;
  withdrawVoid(orderId: string): Promise<OrderView>;
  /**
   * The money is back with the customer: the order's own payment, or the one of this number
   * (`provider:number`), as for a surplus. By whose word; default: a person's, by hand.
   * @throws REFUND_NOT_DUE, REFUND_ON_ITS_WAY, ORDER_AWAITS_JOURNAL
   */
  confirmRefund(orderId: string, transactionId?: string, word?: RefundWord): Promise<OrderView>;
  /** Another issuer's load spent the ATC that a HELD order is bound to: the order is PAID again. */
  reportForeignRecord(orderId: string, record: ForeignRecord): Promise<OrderView>;
  /** Ends a FROZEN or HELD order by hand; done when a second person says the same. */
  release(orderId: string, request: ReleaseRequest): Promise<OrderView>;
  /** Lets time pass: holds or expires the order if it is due. */
  tick(orderId: string): Promise<OrderView>;
  /** The same for orders that are due, found in the ledger: `startTicker` calls it. */
  tickDue(options?: TickDueOptions): Promise<TickReport>;
  /**
   * A refund is about to be handed to the provider: committed and journalled first. Answers the
   * number of it, from 1; the same number is the same refund. `closed`: by the provider's word this
   * number will never pay; only then the next one follows.
   */
  sendRefund(orderId: string, transactionId: string, closed?: number): Promise<number>;
  /**
   * Compares ledger and journal now; every other method does it before its first act. Called now
   * and then, a server that has nothing to do learns of another database without delay.
   * @throws JOURNAL_MISSING, JOURNAL_FOREIGN, JOURNAL_BEHIND, JOURNAL_IN_USE
   */
  open(): Promise<Comparison>;
  /** The server ends in order: its journal is sealed, and nobody waits for it. Call it last. */
  close(): Promise<void>;
  /** Whether the journal takes lines: without it nothing is issued. */
  isWritable(): boolean;
  /** The journals that the ledger knows, and whether it waits for one. */
  journals(): Promise<readonly JournalView[]>;
  /**
   * One of two people says that a journal will never come back; done when another says so, too.
   * @throws JOURNAL_UNKNOWN, JOURNAL_IN_USE
   */
  giveUpJournal(
    journalId: string,
    by: string,
    first?: Pick<ReleaseRequest, 'discounts'>,
  ): Promise<JournalView>;
}
