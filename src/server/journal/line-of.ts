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
  const { step, order } = decision;
  // An attempt that is given again leaves again, perhaps from another server than the first time.
  if (step.do === 'credit') {
    const { payments } = situation;
    const { attempt } = step;
    return { kind: 'issue', atMs, order, idempotencyKey, request, payments, attempt };
  }
  if (evidence.kind === 'tac' && order !== situation.order) {
    const { onlineAtc, random } = evidence.attempt;
    const { orderId, cardNumber } = order;
    return { kind: 'tac', atMs, orderId, cardNumber, onlineAtc, random };
  }
  return undefined;
}
