/** Two people release a frozen order: nothing that the card says can do it, and no one alone. */
import { type Decision, endVisit, refund } from './decision.js';
import type { CardAccount, Order, ReleaseRequest, Situation, Transfer } from './order.js';

/** States in which the money already has its end. */
const SETTLED: readonly Order['state'][] = ['CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED'];

/** Decides: the first word is noted, the second, equal and another person's, is carried out. */
export function decideOnRelease(situation: Situation, request: ReleaseRequest): Decision {
  const { order, card } = situation;
  const { state, frozenFrom, release: noted, ...rest } = order;
  if (state !== 'FROZEN' || frozenFrom === undefined) {
    return endVisit(order, card, 'RELEASE_REFUSED', { was: state });
  }
  const settled = SETTLED.includes(frozenFrom);
  const resumes = request.release === 'resume';
  if ((settled && !resumes) || (!resumes && !wasPaid(situation))) {
    return endVisit(order, card, 'RELEASE_REFUSED', { was: frozenFrom });
  }
  if (noted === undefined || noted.by === request.by || noted.release !== request.release) {
    return endVisit({ ...order, release: request }, card, 'RELEASE_NEEDS_ANOTHER');
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
