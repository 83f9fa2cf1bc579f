/** Evidence from TACs, and from card answers that prove nothing. */
import type { Evidence } from './evidence.js';
import { credit, type Decision, freeze, proceed, endVisit } from './decision.js';
import { proveStep } from './steps.js';
import type { Attempt, LoadPolicy, Order, Situation } from './order.js';
import { CREDIT_REFUSED, ORDER_FROZEN, TAC_INVALID } from './errors.js';

/** Card answers with an error to CREDIT FOR LOAD before an order is held. */
const MAX_REFUSED_CREDITS = 2;

/**
 * Decides on a TAC that verified against an attempt of this order: the card applied that attempt,
 * whatever was reported before.
 */
export function decideOnTac(
  before: Situation,
  { attempt, tac }: Pick<Extract<Evidence, { kind: 'tac' }>, 'attempt' | 'tac'>,
): Decision {
  const situation = { ...before, order: withProof(before.order, attempt, tac) };
  const { order, card } = situation;
  switch (order.state) {
    case 'ISSUED':
    case 'HELD':
    case 'VOIDING':
      return attempt.onlineAtc === order.boundAtc
        ? credit(situation, 'tac', attempt.onlineAtc)
        : freeze(situation, 'tac-given-up');
    case 'CREDITED':
      return attempt.onlineAtc === order.boundAtc
        ? endVisit(order.creditedBy === 'tac' ? order : { ...order, creditedBy: 'tac' }, card)
        : freeze(situation, 'tac-twice');
    case 'PAID':
    case 'REFUND_DUE':
    case 'REFUNDED':
      return freeze(situation, 'tac-after-end');
    case 'FROZEN':
      return endVisit(vouched(order, attempt), card, ORDER_FROZEN, { why: 'tac-while-frozen' });
    case 'CREATED':
    case 'TAKING':
    case 'EXPIRED':
      return endVisit(order, card, ORDER_FROZEN, { why: `a TAC in state ${order.state}` });
  }
}

/** The TAC is kept with its order: clearing, a receipt and a dispute stand on it. */
function withProof(order: Order, attempt: Attempt, tac: string | undefined): Order {
  if (tac === undefined || order.proof !== undefined || order.boundAtc !== attempt.onlineAtc) {
    return order;
  }
  const { date, time } = attempt;
  return { ...order, proof: { tac, date, time } };
}

/** A frozen order stays so, and remembers that its card was written: it is given back no more. */
function vouched(order: Order, { onlineAtc }: Attempt): Order {
  const isNews = order.creditedBy === undefined && onlineAtc === order.boundAtc;
  return isNews ? { ...order, creditedBy: 'tac' } : order;
}

/** A TAC that fits no attempt is counted; the card's own proof is asked next. */
export function decideOnBadTac(situation: Situation, policy: LoadPolicy): Decision {
  const { order, card } = situation;
  if (order.boundAtc === undefined || order.state === 'CREDITED') return endVisit(order, card);
  const badTacs = order.badTacs + 1;
  if (badTacs >= policy.maxBadTacs && order.state === 'ISSUED') {
    return endVisit({ ...order, badTacs, state: 'HELD' }, card, TAC_INVALID);
  }
  return proceed({ ...situation, order: { ...order, badTacs } }, proveStep(order.boundAtc));
}

/**
 * The card answered CREDIT FOR LOAD with an error. It may all the same have been written (a driver
 * that sent the command twice sees this), so the proof is asked; a second refusal ends the visit.
 */
export function decideOnRefusedCredit(situation: Situation, sw: string): Decision {
  const { order, card } = situation;
  if (order.boundAtc === undefined || order.state === 'CREDITED') return endVisit(order, card);
  const refusedCredits = order.refusedCredits + 1;
  const counted: Order = { ...order, refusedCredits };
  if (refusedCredits >= MAX_REFUSED_CREDITS && order.state === 'ISSUED') {
    return endVisit({ ...counted, state: 'HELD' }, card, CREDIT_REFUSED, { sw });
  }
  return proceed({ ...situation, order: counted }, proveStep(order.boundAtc));
}
