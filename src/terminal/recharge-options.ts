/** What a recharge and a load need, and how they end. */
import type { Env } from '../env.js';
import type { QuancunError } from '../errors.js';
import type { DecodeText } from '../gbk.js';
import type { Authority, CreditProof, OrderView } from '../load/index.js';
import type { AbortSignalLike } from '../transport/index.js';
import type { IntentStore } from './intents.js';
import type { CardReading } from './read-card.js';
import type { ExpectedPayment, TakenPayment } from './payment.js';
import type { OnStage } from './stages.js';
import type { VisitOptions } from './visit.js';

/** Where a payment is looked up, and how long its steps may take. */
export interface PaymentOptions {
  readonly authority: Authority;
  readonly env: Env;
  /** What goes on, for a screen: every step, every wait. */
  readonly onStage?: OnStage;
  /**
   * Where this device keeps that money is being taken, so that a crash, a reload or a cut line
   * never makes anybody pay twice. Default: this program's memory, as long as `env` lives; a till
   * that can be switched off hands in a store of its own.
   */
  readonly intents?: IntentStore;
  /** How long the authority may take for one answer, all its retries included. Default: 90,000. */
  readonly authorityTimeoutMs?: number;
}

/** What a load needs. */
export interface LoadOptions extends VisitOptions, PaymentOptions {
  readonly env: Env;
  /** How long one exchange with the card may take; as in `withTimeLimit`. */
  readonly exchangeTimeoutMs?: number;
  /** Local time of the card check: minutes east of UTC. Default: 480, China. */
  readonly utcOffsetMinutes?: number;
  /** Reads the plate, for `confirmCard`; as in {@link readCard}. */
  readonly decodeText?: DecodeText;
  /**
   * Asked where money was being taken and this device does not know how it ended, as after a
   * crash: the payment that was taken, `'none'` where it certainly was not, `undefined` where
   * nobody can tell. Without an answer nothing is taken.
   */
  readonly findPayment?: (order: OrderView) => Promise<TakenPayment | 'none' | undefined>;
}

/** What is handed to `takePayment`. */
export interface TakePaymentControl {
  /** The recharge was cancelled: who can still stop the payment does, and says so. */
  readonly signal?: AbortSignalLike;
}

/** What a recharge needs. */
export interface RechargeOptions extends LoadOptions {
  readonly amountFen: number;
  /** The outlet: `self` (自营网点), `bank` (银行网点) or its own name. */
  readonly outlet: string;
  /**
   * Takes the money: the payment; `'confirmed'` where the server was told of it by the provider
   * itself; `undefined`, or RECHARGE_CANCELLED thrown, when the customer did not pay. Whatever else
   * it throws leaves it open whether money was taken.
   */
  readonly takePayment: (
    order: OrderView,
    control: TakePaymentControl,
  ) => Promise<TakenPayment | 'confirmed' | undefined>;
  /** Who will take it and, where known before, its number: then no other payment is booked. */
  readonly expectedPayment?: ExpectedPayment;
  /** The same key never makes a second order: keep it when the host may tap twice. */
  readonly idempotencyKey?: string;
  /** Shown the card before any order is made; only `true` goes on (the cashier's re-check). */
  readonly confirmCard?: (reading: CardReading) => Promise<boolean>;
  /** How long a person may take, to confirm the card and to pay. Default: 900,000. */
  readonly paymentTimeoutMs?: number;
}

/**
 * Whether the customer has paid: `no`, nothing was taken; `yes`, and the order or the error says
 * where the money is; `unknown`: look it up before any money is taken.
 * 客户是否已付款。
 */
export type Paid = 'no' | 'yes' | 'unknown';

/**
 * What the person does next: begin the recharge again, 圈存 (load) this order, submit the same
 * payment ({@link submitPayment}), look the payment up, or nothing but what the error says.
 */
export type NextAct = 'recharge' | 'load' | 'submit' | 'look-up' | 'as-told';

/**
 * How a load ended. Expected outcomes are values: only a broken program throws.
 * 充值/圈存结果。
 */
export type LoadResult = CreditedResult | HeldResult | RefusedResult;

/** The money is on the card. */
export interface CreditedResult {
  readonly outcome: 'credited';
  readonly paid: 'yes';
  readonly orderId: string;
  readonly amountFen: number;
  /** `tac`: the card's own code; `counter`: its transaction counter. */
  readonly provedBy: CreditProof;
  /** Whether the card was written in this visit, or earlier and proved only now. */
  readonly written: 'now' | 'earlier';
  /** Absent where the card would not say it. */
  readonly balanceBeforeFen?: number;
  /** Absent when the card left before it could be asked. */
  readonly balanceAfterFen?: number;
  /** What the card shows afterwards is not the sum: stop, and check reader and card. */
  readonly balanceDiffers?: true;
  /** An order that was begun earlier was finished: no new one was made for this call. */
  readonly resumed?: true;
  /** PAYMENT_SURPLUS: another payment pays for the order, and this till's own is owed back. */
  readonly surplus?: QuancunError;
}

/** In doubt: the order waits. No money is lost, and none is credited twice. */
export interface HeldResult {
  readonly outcome: 'held';
  readonly paid: Paid;
  readonly next: NextAct;
  readonly orderId: string;
  readonly error: QuancunError;
  /** Taken, and not booked yet: submit this very payment, its number whole, and take no other. */
  readonly unconfirmedPayment?: TakenPayment;
  /** PAYMENT_SURPLUS, as in {@link CreditedResult}. */
  readonly surplus?: QuancunError;
}

/** Nothing was written. An order that was paid keeps its payment and can be loaded later. */
export interface RefusedResult {
  readonly outcome: 'refused';
  readonly paid: Paid;
  readonly next: NextAct;
  readonly orderId?: string;
  readonly error: QuancunError;
  /** PAYMENT_SURPLUS, as in {@link CreditedResult}. */
  readonly surplus?: QuancunError;
}

/** What became of a payment that was submitted. */
export type SubmitResult = BookedResult | HeldResult | RefusedResult;

/** The payment is in the books: 圈存 (load) leads on, where the order still waits for its card. */
export interface BookedResult {
  readonly outcome: 'booked';
  readonly paid: 'yes';
  readonly order: OrderView;
  /** What was submitted: this till's own payment, where it had kept one, whatever was typed. */
  readonly payment?: TakenPayment;
  /** The number is booked with the order's amount, and not with the one that was told. */
  readonly amountDiffers?: true;
}
