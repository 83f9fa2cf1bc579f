/** The card is in a reader, and nothing of it is known yet, or it has no proof for us. */
import { type Decision, endVisit, proceed } from './decision.js';
import type { Order, Situation } from './order.js';
import { initializeStep, probeStep, proveStep } from './steps.js';
import {
  ORDER_CLOSED,
  ORDER_FROZEN,
  ORDER_OPEN,
  ORDER_REFUND_DUE,
  ORDER_UNPAID,
  PAYMENT_BEING_TAKEN,
} from './errors.js';

/** The card is there: an order that may have been written asks the card's proof first. */
export function decideOnPresence(situation: Situation): Decision {
  const { order } = situation;
  if (order.boundAtc !== undefined && isWaitingForCard(order)) {
    return proceed(situation, proveStep(order.boundAtc));
  }
  return decideWithoutProof(situation);
}

/** The card has no proof for us: its counter will tell. */
export function decideWithoutProof(situation: Situation): Decision {
  const { order, card } = situation;
  switch (order.state) {
    case 'PAID':
      // An INITIALIZE may erase the proof that the other order waits for.
      return card.openOrderId === undefined || card.openOrderId === order.orderId
        ? proceed(situation, initializeStep(order))
        : endVisit(order, card, ORDER_OPEN, { openOrderId: card.openOrderId });
    case 'ISSUED':
    case 'HELD':
      return proceed(situation, initializeStep(order));
    case 'VOIDING':
      return proceed(situation, probeStep(order));
    case 'CREDITED':
      return endVisit(order, card);
    case 'CREATED':
      return endVisit(order, card, ORDER_UNPAID);
    case 'TAKING':
      return endVisit(order, card, PAYMENT_BEING_TAKEN);
    case 'FROZEN':
      return endVisit(order, card, ORDER_FROZEN, { why: 'earlier' });
    case 'REFUND_DUE':
      return endVisit(order, card, ORDER_REFUND_DUE);
    case 'REFUNDED':
    case 'EXPIRED':
      return endVisit(order, card, ORDER_CLOSED, { state: order.state });
  }
}

/** Whether the card may hold this order's credit without our knowing. */
export function isWaitingForCard(order: Order): boolean {
  return order.state === 'ISSUED' || order.state === 'HELD' || order.state === 'VOIDING';
}
