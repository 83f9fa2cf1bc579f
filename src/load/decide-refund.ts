/**
 * Refunds: handed to the provider under a number that is booked first, and confirmed by it; or
 * given back by hand, where no number of the provider's can pay any more.
 */
import { type Decision, endVisit } from './decision.js';
import { awaitJournal, isPaidBefore } from './doubt.js';
import type { Evidence } from './evidence.js';
import type { Order, Payment, Situation, Transfer } from './order.js';
import { REFUND_NOT_DUE, REFUND_ON_ITS_WAY } from './office-errors.js';

/** The number of the first refund of a payment. */
const FIRST_REFUND = 1;

/**
 * Decides on handing a refund to the provider. The same number is the same refund, however often
 * it is handed out: the provider pays it once. The next number follows only upon the provider's
 * word that the last one is closed; on any other answer it could be paid twice.
 */
export function decideOnSendRefund(
  situation: Situation,
  { transactionId, closed }: Extract<Evidence, { kind: 'send-refund' }>,
): Decision {
  const { order, card, payments } = situation;
  const payment = payments.find((one) => one.transactionId === transactionId);
  if (payment === undefined || !isRefundDue(order, payment)) {
    return endVisit(order, card, REFUND_NOT_DUE, { state: order.state });
  }
  const { refundsSent = 0 } = payment;
  const isNext = refundsSent === 0 || closed === refundsSent;
  if (isNext && mayBeForgotten(situation, payment)) return awaitJournal(situation);
  const sentRefund = { ...payment, refundsSent: isNext ? refundsSent + 1 : refundsSent };
  return { ...endVisit(order, card), sentRefund };
}

/**
 * Decides on the word that a payment was given back. What left the till is booked in every state,
 * also when the order froze meanwhile: the books follow the money. By hand only what the provider
 * cannot pay any more: no refund was sent, or by its word the last one has failed.
 */
export function decideOnRefunded(
  situation: Situation,
  { transactionId, byHand, failed }: Extract<Evidence, { kind: 'refunded' }>,
  nowMs: number,
): Decision {
  const { order, card, payments } = situation;
  const payment = payments.find((one) =>
    transactionId === undefined ? !one.surplus : one.transactionId === transactionId,
  );
  // Told again it is the same; a person who gave back what the provider has paid must hear of it.
  const isTwice = byHand === true && payment?.refundedByHand !== true;
  if (payment?.refundedAtMs !== undefined && !isTwice) return endVisit(order, card);
  if (payment === undefined || !isOwed(order, payment)) {
    return endVisit(order, card, REFUND_NOT_DUE, { state: order.state });
  }
  if (byHand !== true) return asReturned(endVisit(order, card), asSent(payment), nowMs);
  if (mayBeForgotten(situation, payment)) return awaitJournal(situation);
  const { refundsSent } = payment;
  if (refundsSent !== undefined && failed !== refundsSent) {
    return endVisit(order, card, REFUND_ON_ITS_WAY);
  }
  return asReturned(endVisit(order, card), { ...payment, refundedByHand: true }, nowMs);
}

/** A decision, and beside it that this payment is back with the customer. */
export function asReturned(end: Decision, payment: Payment, refundedAtMs: number): Decision {
  const { amountFen } = payment;
  const transfers: Transfer[] = [
    ...end.transfers,
    { debit: 'refunds-due', credit: 'cash', amountFen },
  ];
  const order = payment.surplus ? end.order : withRefund(end.order);
  const { step } = endVisit(order, end.card);
  return { ...end, order, step, refundedPayment: { ...payment, refundedAtMs }, transfers };
}

/** Whether what is given back now was owed; of an order that froze on the way it was. */
export function isOwed(order: Order, payment: Payment): boolean {
  const frozenOnTheWay = order.state === 'FROZEN' && order.frozenFrom === 'REFUND_DUE';
  return isRefundDue(order, payment) || (frozenOnTheWay && payment.refundedAtMs === undefined);
}

/** A refund of later than the ledger knows may have been handed out, or paid by hand. */
function mayBeForgotten({ doubtSinceMs }: Situation, payment: Payment): boolean {
  return doubtSinceMs !== undefined && isPaidBefore(payment, doubtSinceMs);
}

/**
 * Whether a payment is owed back now: it is a surplus one, or its order is to be refunded. Of a
 * frozen order nothing but a surplus is, until two people have looked.
 * 该笔付款此刻是否应退。
 */
export function isRefundDue(order: Order, payment: Payment): boolean {
  if (payment.refundedAtMs !== undefined) return false;
  return payment.surplus || order.state === 'REFUND_DUE';
}

function asSent(payment: Payment): Payment {
  return { ...payment, refundsSent: payment.refundsSent ?? FIRST_REFUND };
}

/** A frozen order stays frozen, and remembers that its money is back. */
function withRefund(order: Order): Order {
  return order.state === 'FROZEN'
    ? { ...order, frozenFrom: 'REFUNDED' }
    : { ...order, state: 'REFUNDED' };
}
