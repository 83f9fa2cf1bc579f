/** Evidence from the payment side. Money that came in is never lost: it is booked, or owed back. */
import { type Decision, refund, endVisit } from './decision.js';
import { asUnpaid, isAwaited, withoutTaking } from './decide-taking.js';
import { awaitJournal, awaitsJournal } from './doubt.js';
import type { Evidence } from './evidence.js';
import type { Payment, Situation, Transfer } from './order.js';
import {
  ORDER_CLOSED,
  ORDER_NOT_CANCELLABLE,
  ORDER_REFUND_DUE,
  PAYMENT_BEING_TAKEN,
} from './errors.js';
import { PAYMENT_SURPLUS } from './office-errors.js';

/** Decides on a payment that the provider confirms. A date to come is none. */
export function decideOnPayment(
  situation: Situation,
  paid: Extract<Evidence, { kind: 'payment' }>,
  nowMs: number,
): Decision {
  const { order, card, payments } = situation;
  const known = payments.some((payment) => payment.transactionId === paid.transactionId);
  if (known) return endVisit(order, card);
  const equal = paid.amountFen === order.amountFen;
  const hasExpired = order.state === 'EXPIRED' && equal;
  // In doubt it may have been paid, and loaded, before it expired: the money waits with it.
  const late = hasExpired && !awaitsJournal(situation);
  // Another number than the one that is being taken is another payment: the intent stays.
  const awaited = isAwaited(order, paid.transactionId);
  const waits = order.state === 'CREATED' || (order.state === 'TAKING' && awaited);
  const fits = (waits && equal) || (hasExpired && !late);
  const newPayment: Payment = {
    orderId: order.orderId,
    transactionId: paid.transactionId,
    amountFen: paid.amountFen,
    surplus: !fits && !late,
    bookedAtMs: nowMs,
    ...(paid.paidAtMs !== undefined && paid.paidAtMs <= nowMs ? { paidAtMs: paid.paidAtMs } : {}),
    ...(paid.who === undefined ? {} : { who: paid.who }),
  };
  const transfers: Transfer[] = [
    { debit: 'cash', credit: fits ? 'liability' : 'refunds-due', amountFen: paid.amountFen },
  ];
  if (fits) {
    return { ...endVisit(withoutTaking(order, 'PAID'), card), newPayment, transfers };
  }
  if (late) {
    const due = endVisit({ ...order, state: 'REFUND_DUE' }, card, ORDER_REFUND_DUE);
    return { ...due, newPayment, transfers, settlement: 'REFUND' };
  }
  // Paid twice or with a wrong amount: owed back, never silently kept.
  const isEnded = waits && order.state === 'TAKING';
  const ended = isEnded ? asUnpaid(order, paid.nextCheckTerminal) : order;
  return { ...endVisit(ended, card, PAYMENT_SURPLUS), newPayment, transfers };
}

/** Decides on giving an order up. Once a MAC2 may exist, only a probe leads to a refund. */
export function decideOnCancel(situation: Situation): Decision {
  const { order, card } = situation;
  if (order.state === 'CREATED') {
    if (awaitsJournal(situation)) return awaitJournal(situation);
    return endVisit({ ...order, state: 'EXPIRED' }, card, ORDER_CLOSED, { state: 'EXPIRED' });
  }
  if (order.state === 'TAKING') return endVisit(order, card, PAYMENT_BEING_TAKEN);
  return (
    giveBack(situation) ?? endVisit(order, card, ORDER_NOT_CANCELLABLE, { state: order.state })
  );
}

/**
 * A paid order that is bound to no ATC can be given back at once: nothing was issued yet, or the
 * ATC of what was issued is spent. `undefined`: this order is not one of those.
 */
export function giveBack(situation: Situation): Decision | undefined {
  const { order } = situation;
  if (order.state !== 'PAID' || order.boundAtc !== undefined) return undefined;
  return awaitsJournal(situation) ? awaitJournal(situation) : refund(situation);
}
