/**
 * Two people end what the card cannot: a frozen order, or a held one whose proof is gone (several
 * issuers, the counter moved, a purchase took the place of the TAC). No one does it alone, and a
 * first word is forgotten with any news of the order.
 */
import type { ErrorRow } from '../errors.js';
import { credit, type Decision, endVisit, refund, withoutLock } from './decision.js';
import { awaitJournal, awaitsJournal } from './doubt.js';
import type { CardAccount, Order, ReleaseRequest, Situation, Transfer } from './order.js';
import { ORDER_OPEN } from './errors.js';
import { RELEASE_NEEDS_ANOTHER, RELEASE_NEEDS_COUNTER, RELEASE_REFUSED } from './office-errors.js';

/** States in which the money already has its end. */
const SETTLED: readonly Order['state'][] = ['CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED'];

/** Decides: the first word is noted, the second, equal and another person's, is carried out. */
export function decideOnRelease(situation: Situation, request: ReleaseRequest): Decision {
  const { order, card } = situation;
  const refusal = refusalOf(situation, request);
  if (refusal !== undefined) {
    return endVisit(order, card, refusal, { was: order.frozenFrom ?? order.state });
  }
  if (request.release !== 'resume' && awaitsJournal(situation)) return awaitJournal(situation);
  const { by, release, discounts } = request;
  const noted = order.release?.by === discounts ? undefined : order.release;
  if (noted === undefined || noted.by === by || noted.release !== release) {
    return endVisit({ ...order, release: { by, release } }, card, RELEASE_NEEDS_ANOTHER);
  }
  return carryOut(situation, request);
}

/** Why people cannot do this to the order as it is now. */
function refusalOf(situation: Situation, { release }: ReleaseRequest): ErrorRow | undefined {
  const { order, card } = situation;
  const { state, frozenFrom = state, boundAtc } = order;
  if (state !== 'FROZEN' && (state !== 'HELD' || release === 'resume')) return RELEASE_REFUSED;
  if (release === 'resume') {
    const isHeldByOther = card.openOrderId !== undefined && card.openOrderId !== order.orderId;
    return resumed(frozenFrom) === 'HELD' && isHeldByOther ? ORDER_OPEN : undefined;
  }
  if (!wasPaid(situation) && state === 'FROZEN') return RELEASE_REFUSED;
  if (SETTLED.includes(frozenFrom)) return RELEASE_REFUSED;
  // A TAC was right: the card was written, whatever people think.
  if (release !== 'credited' && order.creditedBy === 'tac') return RELEASE_REFUSED;
  // At the bound ATC a MAC2 may be alive in a card that kept its power.
  const isSpent = boundAtc === undefined || (card.maxSeenAtc ?? 0) > boundAtc;
  return release === 'refund' && !isSpent ? RELEASE_NEEDS_COUNTER : undefined;
}

function carryOut(situation: Situation, { release }: ReleaseRequest): Decision {
  const { release: _noted, frozenFrom = situation.order.state, ...rest } = situation.order;
  const { orderId, amountFen, boundAtc } = rest;
  const thawed = thaw(situation.card, orderId);
  switch (release) {
    case 'resume': {
      const state = resumed(frozenFrom);
      if (state === 'HELD' && rest.creditedBy === 'tac' && boundAtc !== undefined) {
        return credit({ ...situation, order: rest, card: thawed }, 'tac', boundAtc);
      }
      if (state !== 'HELD') return endVisit({ ...rest, state }, thawed);
      // A counter that was contradicted proves nothing any more.
      const held: Order = { ...rest, state, tacOnly: true };
      return endVisit(held, { ...thawed, openOrderId: orderId });
    }
    case 'refund':
      return refund({ ...situation, order: { ...rest, state: 'HELD' }, card: thawed });
    case 'destroyed': {
      const refunded = refund({ ...situation, order: { ...rest, state: 'HELD' } });
      // Its last order holds the card for ever: no other one is bound to it.
      return { ...refunded, card: { ...situation.card, openOrderId: orderId, frozen: true } };
    }
    case 'credited': {
      const transfers: Transfer[] = [{ debit: 'liability', credit: 'card-float', amountFen }];
      const { creditedBy = 'people' } = rest;
      const credited: Order = { ...rest, state: 'CREDITED', creditedBy };
      const card = boundAtc === undefined ? thawed : spentAt(thawed, boundAtc);
      return { ...endVisit(credited, card), settlement: 'CREDIT', transfers };
    }
  }
}

/** What an order goes on as. An issued one waits for its card. */
function resumed(frozenFrom: Order['state']): Order['state'] {
  return frozenFrom === 'ISSUED' || frozenFrom === 'VOIDING' ? 'HELD' : frozenFrom;
}

function wasPaid({ payments }: Situation): boolean {
  return payments.some(({ surplus }) => !surplus);
}

/** The counter is what it is: the next TAC or probe enrols the card anew. */
function thaw(card: CardAccount, orderId: string): CardAccount {
  const { expectedAtc: _unexplained, ...account } = withoutLock(card, orderId);
  return { ...account, frozen: false };
}

/** What was credited at an ATC has spent it: an older answer of the card is stale now. */
function spentAt(card: CardAccount, boundAtc: number): CardAccount {
  return { ...card, maxSeenAtc: Math.max(boundAtc + 1, card.maxSeenAtc ?? 0) };
}
