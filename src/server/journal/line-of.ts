/** Which line a decision is journalled with: whatever leaves by it and cannot be taken back. */
import type { Decision, Evidence } from '../../load/index.js';
import type { Snapshot } from '../ledger/ledger.js';
import type { JournalLine } from './lines.js';

/**
 * The line of a decision; nothing when nothing leaves and no card is proved to be written. What a
 * card answered is told with its order: the issue may stand in another journal alone.
 */
export function lineOf(
  { situation, idempotencyKey, request }: Snapshot,
  decision: Decision,
  evidence: Evidence,
  atMs: number,
): JournalLine | undefined {
  const { step, order, newPayment, sentRefund, refundedPayment, settlement } = decision;
  const { payments, attempts } = situation;
  // An attempt that is given again leaves again, perhaps from another server than the first time.
  if (step.do === 'credit') {
    const { attempt } = step;
    return { kind: 'issue', atMs, order, idempotencyKey, request, payments, attempt };
  }
  // So is a refund that is handed out again.
  if (evidence.kind === 'send-refund' && sentRefund !== undefined) {
    const { transactionId, refundsSent = 1 } = sentRefund;
    const journalled = { atMs, order, idempotencyKey, request, payments };
    return { kind: 'refund', ...journalled, transactionId, refundsSent };
  }
  // What a person gives back is known to nobody else.
  if (evidence.kind === 'refunded' && evidence.byHand === true && refundedPayment !== undefined) {
    const { transactionId, refundsSent = 0, refundedAtMs: returnedAtMs = atMs } = refundedPayment;
    const why = evidence.reason === undefined ? {} : { reason: evidence.reason };
    const journalled = { atMs, order, idempotencyKey, request, payments };
    return { kind: 'refund', ...journalled, transactionId, refundsSent, returnedAtMs, ...why };
  }
  // An order that ends in a refund takes no MAC2 any more: a ledger that forgets that must notice.
  const own = [...payments, ...(newPayment === undefined ? [] : [newPayment])];
  const paid = own.find(({ surplus }) => !surplus);
  const isDecided = settlement === 'REFUND' && evidence.kind !== 'repair-refund';
  if (isDecided && paid !== undefined) {
    const { transactionId, refundsSent = 0 } = paid;
    const journalled = { atMs, order, idempotencyKey, request, payments: own };
    return { kind: 'refund', ...journalled, transactionId, refundsSent };
  }
  const { order: answered } = situation;
  const issued =
    attempts.length === 0
      ? {}
      : { issued: { order: answered, idempotencyKey, request, payments, attempts } };
  if (evidence.kind === 'tac' && order !== situation.order) {
    const { onlineAtc, random } = evidence.attempt;
    const { orderId, cardNumber } = order;
    return { kind: 'tac', atMs, orderId, cardNumber, onlineAtc, random, ...issued };
  }
  const isOfCounter = evidence.kind === 'init' || evidence.kind === 'probe';
  if (isOfCounter && order.state !== situation.order.state) {
    return { kind: 'counter', atMs, orderId: order.orderId, ...issued };
  }
  return undefined;
}
