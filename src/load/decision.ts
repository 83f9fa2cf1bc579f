/**
 * The form of a decision and the few ways to make one. Decisions are values: the ledger stores
 * them in one transaction, and only then does the step leave the server.
 */
import { type ErrorRow, type MoneyState, textsOf } from '../errors.js';
import type { CreditProof, Step, StopStep } from '../messages/index.js';
import type { Attempt, CardAccount, Order, Payment, Situation, Transfer } from './order.js';
import type { FreezeReason } from './freeze-reasons.js';
import { ORDER_FROZEN, ORDER_REFUND_DUE } from './errors.js';

/** A step in which MAC2 is still to be computed: the HSM does so after the commit. */
export type NextStep =
  Exclude<Step, { readonly do: 'credit' }> | { readonly do: 'credit'; readonly attempt: Attempt };

/** What one piece of evidence leads to. */
export interface Decision {
  readonly order: Order;
  readonly card: CardAccount;
  /** Stored before MAC2 leaves. */
  readonly newAttempt?: Attempt;
  readonly newPayment?: Payment;
  /** A payment whose refund may be handed out: booked, and journalled, before it is. */
  readonly sentRefund?: Payment;
  /** A payment that was given back: booked once, and never for a second time. */
  readonly refundedPayment?: Payment;
  /** The end of the order: one row per order, never both kinds. */
  readonly settlement?: 'CREDIT' | 'REFUND';
  readonly transfers: readonly Transfer[];
  readonly step: NextStep;
}

/** Type code of a purse load in MAC1, MAC2, TAC and 805A. */
export const EP_LOAD = 0x02;

/** The amount of a probe INIT. No MAC2 is ever made for it. */
export const PROBE_AMOUNT_FEN = 1;

/** Whether the card was written, as far as a state of the order tells. */
export function moneyOf(order: Order): MoneyState {
  switch (order.state) {
    case 'CREDITED':
      return 'moved';
    case 'ISSUED':
    case 'HELD':
    case 'VOIDING':
    case 'FROZEN':
      return 'in-doubt';
    case 'CREATED':
    case 'TAKING':
    case 'PAID':
    case 'REFUND_DUE':
    case 'REFUNDED':
    case 'EXPIRED':
      return 'untouched';
  }
}

/** Nothing changes; this is the next step. */
export function proceed(situation: Situation, step: NextStep): Decision {
  return { order: situation.order, card: situation.card, transfers: [], step };
}

/** The visit ends here; the order may have changed on the way. */
export function endVisit(
  order: Order,
  card: CardAccount,
  row?: ErrorRow,
  details?: Readonly<Record<string, unknown>>,
): Decision {
  const base: StopStep = { do: 'stop', state: order.state, money: moneyOf(order) };
  const step: StopStep = {
    ...base,
    ...(row === undefined ? {} : textsOf(row, details)),
    ...(order.creditedBy === undefined ? {} : { creditedBy: order.creditedBy }),
    ...(details === undefined ? {} : { details }),
  };
  return { order, card, transfers: [], step };
}

/** The order ends in CREDITED: settled once, liability becomes card float, the card is free. */
export function credit(situation: Situation, by: CreditProof, boundAtc: number): Decision {
  const order: Order = { ...situation.order, state: 'CREDITED', creditedBy: by };
  const account = withoutLock(situation.card, order.orderId);
  const spentAtc = boundAtc + 1;
  const card: CardAccount = {
    ...account,
    expectedAtc: spentAtc,
    maxSeenAtc: Math.max(spentAtc, account.maxSeenAtc ?? 0),
  };
  const transfers: Transfer[] = [
    { debit: 'liability', credit: 'card-float', amountFen: order.amountFen },
  ];
  return { ...endVisit(order, card), settlement: 'CREDIT', transfers };
}

/**
 * The order ends in a refund that is due: proved that the card was not written. Its ATC is free
 * again: it was not spent, and no MAC2 for it can be accepted any more.
 */
export function refund(situation: Situation): Decision {
  const { probeTerminal: _spent, boundAtc: _free, ...open } = situation.order;
  const order: Order = { ...open, state: 'REFUND_DUE' };
  const card = withoutLock(situation.card, order.orderId);
  const transfers: Transfer[] = [
    { debit: 'liability', credit: 'refunds-due', amountFen: order.amountFen },
  ];
  return { ...endVisit(order, card, ORDER_REFUND_DUE), settlement: 'REFUND', transfers };
}

/** The card is free of this order. Another order's lock stays. */
export function withoutLock(card: CardAccount, orderId: string): CardAccount {
  const { openOrderId, ...account } = card;
  return openOrderId === orderId ? account : card;
}

/** A contradiction: order and card stop until two people have looked. */
export function freeze(situation: Situation, why: FreezeReason): Decision {
  const { state, frozenFrom = state } = situation.order;
  const order: Order = { ...situation.order, state: 'FROZEN', frozenFrom };
  const card: CardAccount = {
    ...situation.card,
    frozen: true,
    openOrderId: situation.card.openOrderId ?? order.orderId,
  };
  return endVisit(order, card, ORDER_FROZEN, { why });
}
