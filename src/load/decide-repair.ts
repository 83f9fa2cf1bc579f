/**
 * Repair: what a journal shows and the ledger has forgotten is taken in again. The journal is the
 * witness of what left, so its word stands; what cannot be true beside it freezes.
 */
import { type Decision, endVisit, freeze, refund } from './decision.js';
import { asReturned, isOwed } from './decide-refund.js';
import { withoutTaking } from './decide-taking.js';
import type { Evidence } from './evidence.js';
import type { CardAccount, Order, Payment, Situation } from './order.js';

/** The states in which a payment of the order is still to come, or was too late. */
const AWAITING: readonly Order['state'][] = ['CREATED', 'TAKING', 'EXPIRED'];

/**
 * Decides on an authorisation that was forgotten: a MAC2 may be in the card, or used. The order
 * waits for its card, and from now on only a TAC proves its credit.
 */
export function decideOnRepairIssue(
  situation: Situation,
  { attempt, clash }: Extract<Evidence, { kind: 'repair-issue' }>,
): Decision {
  const { order, card, attempts } = situation;
  const isKnown = attempts.some(
    (one) =>
      one.onlineAtc === attempt.onlineAtc &&
      one.random === attempt.random &&
      one.date === attempt.date &&
      one.time === attempt.time,
  );
  if (isKnown) return endVisit(order, card);
  // One more authorisation at the ATC that was credited: it is dead, and its TAC is still known.
  if (order.state === 'CREDITED' && order.boundAtc === attempt.onlineAtc) {
    return { ...endVisit(order, card), newAttempt: attempt };
  }
  const isHeldByOther = card.openOrderId !== undefined && card.openOrderId !== order.orderId;
  const why = 'journal-authorisation';
  if (clash === true || isHeldByOther) return freeze(situation, why);
  // Nothing else stands in its place: it is kept, so that its TAC is known to the two people.
  if (!canHaveIssued(order, attempt.onlineAtc)) {
    return { ...freeze(situation, why), newAttempt: attempt };
  }
  const held = { ...card, openOrderId: order.orderId };
  const repaired = { order: asHeld(order, attempt.onlineAtc), card: seen(held, attempt.onlineAtc) };
  return { ...endVisit(repaired.order, repaired.card), newAttempt: attempt };
}

/**
 * Decides on a payment that was forgotten. An order that has expired meanwhile was paid in time;
 * one that has another payment now owes this one back.
 */
export function decideOnRepairPayment(situation: Situation, told: Payment): Decision {
  const { order, card, payments } = situation;
  const isKnown = payments.some(({ transactionId }) => transactionId === told.transactionId);
  if (isKnown) return endVisit(order, card);
  const { refundedAtMs: _toBeConfirmed, refundedByHand: _word, ...payment } = told;
  const { amountFen } = payment;
  const fits = !told.surplus && AWAITING.includes(order.state);
  const end = fits ? endVisit(withoutTaking(order, 'PAID'), card) : endVisit(order, card);
  return {
    ...end,
    newPayment: { ...payment, surplus: !fits },
    transfers: [{ debit: 'cash', credit: fits ? 'liability' : 'refunds-due', amountFen }],
  };
}

/**
 * Decides on a refund that was forgotten: it was decided on (0), or handed out under this number.
 */
export function decideOnRepairRefund(
  situation: Situation,
  { transactionId, refundsSent, returnedAtMs }: Extract<Evidence, { kind: 'repair-refund' }>,
): Decision {
  const { order, card, payments } = situation;
  const payment = payments.find((one) => one.transactionId === transactionId);
  if (payment === undefined) {
    return freeze(situation, 'journal-payment');
  }
  const isKnown = refundsSent > 0 && (payment.refundsSent ?? 0) >= refundsSent;
  const isBack = returnedAtMs === undefined || payment.refundedAtMs !== undefined;
  if (isKnown && isBack) return endVisit(order, card);
  const owed = payment.surplus ? endVisit(order, card) : asOwed(situation);
  const told = Math.max(refundsSent, payment.refundsSent ?? 0);
  const sent: Payment = told === 0 ? payment : { ...payment, refundsSent: told };
  const end = isKnown || told === 0 ? owed : { ...owed, sentRefund: sent };
  if (isBack || !isOwed(end.order, payment)) return end;
  return asReturned(end, { ...sent, refundedByHand: true }, returnedAtMs);
}

/** Another attempt at its own ATC, the first one, or one that followed upon a spent ATC. */
function canHaveIssued({ state, frozenFrom = state, boundAtc }: Order, onlineAtc: number): boolean {
  switch (frozenFrom) {
    case 'PAID':
    case 'ISSUED':
    case 'HELD':
    case 'VOIDING':
      return onlineAtc >= (boundAtc ?? 0);
    case 'CREATED':
    case 'TAKING':
    case 'CREDITED':
    case 'REFUND_DUE':
    case 'REFUNDED':
    case 'EXPIRED':
    case 'FROZEN':
      return false;
  }
}

function asHeld(order: Order, boundAtc: number): Order {
  const { probeTerminal: _dropped, ...rest } = order;
  const held: Order = { ...rest, boundAtc, tacOnly: true, probesPassed: 0 };
  return order.state === 'FROZEN' ? { ...held, frozenFrom: 'HELD' } : { ...held, state: 'HELD' };
}

/** The counter stood there; nothing vouches for where it stands now. */
function seen(card: CardAccount, onlineAtc: number): CardAccount {
  return { ...card, maxSeenAtc: Math.max(onlineAtc, card.maxSeenAtc ?? 0) };
}

/** The order's own money is on its way back: so it was decided, with more knowledge than now. */
function asOwed(situation: Situation): Decision {
  const { order, card } = situation;
  const { state, frozenFrom = state } = order;
  switch (frozenFrom) {
    case 'PAID':
    case 'ISSUED':
    case 'HELD':
    case 'VOIDING': {
      const owed = refund(situation);
      if (state !== 'FROZEN') return owed;
      const stillFrozen: Order = { ...owed.order, state, frozenFrom: 'REFUND_DUE' };
      return { ...owed, order: stillFrozen, card };
    }
    case 'REFUND_DUE':
    case 'REFUNDED':
      return endVisit(order, card);
    case 'CREATED':
    case 'TAKING':
    case 'CREDITED':
    case 'EXPIRED':
    case 'FROZEN':
      return freeze(situation, 'journal-refund');
  }
}
