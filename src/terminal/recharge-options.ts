/** What a recharge and a load need, and how they end. */
import type { Env } from '../env.js';
import type { QuancunError } from '../errors.js';
import type { DecodeText } from '../gbk.js';
import type { CreditProof, OrderView } from '../load/index.js';
import type { CardReading } from './read-card.js';
import type { VisitOptions } from './visit.js';

/** A payment that was taken. */
export interface TakenPayment {
  /** `cash`, `pos`, or the name of the payment provider. */
  readonly provider: string;
  readonly transactionId: string;
  readonly amountFen: number;
  /**
   * When it was taken, the same whenever the receipt is shown again. Without it a payment counts as
   * an old one, while the authority waits for a journal that may know it.
   */
  readonly paidAtMs?: number;
}

/** What a load needs. */
export interface LoadOptions extends VisitOptions {
  readonly env: Env;
  /** Local time of the card check: minutes east of UTC. Default: 480, China. */
  readonly utcOffsetMinutes?: number;
  /** Reads the plate, for `confirmCard`; as in {@link readCard}. */
  readonly decodeText?: DecodeText;
}

/** What a recharge needs. */
export interface RechargeOptions extends LoadOptions {
  readonly amountFen: number;
  /** The outlet: `self` (自营网点), `bank` (银行网点) or its own name. */
  readonly outlet: string;
  /** Takes the money; `undefined` when the customer did not pay. */
  readonly takePayment: (order: OrderView) => Promise<TakenPayment | undefined>;
  /** The same key never makes a second order: keep it when the host may tap twice. */
  readonly idempotencyKey?: string;
  /** Called with the card before any order is made; `false` stops (the cashier's re-check). */
  readonly confirmCard?: (reading: CardReading) => Promise<boolean>;
}

/**
 * How a load ended. Expected outcomes are values: only a broken program throws.
 * 充值/圈存结果。
 */
export type LoadResult =
  | {
      readonly outcome: 'credited';
      readonly orderId: string;
      readonly amountFen: number;
      /** `tac`: the card's own code; `counter`: its transaction counter. */
      readonly provedBy: CreditProof;
      /** Whether the card was written in this visit, or earlier and proved only now. */
      readonly written: 'now' | 'earlier';
      readonly balanceBeforeFen: number;
      /** Absent when the card left before it could be asked. */
      readonly balanceAfterFen?: number;
    }
  /** In doubt: the order waits. No money is lost, and none is credited twice. */
  | {
      readonly outcome: 'held';
      readonly orderId: string;
      readonly error: QuancunError;
      /** Taken, and not booked: hand it to `confirmPayment`, and take no other. */
      readonly unconfirmedPayment?: TakenPayment;
    }
  /** The card was not written. An order that was paid keeps its payment, and is loaded later. */
  | { readonly outcome: 'refused'; readonly orderId?: string; readonly error: QuancunError };
