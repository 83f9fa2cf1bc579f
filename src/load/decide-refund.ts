/** Refunds: handed to the provider under a number that is booked first, and confirmed by it. */
import { type Decision, endVisit } from './decision.js';
import { awaitJournal, isPaidBefore } from './doubt.js';
import type { Order, Payment, Situation, Transfer } from './order.js';
import { REFUND_NOT_DUE } from './office-errors.js';

/** The number of the first refund of a payment. */
const FIRST_REFUND = 1;

/**
 * Decides on handing a refund to the provider. The same number is the same refund, however often
 * it is handed out: the provider pays it once.
 */
export function decideOnSendRefund(situation: Situation, transactionId: string): Decision {
  const { order, card, payments, doubtSinceMs } = situation;
  const payment = payments.find((one) => one.transactionId === transactionId);
  if (payment === undefined || !isRefundDue(order, payment)) {
    return endVisit(order, card, REFUND_NOT_DUE, { state: order.state });
  }
  const isFirst = payment.refundsSent === undefined;
  if (isFirst && doubtSinceMs !== undefined && isPaidBefore(payment, doubtSinceMs)) {
    return awaitJournal(situation);
  }
  return { ...endVisit(order, card), sentRefund: asSent(payment) };
}

/**
 * Decides on the provider's word that a payment was given back. What left the till is booked in
 * every state, also when the order froze meanwhile: the books follow the money.
 */
export function decideOnRefunded(
  situation: Situation,
  transactionId: string | undefined,
  nowMs: number,
): Decision {
  const { order, card, payments } = situation;
  const payment = payments.find((one) =>
    transactionId === undefined ? !one.surplus : one.transactionId === transactionId,
  );
  if (payment?.refundedAtMs !== undefined) return endVisit(order, card);
  const frozenOnTheWay = order.state === 'FROZEN' && order.frozenFrom === 'REFUND_DUE';
  if (payment === undefined || !(isRefundDue(order, payment) || frozenOnTheWay)) {
    return endVisit(order, card, REFUND_NOT_DUE, { state: order.state });
  }
  const transfers: Transfer[] = [
    { debit: 'refunds-due', credit: 'cash', amountFen: payment.amountFen },
  ];
  const refundedPayment: Payment = { ...asSent(payment), refundedAtMs: nowMs };
  const refunded = payment.surplus ? order : withRefund(order);
  return { ...endVisit(refunded, card), refundedPayment, transfers };
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
