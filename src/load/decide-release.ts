/**
 * Two people end what the card cannot: a frozen order, or a held one whose proof is gone (several
 * issuers, the counter moved, a purchase took the place of the TAC). No one does it alone.
 */
import { type Decision, endVisit, refund } from './decision.js';
import type { CardAccount, Order, ReleaseRequest, Situation, Transfer } from './order.js';
import { RELEASE_NEEDS_ANOTHER, RELEASE_REFUSED } from './errors.js';

/** States in which the money already has its end. */
const SETTLED: readonly Order['state'][] = ['CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED'];

/** Decides: the first word is noted, the second, equal and another person's, is carried out. */
export function decideOnRelease(situation: Situation, request: ReleaseRequest): Decision {
  const { order, card } = situation;
  const { state, frozenFrom = state, release: noted, ...rest } = order;
  const resumes = request.release === 'resume';
  const allowed =
    state === 'FROZEN'
      ? resumes || (wasPaid(situation) && !SETTLED.includes(frozenFrom))
      : state === 'HELD' && !resumes;
  if (!allowed) return endVisit(order, card, RELEASE_REFUSED, { was: frozenFrom });
  if (noted === undefined || noted.by === request.by || noted.release !== request.release) {
    return endVisit({ ...order, release: request }, card, RELEASE_NEEDS_ANOTHER);
  }
  const thawed = thaw(card, order.orderId);
  switch (request.release) {
    case 'resume': {
      const resumed = frozenFrom === 'ISSUED' || frozenFrom === 'VOIDING' ? 'HELD' : frozenFrom;
      const held = resumed === 'HELD' ? { ...thawed, openOrderId: order.orderId } : thawed;
      return endVisit({ ...rest, state: resumed }, held);
    }
    case 'refund':
      return refund({ ...situation, order: { ...rest, state: 'HELD' }, card: thawed });
    case 'credited': {
      const { amountFen } = order;
      const transfers: Transfer[] = [{ debit: 'liability', credit: 'card-float', amountFen }];
      const credited: Order = { ...rest, state: 'CREDITED', creditedBy: 'people' };
      return { ...endVisit(credited, thawed), settlement: 'CREDIT', transfers };
    }
  }
}

function wasPaid({ payments }: Situation): boolean {
  return payments.some(({ surplus }) => !surplus);
}

/** The counter is what it is: the next authentic INIT enrols the card anew. */
function thaw(card: CardAccount, orderId: string): CardAccount {
  const { expectedAtc: _unexplained, openOrderId, ...account } = card;
  const kept = openOrderId === undefined || openOrderId === orderId ? {} : { openOrderId };
  return { ...account, ...kept, frozen: false };
}
