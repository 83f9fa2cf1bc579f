/** A card whose counter the books already know, as an earlier load leaves it. */
import type { Order } from '../../src/load/index.js';
import type { Ledger } from '../../src/server/index.js';

/** Tells a ledger where a card's counter stands: else its first order settles by TAC alone. */
export async function enrolCard(
  ledger: Ledger,
  cardNumber: string,
  onlineAtc: number,
): Promise<void> {
  const order: Order = {
    orderId: 'EARLIER',
    cardNumber,
    issuerFactor: 'B8CACBE0',
    keyIndex: 1,
    amountFen: 1,
    state: 'CREATED',
    probesPassed: 0,
    badTacs: 0,
    refusedCredits: 0,
    outlet: 'self',
    plate: '',
    plateColour: 0,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
  await ledger.createOrder(order, 'earlier', 'earlier');
  const snapshot = await ledger.read(order.orderId);
  if (snapshot === undefined) throw new Error('the order is not there');
  const card = { cardNumber, frozen: false, expectedAtc: onlineAtc, maxSeenAtc: onlineAtc };
  const step = { do: 'stop', state: 'EXPIRED', money: 'untouched' } as const;
  await ledger.commit({
    snapshot,
    decision: { order: { ...order, state: 'EXPIRED' }, card, transfers: [], step },
    evidence: 'clock',
    atMs: 0,
  });
}
