/**
 * What this process wrote last, kept as a hint: who decides from it saves a round trip, and the
 * revisions tell the database when another server was here since. Never an answer by itself.
 */
import type { Payment } from '../../../load/index.js';
import type { Change, Snapshot } from '../ledger.js';
import { changedPayments } from './batch.js';

/** Snapshots by order: of each card only the newest one can be of use. */
export interface KeptSnapshots {
  find(orderId: string): Snapshot | undefined;
  /** A decision was committed; `head`: of its card's chain now. */
  keep(change: Change, head: string): void;
  /** A decision was not committed, or nobody knows whether it was. */
  forget(change: Change): void;
}

/** Some megabytes. A visit takes seconds: what was not asked for in the next thousands is over. */
const MAX_KEPT = 4096;

/** Keeps nothing yet. */
export function keepSnapshots(): KeptSnapshots {
  const byOrder = new Map<string, Snapshot>();
  const orderOfCard = new Map<string, string>();
  const forget = (cardNumber: string): void => {
    byOrder.delete(orderOfCard.get(cardNumber) ?? '');
    orderOfCard.delete(cardNumber);
  };
  return {
    find: (orderId) => byOrder.get(orderId),
    keep: (change, head) => {
      const { orderId, cardNumber } = change.decision.order;
      forget(cardNumber);
      byOrder.set(orderId, snapshotAfter(change, head));
      orderOfCard.set(cardNumber, orderId);
      if (byOrder.size <= MAX_KEPT) return;
      for (const [oldest] of orderOfCard) {
        forget(oldest);
        break;
      }
    },
    forget: ({ decision }) => {
      forget(decision.order.cardNumber);
    },
  };
}

/** What reading the order would give now. */
function snapshotAfter({ snapshot, decision }: Change, head: string): Snapshot {
  const { situation, version, idempotencyKey, request } = snapshot;
  const { order, card, newAttempt, newPayment } = decision;
  const [orderRevision, cardRevision] = version.split('.').map(Number);
  const changes = changedPayments(decision);
  const changed = (payment: Payment): Payment =>
    changes.find(({ transactionId }) => transactionId === payment.transactionId) ?? payment;
  return {
    situation: {
      order,
      card,
      payments: [...situation.payments.map(changed), ...(newPayment ? [newPayment] : [])],
      attempts: [...situation.attempts, ...(newAttempt ? [newAttempt] : [])],
    },
    version: `${String((orderRevision ?? 0) + 1)}.${String((cardRevision ?? 0) + 1)}.${head}`,
    idempotencyKey,
    request,
  };
}
