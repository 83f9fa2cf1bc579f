/**
 * Doubt: the ledger may have lost its last commits, and some journal that would tell has not been
 * compared yet. Until it has, what the ledger knew before may be outlived: an order may have been
 * issued, or its money given back, without its knowing. Orders and payments of later are sure.
 */
import { type Decision, endVisit } from './decision.js';
import type { Payment, Situation } from './order.js';
import { ORDER_AWAITS_JOURNAL } from './errors.js';

/** Whether the ledger may have forgotten what became of this order, or of the money in it. */
export function awaitsJournal({ order, payments, doubtSinceMs }: Situation): boolean {
  if (doubtSinceMs === undefined) return false;
  if (order.createdAtMs <= doubtSinceMs) return true;
  const own = payments.find(({ surplus }) => !surplus);
  return own !== undefined && isPaidBefore(own, doubtSinceMs);
}

/** Whether a payment may have been booked before; one without a date may. */
export function isPaidBefore(payment: Payment, doubtSinceMs: number): boolean {
  return (payment.paidAtMs ?? 0) <= doubtSinceMs;
}

/** Nothing is decided now. Whatever the state says, the card may have been written. */
export function awaitJournal({ order, card }: Situation): Decision {
  const decision = endVisit(order, card, ORDER_AWAITS_JOURNAL);
  const { step } = decision;
  return step.do === 'stop' ? { ...decision, step: { ...step, money: 'in-doubt' } } : decision;
}
