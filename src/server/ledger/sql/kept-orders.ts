/**
 * Orders and cards as they were last committed, kept in memory. They are only a hint: a decision
 * made from one that is out of date is refused by the database, and then forgotten here.
 */
import type { CardAccount, Order, Payment } from '../../../load/index.js';
import { NO_HASH } from '../audit-chain.js';
import type { Change, Snapshot } from '../ledger.js';

/** The orders that are kept. */
export interface KeptOrders {
  find(orderId: string): Snapshot | undefined;
  /** Keeps what was read, unless something newer is there. */
  keep(snapshot: Snapshot): void;
  /** What a change that was committed has made of its order and card; `head` of its chain. */
  follow(change: Change, head: string): void;
  forget(order: Pick<Order, 'orderId' | 'cardNumber'>): void;
  forgetAll(): void;
}

/** Keeps nothing: for a database that others write too. */
export const KEEP_NOTHING: KeptOrders = {
  find: () => undefined,
  keep: () => undefined,
  follow: () => undefined,
  forget: () => undefined,
  forgetAll: () => undefined,
};

interface KeptOrder extends Omit<Snapshot, 'situation' | 'version'> {
  readonly situation: Omit<Snapshot['situation'], 'card'>;
  readonly revision: number;
}
interface KeptCard {
  readonly card: CardAccount;
  readonly revision: number;
  readonly head: string;
}

/** Keeps the orders that were used last, and their cards. */
export function keepOrders(max: number): KeptOrders {
  const orders = new Map<string, KeptOrder>();
  const cards = new Map<string, KeptCard>();
  const set = (snapshot: Snapshot): void => {
    const { situation, version, ...request } = snapshot;
    const { card, ...rest } = situation;
    const { order, card: cardRevision, head } = partsOf(version);
    renew(orders, rest.order.orderId, { ...request, situation: rest, revision: order }, max);
    renew(cards, card.cardNumber, { card, revision: cardRevision, head }, max);
  };
  return {
    find: (orderId) => {
      const order = orders.get(orderId);
      const card = order && cards.get(order.situation.order.cardNumber);
      if (order === undefined || card === undefined) return undefined;
      const { situation, revision, ...request } = order;
      return {
        ...request,
        situation: { ...situation, card: card.card },
        version: `${String(revision)}.${String(card.revision)}.${card.head}`,
      };
    },
    keep: (snapshot) => {
      const { order, card } = snapshot.situation;
      const { order: orderRevision, card: cardRevision } = partsOf(snapshot.version);
      const newer =
        (orders.get(order.orderId)?.revision ?? 0) > orderRevision ||
        (cards.get(card.cardNumber)?.revision ?? 0) > cardRevision;
      if (!newer) set(snapshot);
    },
    forgetAll: () => {
      orders.clear();
      cards.clear();
    },
    follow: (change, head) => {
      set(afterwards(change, head));
    },
    forget: ({ orderId, cardNumber }) => {
      orders.delete(orderId);
      cards.delete(cardNumber);
    },
  };
}

/** The snapshot that a reader finds once the change is committed. */
function afterwards({ snapshot, decision }: Change, head: string): Snapshot {
  const { situation, version } = snapshot;
  const { order, card, newAttempt } = decision;
  const before = partsOf(version);
  return {
    ...snapshot,
    situation: {
      order,
      card,
      payments: paymentsAfter(situation.payments, decision),
      attempts: newAttempt === undefined ? situation.attempts : [...situation.attempts, newAttempt],
    },
    version: `${String(before.order + 1)}.${String(before.card + 1)}.${head}`,
  };
}

function paymentsAfter(
  before: readonly Payment[],
  { newPayment, sentRefund, refundedPayment }: Change['decision'],
): readonly Payment[] {
  const now = new Map(before.map((payment) => [payment.transactionId, payment]));
  for (const payment of [newPayment, sentRefund, refundedPayment]) {
    if (payment !== undefined) now.set(payment.transactionId, payment);
  }
  return [...now.values()];
}

function partsOf(version: string): { order: number; card: number; head: string } {
  const [order, card, head = NO_HASH] = version.split('.');
  return { order: Number(order), card: Number(card), head };
}

/** A Map remembers who came first: whoever is used goes to the end, and the first is let go. */
function renew<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
