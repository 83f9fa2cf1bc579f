/** Evidence from the payment side. Money that came in is never lost: it is booked, or owed back. */
import { type Decision, refund, endVisit } from './decision.js';
import type { Evidence } from './evidence.js';
import type { Order, Payment, Situation, Transfer } from './order.js';
import {
  ORDER_CLOSED,
  ORDER_NOT_CANCELLABLE,
  ORDER_REFUND_DUE,
  PAYMENT_SURPLUS,
  REFUND_NOT_DUE,
} from './errors.js';

/** Decides on a payment that the provider confirms. */
export function decideOnPayment(
  situation: Situation,
  paid: Extract<Evidence, { kind: 'payment' }>,
): Decision {
  const { order, card, payments } = situation;
  const known = payments.some((payment) => payment.transactionId === paid.transactionId);
  if (known) return endVisit(order, card);
  const equal = paid.amountFen === order.amountFen;
  const fits = order.state === 'CREATED' && equal;
  const late = order.state === 'EXPIRED' && equal;
  const newPayment: Payment = {
    orderId: order.orderId,
    transactionId: paid.transactionId,
    amountFen: paid.amountFen,
    surplus: !fits && !late,
  };
  const transfers: Transfer[] = [
    { debit: 'cash', credit: fits ? 'liability' : 'refunds-due', amountFen: paid.amountFen },
  ];
  if (fits) {
    return { ...endVisit({ ...order, state: 'PAID' }, card), newPayment, transfers };
  }
  if (late) {
    const due = endVisit({ ...order, state: 'REFUND_DUE' }, card, ORDER_REFUND_DUE);
    return { ...due, newPayment, transfers, settlement: 'REFUND' };
  }
  // Paid twice or with a wrong amount: owed back, never silently kept.
  return { ...endVisit(order, card, PAYMENT_SURPLUS), newPayment, transfers };
}

/** Decides on giving an order up. Once a MAC2 may exist, only a probe leads to a refund. */
export function decideOnCancel(situation: Situation): Decision {
  const { order, card, attempts } = situation;
  if (order.state === 'CREATED') {
    return endVisit({ ...order, state: 'EXPIRED' }, card, ORDER_CLOSED, { state: 'EXPIRED' });
  }
  if (order.state === 'PAID' && attempts.length === 0) return refund(situation);
  return endVisit(order, card, ORDER_NOT_CANCELLABLE, { state: order.state });
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
  const refundedPayment: Payment = { ...payment, refundedAtMs: nowMs };
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

/** A frozen order stays frozen, and remembers that its money is back. */
function withRefund(order: Order): Order {
  return order.state === 'FROZEN'
    ? { ...order, frozenFrom: 'REFUNDED' }
    : { ...order, state: 'REFUNDED' };
}
