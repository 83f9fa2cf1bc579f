/** Decisions that the SQL ledgers are asked to write. */
import { AT_MS } from '../../../src/conformance/ledger-steps.js';
import type { Change, Ledger, Snapshot } from '../../../src/server/index.js';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { createThread, type JournalThread } from '../../../src/server/journal/thread.js';

/** A thread of a journal that the ledger knows. */
export async function threadOf(ledger: Ledger, journalId: string): Promise<JournalThread> {
  const { epoch, identityNow: identity } = await ledger.readWitness();
  const besides = { pending: [], state: 'open', ephemeral: false, peersAt: 0 } as const;
  await ledger.writeJournal({ journalId, name: journalId, ...NO_LINES, epoch, ...besides });
  return createThread({ journalId, epoch, identity, position: NO_LINES }, () => NO_LINES);
}

/** A decision that pays an order, with a line where there is a thread. */
export function pays(snapshot: Snapshot, thread?: JournalThread, transactionId?: string): Change {
  const { order, card } = snapshot.situation;
  const { orderId, cardNumber } = order;
  const newPayment = {
    ...{ orderId, transactionId: transactionId ?? `p:${orderId}`, amountFen: 1, surplus: false },
  };
  const line = { kind: 'counter', atMs: AT_MS, orderId } as const;
  return {
    ...{ snapshot, evidence: 'payment', atMs: AT_MS },
    decision: {
      ...{ order: { ...order, state: 'PAID' }, card: { ...card, cardNumber }, transfers: [] },
      ...{ newPayment, step: { do: 'stop', state: 'PAID', money: 'untouched' } },
    },
    ...(thread === undefined ? {} : { witness: { thread, line } }),
  };
}
