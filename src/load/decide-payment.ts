/** Evidence from the payment side. Money that came in is never lost: it is booked, or owed back. */
import { type Decision, refund, endVisit } from './decision.js';
import type { Evidence } from './evidence.js';
import type { Payment, Situation, Transfer } from './order.js';

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
    const due = endVisit({ ...order, state: 'REFUND_DUE' }, card, 'ORDER_REFUND_DUE');
    return { ...due, newPayment, transfers, settlement: 'REFUND' };
  }
  // Paid twice or with a wrong amount: owed back, never silently kept.
  return { ...endVisit(order, card, 'PAYMENT_SURPLUS'), newPayment, transfers };
}

/** Decides on giving an order up. Once a MAC2 may exist, only a probe leads to a refund. */
export function decideOnCancel(situation: Situation): Decision {
  const { order, card, attempts } = situation;
  if (order.state === 'CREATED') {
    return endVisit({ ...order, state: 'EXPIRED' }, card, 'ORDER_CLOSED', { state: 'EXPIRED' });
  }
  if (order.state === 'PAID' && attempts.length === 0) return refund(situation);
  return endVisit(order, card, 'ORDER_NOT_CANCELLABLE', { state: order.state });
}

/** Decides on the provider's word that the refund was made. */
export function decideOnRefunded(situation: Situation): Decision {
  const { order, card } = situation;
  if (order.state !== 'REFUND_DUE') return endVisit(order, card);
  const transfers: Transfer[] = [
    { debit: 'refunds-due', credit: 'cash', amountFen: order.amountFen },
  ];
  return { ...endVisit({ ...order, state: 'REFUNDED' }, card), transfers };
}
