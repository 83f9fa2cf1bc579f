/** Which line a decision is journalled with: whatever leaves by it and cannot be taken back. */
import type { Decision, Evidence } from '../../load/index.js';
import type { Snapshot } from '../ledger/ledger.js';
import type { JournalLine } from './lines.js';

/** The line of a decision; nothing when nothing leaves and no card is proved to be written. */
export function lineOf(
  { situation, idempotencyKey, request }: Snapshot,
  decision: Decision,
  evidence: Evidence,
  atMs: number,
): JournalLine | undefined {
  const { step, order, sentRefund, refundedPayment } = decision;
  const { payments } = situation;
  const journalled = { atMs, order, idempotencyKey, request, payments };
  // An attempt that is given again leaves again, perhaps from another server than the first time.
  if (step.do === 'credit') return { kind: 'issue', ...journalled, attempt: step.attempt };
  // So is a refund that is handed out again.
  if (evidence.kind === 'send-refund' && sentRefund !== undefined) {
    const { transactionId, refundsSent = 1 } = sentRefund;
    return { kind: 'refund', ...journalled, transactionId, refundsSent };
  }
  // Money that a person gave back: nobody was asked before.
  if (refundedPayment !== undefined) {
    const { transactionId, refundsSent = 1 } = refundedPayment;
    const before = payments.find((one) => one.transactionId === transactionId);
    if (before?.refundsSent !== undefined) return undefined;
    return { kind: 'refund', ...journalled, transactionId, refundsSent };
  }
  if (evidence.kind === 'tac' && order !== situation.order) {
    const { onlineAtc, random } = evidence.attempt;
    const { orderId, cardNumber } = order;
    return { kind: 'tac', atMs, orderId, cardNumber, onlineAtc, random };
  }
  return undefined;
}
