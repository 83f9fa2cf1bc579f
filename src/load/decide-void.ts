/** Evidence that comes from people: asking for the money back, and another issuer's record. */
import { type Decision, proceed, endVisit, withoutLock } from './decision.js';
import { giveBack } from './decide-payment.js';
import { proveStep } from './steps.js';
import type { LoadPolicy, Order, Situation } from './order.js';
import { LOAD_IN_DOUBT, ORDER_NOT_CANCELLABLE, PAYMENT_BEING_TAKEN } from './errors.js';
import { FOREIGN_RECORD_REFUSED, REFUND_NOT_PROVABLE } from './office-errors.js';

/** From here on no MAC2 is made; a probe with this terminal number can lead to a refund. */
export function decideOnVoid(
  situation: Situation,
  probeTerminal: string,
  policy: LoadPolicy,
): Decision {
  const { order, card } = situation;
  const givenBack = giveBack(situation);
  if (givenBack !== undefined) return givenBack;
  if (order.state === 'VOIDING' && order.boundAtc !== undefined) {
    return proceed(situation, proveStep(order.boundAtc));
  }
  if (order.state === 'TAKING') return endVisit(order, card, PAYMENT_BEING_TAKEN);
  if (order.state !== 'ISSUED' && order.state !== 'HELD') {
    return endVisit(order, card, ORDER_NOT_CANCELLABLE, { state: order.state });
  }
  if (!policy.refundByProbe) return endVisit(order, card, REFUND_NOT_PROVABLE);
  const voiding: Order = { ...order, state: 'VOIDING', probeTerminal, probesPassed: 0 };
  return proceed({ ...situation, order: voiding }, proveStep(order.boundAtc ?? 0));
}

/** The customer wants the load after all. */
export function decideOnWithdrawVoid(situation: Situation): Decision {
  const { order, card } = situation;
  if (order.state !== 'VOIDING') return endVisit(order, card);
  const { probeTerminal: _dropped, ...rest } = order;
  return endVisit({ ...rest, state: 'HELD', probesPassed: 0 }, card, LOAD_IN_DOUBT);
}

/** The bound ATC was spent by another issuer: the order is free to be bound again. */
export function decideOnForeignRecord(
  situation: Situation,
  onlineAtc: number,
  policy: LoadPolicy,
): Decision {
  const { order, card } = situation;
  if (policy.issuer !== 'shared' || order.state !== 'HELD' || onlineAtc !== order.boundAtc) {
    return endVisit(order, card, FOREIGN_RECORD_REFUSED);
  }
  const { boundAtc: _spent, ...unbound } = order;
  const account = withoutLock(card, order.orderId);
  const maxSeenAtc = Math.max(onlineAtc + 1, card.maxSeenAtc ?? 0);
  return endVisit(
    { ...unbound, state: 'PAID' },
    { ...account, maxSeenAtc, expectedAtc: maxSeenAtc },
  );
}
